"""Adjudicate: rule on reviews and labels that differ; below it, what a lead has to look at."""

from datetime import UTC, datetime

from app.components import work_table as table
from app.components.adjudicate_lead import draw_lead_desk
from app.components.adjudicate_screen import draw_idle, draw_work
from app.components.work_table import Screen
from app.identity import acting_id
from app.resources import workspace_engine
from app.views.adjudicate_page import held_ruling, load_adjudicate_queue
from app.views.lead_desk import load_lead_desk
from app.views.workspace_head import load_workspace_head
from db.engine import reading

engine = workspace_engine()
now = datetime.now(UTC)
with reading(engine) as session:
    me = load_workspace_head(session, annotator_id=acting_id()).annotator_id
    queue = load_adjudicate_queue(session, annotator_id=me, now=now)
    desk = load_lead_desk(session, annotator_id=me)
    held = held_ruling(session, annotator_id=me)

work = table.on_table(Screen.ADJUDICATE)
if work is not None and work.annotator_id != me:
    table.clear(Screen.ADJUDICATE)
    work = None
if work is None and held is not None:
    # Another tab, or this one after its server went away: what is held lies on the table again.
    work = table.lay_down(Screen.ADJUDICATE, held, annotator_id=me)

if work is not None:
    draw_work(work, queue)
else:
    draw_idle(queue, annotator_id=me)
    if desk is not None:
        draw_lead_desk(desk, annotator_id=me)
