"""Owns the list of runs: one block each, newest first, and what an empty one says."""

from typing import Final

import streamlit as st

from app.components.header import draw_refusal
from app.components.markdown import escaped
from app.components.navigation import ADMIN, RUNS
from app.components.runs_words import draw_marks, kind_name, money, percent
from app.components.wording import moment, t, tn
from app.resources import ledger_engine, workspace_engine
from app.state import ADMIN_WANTED, RUN
from app.views.runs import RunList, is_moving, load_runs
from calibration.runs.watching import RunHead
from db.engine import reading
from db.errors import GainsayError

SECONDS: Final = 4.0
ASK: Final = "gainsay ask questions.csv --model PROVIDER/MODEL --cap 1.00"


def draw_none(*, has_models: bool) -> None:
    """Say how a run is begun; without a model, where one is entered first."""
    st.info(t("runs.none"), icon=":material/inbox:")
    if not has_models:
        st.markdown(t("runs.none_models"))
        st.page_link(
            ADMIN,
            label=t("runs.enter_models"),
            query_params={ADMIN_WANTED: "models"},
            icon=":material/arrow_forward:",
        )
    st.markdown(t("runs.begin"))
    st.code(ASK, language="bash", wrap_lines=True)
    st.caption(t("runs.begin_more"))


def draw_list(runs: RunList, *, page: int) -> None:
    """Draw one page of the list, and again every few seconds while a run on it moves."""
    moving = any(is_moving(head) for head in runs.heads)
    st.fragment(_draw, run_every=SECONDS if moving else None)(page, moving)


def _draw(page: int, moving: bool) -> None:
    try:
        with reading(workspace_engine()) as work, reading(ledger_engine()) as ledger:
            runs = load_runs(work, ledger, page=page)
    except GainsayError as error:
        draw_refusal(error)
        return
    if moving and not any(is_moving(head) for head in runs.heads):
        st.rerun()
    st.caption(tn("runs.count", runs.total))
    for head in runs.heads:
        with st.container(border=True, gap="xsmall", key=f"runs_row_{head.id}"):
            _draw_row(head, by=runs.names.get(head.created_by, head.created_by))


def _draw_row(head: RunHead, *, by: str) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.page_link(
            RUNS,
            label=escaped(head.name) or head.id,
            query_params={RUN: head.id},
            icon=":material/open_in_new:",
            width="content",
        )
        draw_marks(head)
    st.progress(
        min(1.0, head.share),
        text=t(
            "runs.row_progress",
            settled=head.settled,
            total=head.total,
            share=percent(head.share),
            failed=head.failed,
        ),
    )
    st.caption(
        t(
            "runs.row_line",
            kind=kind_name(head.kind),
            used=money(head.used_micro),
            cap=money(head.cap_micro),
            at=moment(head.created_at),
            by=by,
        )
    )
