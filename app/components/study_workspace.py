"""Owns the controls of a study of this workspace: which judge, whose labels, which groups."""

from collections.abc import Sequence

import streamlit as st

from app.components.item_responses import LABEL_SOURCES
from app.components.study_cache import choices_here
from app.components.study_controls import (
    JUDGE_HERE,
    PEOPLE_HERE,
    choose_one,
    choose_several,
)
from app.components.study_link import BY, COMPARE, JUDGE, LABELS, keep_link, linked
from app.components.wording import beside, number, plain, t
from app.state import STUDY_BY, STUDY_COMPARE, STUDY_JUDGE, STUDY_LABELS
from app.views.raters import WORKSPACE_GROUPS, WorkspaceChoices
from calibration.agreement.workspace.judge import JudgeQuestion
from calibration.agreement.workspace.people import PeopleQuestion
from db.labels import LabelSource

BLIND = LabelSource.BLIND_HUMAN.value


def draw_judge_question() -> JudgeQuestion | None:
    """Draw the choices about a judge of the workspace; None while it knows no judge."""
    st.caption(t("here.judge_explained"))
    choices = choices_here()
    if not choices.judges:
        keep_link(JUDGE_HERE)
        st.info(t("here.no_judge"), icon=":material/gavel:")
        return None
    columns = st.columns(2)
    with columns[0]:
        named = linked(JUDGE, choices.judges)
        judge = st.selectbox(
            t("study.judge"),
            choices.judges,
            index=choices.judges.index(named[0]) if named else 0,
            key=f"{STUDY_JUDGE}_here",
            persist_state="session",
        )
    with columns[1]:
        others = [one for one in choices.judges if one != judge]
        compare = choose_one(
            f"{STUDY_COMPARE}_here",
            t("study.compare"),
            others,
            nothing=plain("study.nobody"),
            first=next(iter(linked(COMPARE, others)), None),
        )
    labels, by = _draw_labels_and_groups(choices, mark="_judge")
    keep_link(JUDGE_HERE, judge=[judge], compare=[compare] if compare else [], by=by, labels=labels)
    return JudgeQuestion(judge=judge, compare=compare, sources=_sources(labels), by=tuple(by))


def draw_people_question() -> PeopleQuestion:
    """Draw the choices about the people of the workspace."""
    st.caption(t("here.people_explained"))
    labels, by = _draw_labels_and_groups(choices_here(), mark="_people")
    keep_link(PEOPLE_HERE, by=by, labels=labels)
    return PeopleQuestion(sources=_sources(labels), by=tuple(by))


def _draw_labels_and_groups(
    choices: WorkspaceChoices, *, mark: str
) -> tuple[Sequence[str], Sequence[str]]:
    def told(source: str) -> str:
        kind = LabelSource(source)
        return beside(plain(LABEL_SOURCES[kind]), number(choices.labels.get(kind, 0)))

    columns = st.columns(2)
    legal = [source.value for source in LABEL_SOURCES]
    with columns[0]:
        labels: list[str] = st.multiselect(
            t("here.labels"),
            legal,
            default=linked(LABELS, legal, otherwise=[BLIND]) or [BLIND],
            format_func=told,
            key=STUDY_LABELS + mark,
            persist_state="session",
            wrap=True,
            help=t("here.labels_help"),
        )
    with columns[1]:
        by = choose_several(
            STUDY_BY + mark,
            t("study.by"),
            WORKSPACE_GROUPS,
            default=linked(BY, WORKSPACE_GROUPS),
            nothing=plain("study.no_groups"),
        )
    return labels or [BLIND], by


def _sources(labels: Sequence[str]) -> tuple[LabelSource, ...]:
    return tuple(LabelSource(source) for source in labels)
