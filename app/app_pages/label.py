"""Label: one response after another, decided with one key each."""

from datetime import UTC, datetime

import streamlit as st

from app.components import label_table as table
from app.components.label_bar import draw_bar, draw_idle_bar
from app.components.label_claim import hold
from app.components.label_conflict import draw_conflict
from app.components.label_gestures import held_conflict
from app.components.label_queue import draw_empty, draw_label_filter, draw_progress, lay_out_top
from app.components.label_task import draw_task
from app.components.wording import start_of_day, t
from app.identity import acting_id
from app.resources import workspace_engine
from app.state import ui_language
from app.views.label_page import load_label_page, load_label_task
from app.views.naming import load_taxonomy_names
from app.views.workspace_head import load_workspace_head
from db.engine import reading

engine = workspace_engine()
with reading(engine) as session:
    head = load_workspace_head(session, annotator_id=acting_id())
    annotator_id = head.annotator_id
    taxonomy = load_taxonomy_names(session)

if table.begins_anew():
    st.warning(t("label.begins_anew"), icon=":material/sync_problem:")
conflict = held_conflict()
if conflict is not None:
    with reading(engine) as session:
        task = load_label_task(
            session,
            conflict.conflict.response_id,
            annotator_id=annotator_id,
            language=ui_language().value,
        )
    draw_conflict(conflict, task)
    st.stop()

top = lay_out_top()
wanted = draw_label_filter(top, taxonomy, table.clear)
if not head.is_solo:
    hold(annotator_id, wanted)
with reading(engine) as session:
    now = datetime.now(UTC)
    view = load_label_page(
        session,
        annotator_id=annotator_id,
        wanted=wanted,
        response_id=table.shown_response(),
        after=table.last_shown(),
        passed=table.passed(),
        since=start_of_day(now),
        language=ui_language().value,
        now=None if head.is_solo else now,
    )
if view.starts_over:
    table.start_over()
    st.caption(t("label.starts_over"))
draw_progress(top, view, annotator_id=annotator_id)
if view.task is None:
    draw_empty(view)
    draw_idle_bar(view, annotator_id=annotator_id)
else:
    if table.shown_response() is None:
        table.lay_down(view.task.shown.id)
    table.seed(view.task.own or view.task.undone)
    draw_task(view.task, is_claimed=not view.is_solo)
    draw_bar(view, view.task, annotator_id=annotator_id)
