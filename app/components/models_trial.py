"""Owns the test of a connection on screen: begun by a button, watched by a fragment."""

from typing import Final

import streamlit as st

from app.components.badges import simulated_badge
from app.components.markdown import escaped
from app.components.models_gestures import told
from app.components.runs_words import money
from app.components.wording import key, t
from app.connecting import Trial
from app.resources import connecting, workspace_engine
from app.settings import read_key
from app.state import MODELS_TESTED
from app.views.models import ModelRow, ModelsView
from calibration.llm.connection import ConnectionReport, SchemaSupport
from calibration.runs.permission import refuse_spending
from calibration.runs.specs import Target
from db.engine import reading

LOOK_SECONDS: Final = 1.0
NAMES_SHOWN: Final = 30
SCHEMA: Final = {
    SchemaSupport.HONOURED: key("models.schema_honoured"),
    SchemaSupport.IGNORED: key("models.schema_ignored"),
    SchemaSupport.REFUSED: key("models.schema_refused"),
    SchemaSupport.NOT_KNOWN: key("models.schema_not_known"),
}


def draw_trial(view: ModelsView, *, annotator_id: str) -> None:
    """Draw the choice of a model, the button, and what was found."""
    if not view.models:
        return
    rows = {row.name: row for row in view.models}
    st.subheader(t("models.test_heading"), anchor=False)
    st.caption(t("models.test_explained"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(t("models.model"), list(rows), key=MODELS_TESTED, width=420)
        st.button(
            t("models.test"),
            icon=":material/cable:",
            key="models_test",
            on_click=_begin,
            args=(rows[chosen], annotator_id),
        )
    target = rows[chosen].target
    trial = connecting().find(annotator_id, target)
    under_way = trial is not None and trial.is_under_way
    watch = st.fragment(_watch, run_every=LOOK_SECONDS if under_way else None)
    watch(annotator_id, target, under_way)


def _begin(row: ModelRow, annotator_id: str) -> None:
    def gesture() -> str:
        # What it costs is spent outside of every cap: as little as it is, not by anybody.
        with reading(workspace_engine()) as session:
            refuse_spending(session, annotator_id)
        connecting().begin(annotator_id, row.target, read_key)
        return t("models.test_begun", model=row.name)

    told(gesture)


def _watch(annotator_id: str, target: Target, under_way: bool) -> None:
    trial = connecting().find(annotator_id, target)
    if trial is None:
        return
    if trial.is_under_way:
        st.info(t("models.test_under_way"), icon=":material/hourglass_top:")
    elif under_way:
        # It was under way when the page was drawn: from now on nobody needs to look again.
        st.rerun()
    else:
        _draw(trial)


def _draw(trial: Trial) -> None:
    if trial.report is None:
        st.error(escaped(trial.problem), icon=":material/error:")
        return
    report = trial.report
    if report.works:
        st.success(t("models.works", model="/".join(trial.target.name)), icon=":material/task_alt:")
    for problem in report.problems:
        st.error(escaped(problem), icon=":material/error:")
    for hint in report.hints:
        st.info(escaped(hint), icon=":material/lightbulb:")
    if report.is_simulated:
        simulated_badge()
    if report.latency_ms is not None:
        _draw_found(report)
    if report.offered:
        with st.expander(t("models.offered"), key="models_offered"):
            for name in report.offered[:NAMES_SHOWN]:
                st.text(name)


def _draw_found(report: ConnectionReport) -> None:
    st.markdown(
        t(
            "models.found",
            snapshot=report.snapshot,
            latency=report.latency_ms or 0,
            cost=t("models.cost_unknown")
            if report.cost_micro is None
            else money(report.cost_micro),
        )
    )
    st.caption(t(SCHEMA[report.schema]))
