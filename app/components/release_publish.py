"""Owns publishing on screen: where a release was published, what would be sent, one button."""

from datetime import UTC, datetime
from threading import Lock

import streamlit as st

from app.components.header import draw_refusal
from app.components.markdown import escaped
from app.components.wording import key, moment, number, plain, t, tn
from app.resources import workspace_engine
from app.state import RELEASE_PLAN, Tone, queue_notice
from app.views.releases import ReleaseLine
from db.errors import GainsayError
from exports.hub import hub_address, open_hub
from exports.publishing import (
    PublishOutcome,
    PublishPlan,
    PublishStep,
    plan_publication,
    publish_release,
)

STEPS = {
    PublishStep.CHECKING: key("publish.checking"),
    PublishStep.LOOKING: key("publish.looking"),
    PublishStep.CREATING: key("publish.creating"),
    PublishStep.SENDING: key("publish.sending"),
    PublishStep.READING_BACK: key("publish.reading_back"),
    PublishStep.TAGGING: key("publish.tagging"),
    PublishStep.RECORDING: key("publish.recording"),
}
WOULD = {
    PublishOutcome.PUBLISHED: key("publish.would_publish"),
    PublishOutcome.TAGGED: key("publish.would_tag"),
    PublishOutcome.ALREADY_THERE: key("publish.would_nothing"),
}
DONE = {
    PublishOutcome.PUBLISHED: key("publish.did_publish"),
    PublishOutcome.TAGGED: key("publish.did_tag"),
    PublishOutcome.ALREADY_THERE: key("publish.did_nothing"),
}

# A second click waits, and then finds the release there.
_ONE_AT_A_TIME = Lock()


def draw_publications(release: ReleaseLine) -> None:
    """Say whether and where a release was published."""
    if not release.publications:
        st.caption(t("publish.nowhere"))
    for found in release.publications:
        told = {"at": moment(found.at), "tag": found.tag, "commit": found.commit[:12]}
        st.caption(
            t("publish.private_at", **told) if found.private else t("publish.public_at", **told)
        )
        st.code(found.url, language=None, wrap_lines=True)


def draw_publish(release: ReleaseLine, *, annotator_id: str) -> None:
    """Draw the fields, the look ahead and the button; nothing is sent before the button."""
    with st.expander(t("publish.heading", version=release.version), icon=":material/public:"):
        try:
            address = hub_address(None)
        except GainsayError as error:
            draw_refusal(error)
            return
        st.caption(t("publish.explained"))
        st.code(address, language=None, wrap_lines=True)
        repo = st.text_input(
            t("publish.repo"),
            key=f"publish_repo_{release.version}",
            placeholder=plain("publish.repo_form"),
            max_chars=200,
        ).strip()
        private = st.checkbox(
            t("publish.private"), value=True, key=f"publish_private_{release.version}"
        )
        looked = st.button(
            t("publish.look"),
            icon=":material/visibility:",
            key=f"publish_look_{release.version}",
            disabled=not repo,
        )
        if looked and repo:
            _look(release, repo=repo, private=private)
        _draw_plan(release, repo=repo, private=private)
        _draw_button(release, repo=repo, private=private, annotator_id=annotator_id)


def _look(release: ReleaseLine, *, repo: str, private: bool) -> None:
    st.session_state.pop(RELEASE_PLAN, None)
    try:
        with st.spinner(t("publish.looking"), show_time=True):
            plan = plan_publication(
                workspace_engine(),
                open_hub(None),
                release.version,
                release.folder,
                repo=repo,
                private=private,
                now=datetime.now(UTC),
            )
    except GainsayError as error:
        draw_refusal(error)
        return
    st.session_state[RELEASE_PLAN] = (plan, private)


def _plan_for(release: ReleaseLine, *, repo: str, private: bool) -> PublishPlan | None:
    """Give what was found for exactly these fields."""
    plan, asked_private = st.session_state.get(RELEASE_PLAN, (None, False))
    if isinstance(plan, PublishPlan) and (plan.version, plan.repo, asked_private) == (
        release.version,
        repo,
        private,
    ):
        return plan
    return None


def _draw_plan(release: ReleaseLine, *, repo: str, private: bool) -> None:
    plan = _plan_for(release, repo=repo, private=private)
    if plan is None:
        return
    st.markdown(t(WOULD[plan.outcome], version=plan.version, repo=plan.repo))
    if not plan.exists:
        st.caption(t("publish.new_private") if plan.private else t("publish.new_public"))
    else:
        st.caption(t("publish.is_private") if plan.private else t("publish.is_public"))
    if plan.send:
        st.caption(tn("publish.to_send", len(plan.send), bytes=plan.send_bytes))
        st.dataframe(
            [
                {plain("release.file"): file.name, plain("release.bytes"): file.size}
                for file in plan.send
            ],
            hide_index=True,
            key="publish_files",
            height="content",
            width="content",
            alt=plain("publish.files_alt"),
        )
    if plan.delete:
        st.caption(t("publish.to_delete", names=", ".join(plan.delete)))


def _draw_button(release: ReleaseLine, *, repo: str, private: bool, annotator_id: str) -> None:
    confirmed = st.checkbox(
        t("publish.confirm", version=release.version, repo=repo or plain("publish.repo_form")),
        # Ticked for one dataset, it never counts for another.
        key=f"publish_confirm_{release.version}_{repo}_{private}",
        disabled=not repo,
    )
    clicked = st.button(
        t("publish.publish"),
        type="primary",
        icon=":material/publish:",
        key=f"publish_do_{release.version}",
        disabled=not repo or not confirmed,
    )
    if clicked and repo and confirmed:
        _publish(release, repo=repo, private=private, annotator_id=annotator_id)
        st.session_state.pop(RELEASE_PLAN, None)
        st.rerun()


def _publish(release: ReleaseLine, *, repo: str, private: bool, annotator_id: str) -> None:
    with st.status(t("publish.waiting"), expanded=True) as status:

        def tell(step: PublishStep) -> None:
            status.update(label=t(STEPS[step]))

        try:
            with _ONE_AT_A_TIME:
                report = publish_release(
                    workspace_engine(),
                    open_hub(None),
                    release.version,
                    release.folder,
                    repo=repo,
                    private=private,
                    actor_id=annotator_id,
                    now=datetime.now(UTC),
                    at=tell,
                )
        except GainsayError as error:
            queue_notice(Tone.REFUSED, escaped(str(error)))
            return
    queue_notice(
        Tone.DONE,
        t(
            DONE[report.plan.outcome],
            version=release.version,
            repo=repo,
            files=number(len(report.plan.send)),
        ),
    )
