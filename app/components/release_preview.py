"""Owns what is shown before a cut: what it would hold, what it would refuse, the button."""

from datetime import UTC, datetime
from threading import Lock

import streamlit as st

from app.components.badges import human_evidence_badge, machine_written_badge
from app.components.item_filters import STATUSES
from app.components.markdown import escaped
from app.components.wording import key, listed, name_in, number, plain, t, tn
from app.resources import workspace_engine
from app.settings import load_settings
from app.state import RELEASE_ROUND, RELEASE_VERSION, Tone, queue_notice
from app.views.releases import Releases, folder_of
from db.errors import GainsayError
from db.items import ItemOrigin
from exports.cutting import CutOutcome, cut_release

OUTCOMES = {
    CutOutcome.CUT: key("release.outcome_cut"),
    CutOutcome.WRITTEN_AGAIN: key("release.outcome_written_again"),
    CutOutcome.UNCHANGED: key("release.outcome_unchanged"),
}

# A second click starts a second run of the page while the first one still cuts: it has to wait,
# and then finds the release there.
_ONE_AT_A_TIME = Lock()


def draw_preview(view: Releases, *, annotator_id: str, cuts: bool) -> None:
    """Draw what a cut would hold now; the button for those who may cut."""
    preview = view.preview
    starter = sum(line.by_origin.get(ItemOrigin.STARTER.value, 0) for line in view.lines)
    with st.container(horizontal=True, gap="small"):
        if starter:
            machine_written_badge(count=starter)
        human_evidence_badge(view.totals.human_labels)
        if not view.totals.human_labels:
            st.caption(t("release.no_human_evidence"))
    left, right = st.columns([7, 4], gap="medium")
    with left:
        st.markdown(tn("release.rows", preview.rows))
        if preview.waiting:
            which = listed(
                f"{plain(STATUSES[status.value])} {number(n)}"
                for status, n in preview.waiting.items()
            )
            st.info(
                tn("release.waiting", sum(preview.waiting.values()), which=which),
                icon=":material/hourglass_empty:",
            )
        _draw_counts(view)
        st.caption(t("release.content_hash"))
        st.code(preview.content_sha256, language=None, wrap_lines=True)
    with right:
        _draw_changes(view)
        if cuts:
            _draw_cut(view, annotator_id=annotator_id)
        else:
            st.caption(t("release.leads_cut"))


def _draw_counts(view: Releases) -> None:
    types = {named.id: name_in(named.names) for named in view.taxonomy.types}
    st.dataframe(
        [
            {plain("grid.type"): types[line.type_id]}
            | {
                name_in(language.names): line.by_language.get(language.id, 0)
                for language in view.taxonomy.languages
            }
            | {
                plain("import.rows"): sum(line.by_language.values()),
                plain("release.of_starter"): line.by_origin.get(ItemOrigin.STARTER.value, 0),
            }
            for line in view.lines
        ],
        hide_index=True,
        key="release_counts",
        height="content",
        alt=plain("release.counts_alt"),
    )


def _draw_changes(view: Releases) -> None:
    preview = view.preview
    if preview.same_as is not None:
        st.info(t("release.same", version=preview.same_as), icon=":material/equal:")
    elif preview.previous is not None:
        st.markdown(
            t(
                "release.changes",
                previous=preview.previous,
                added=len(preview.changes.added),
                changed=len(preview.changes.changed),
                removed=len(preview.changes.removed),
            )
        )
    for problem in preview.problems:
        st.error(escaped(problem), icon=":material/block:")


def _draw_cut(view: Releases, *, annotator_id: str) -> None:
    """Draw the version, the box that confirms it and the button; no key of the keyboard cuts.

    The names of the fields hold what they are about, so that a click meant for one version or
    content never counts for another.
    """
    preview = view.preview
    field = f"{st.session_state.get(RELEASE_ROUND, 0)}_{preview.next_version}"
    with st.container(border=True):
        typed = st.text_input(
            t("release.version"),
            value=preview.next_version,
            key=f"{RELEASE_VERSION}_{field}",
            help=t("release.version_help"),
            max_chars=40,
        )
        version = typed.strip()
        st.caption(
            t("release.next", version=preview.next_version)
            if preview.previous
            else t("release.first", version=preview.next_version)
        )
        blocked = bool(preview.problems) or not preview.rows or not version
        confirmed = st.checkbox(
            t("release.confirm", version=version, rows=preview.rows),
            key=f"release_confirm_{field}_{version}_{preview.content_sha256}",
            disabled=blocked,
        )
        clicked = st.button(
            t("release.cut"),
            type="primary",
            icon=":material/inventory_2:",
            key=f"release_cut_{version}",
            disabled=blocked or not confirmed,
        )
        if clicked and confirmed and not blocked:
            with st.spinner(t("release.cutting", version=version), show_time=True):
                done = cut_version(version, annotator_id=annotator_id)
            if done:
                # The field proposes the next version from now on; a refused one stays to be mended.
                st.session_state[RELEASE_ROUND] = st.session_state.get(RELEASE_ROUND, 0) + 1
            st.rerun()


def cut_version(version: str, *, annotator_id: str) -> bool:
    """Cut a version into the data folder, or write the files of a known one again.

    Returns:
        Whether it was done; what there is to say is queued as a notice.
    """
    folder = folder_of(load_settings().data_folder, version)
    try:
        with _ONE_AT_A_TIME:
            report = cut_release(
                workspace_engine(), version, folder, actor_id=annotator_id, now=datetime.now(UTC)
            )
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))
        return False
    queue_notice(
        Tone.DONE,
        t(
            OUTCOMES[report.outcome],
            version=report.version,
            rows=number(report.rows),
            files=number(len(report.files)),
            folder=str(report.out),
        ),
    )
    for column in report.moment_columns:
        queue_notice(Tone.ADVICE, t("release.moments", column=column))
    return True
