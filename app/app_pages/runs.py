"""Runs: every batch of model calls with its progress and its cost; one of them live."""

from datetime import UTC, datetime

import streamlit as st

from app.components.header import draw_refusal
from app.components.markdown import escaped
from app.components.navigation import RUNS
from app.components.run_live import draw_live
from app.components.run_steering import draw_steering
from app.components.runs_list import draw_list, draw_none
from app.components.runs_words import kind_name
from app.components.wording import moment, t
from app.identity import acting_id
from app.resources import ledger_engine, workspace_engine
from app.state import RUN, RUNS_PAGE
from app.views.runs import load_one, load_runs
from app.views.workspace_head import load_workspace_head
from db.engine import reading
from db.errors import NotFound

run_id = st.query_params.get(RUN)
with reading(workspace_engine()) as work:
    me = load_workspace_head(work, annotator_id=acting_id()).annotator_id

if run_id is not None:
    st.page_link(RUNS, label=t("runs.all"), icon=":material/arrow_back:")
    try:
        with reading(workspace_engine()) as work, reading(ledger_engine()) as ledger:
            one = load_one(work, ledger, run_id, annotator_id=me, now=datetime.now(UTC))
    except NotFound as error:
        draw_refusal(error)
        st.stop()
    head = one.view.head
    st.subheader(escaped(head.name) or head.id, anchor=False)
    st.caption(
        t(
            "runs.made",
            kind=kind_name(head.kind),
            by=one.names.get(head.created_by, head.created_by),
            at=moment(head.created_at),
            id=head.id,
        )
    )
    if one.may_steer:
        draw_steering(head, annotator_id=me)
    draw_live(one, annotator_id=me)
    st.stop()

with reading(workspace_engine()) as work, reading(ledger_engine()) as ledger:
    page = st.session_state.get(RUNS_PAGE, 1)
    runs = load_runs(work, ledger, page=page)
if not runs.total:
    draw_none(has_models=runs.has_models)
    st.stop()
draw_list(runs, page=page)
if runs.pages > 1:
    st.pagination(runs.pages, key=RUNS_PAGE, bind="query-params")
