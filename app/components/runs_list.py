"""Owns the list of runs: one block each, newest first, and what an empty one says."""

import streamlit as st

from app.components.markdown import escaped
from app.components.navigation import ADMIN, RUNS
from app.components.runs_words import draw_marks, kind_name, money, percent
from app.components.wording import moment, number, plain, t
from app.state import ADMIN_WANTED, RUN
from app.views.runs import RunList
from calibration.runs.watching import RunHead

ASK = "gainsay ask questions.csv --model PROVIDER/MODEL --cap 1.00"


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


def draw_list(runs: RunList) -> None:
    """Draw one page of the list."""
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


def count_line(runs: RunList) -> str:
    """Say how many runs there are, as it is shown verbatim."""
    return plain("runs.count", total=number(runs.total))
