"""Review: one item after another, solved first, then judged with one key."""

from datetime import UTC, datetime

from app.components import work_table as table
from app.components.review_screen import (
    draw_edit_work,
    draw_idle,
    draw_look,
    draw_work,
    looked_at,
)
from app.components.work_table import Screen
from app.identity import acting_id
from app.resources import workspace_engine
from app.views.review_queue import held_work, load_review_queue
from app.views.workspace_head import load_workspace_head
from db.engine import reading

engine = workspace_engine()
with reading(engine) as session:
    head = load_workspace_head(session, annotator_id=acting_id())
    queue = load_review_queue(session, annotator_id=head.annotator_id, now=datetime.now(UTC))
    held = held_work(session, annotator_id=head.annotator_id)

work = table.on_table(Screen.REVIEW)
if work is not None and work.annotator_id != head.annotator_id:
    table.clear(Screen.REVIEW)
    work = None
if work is None and held is not None:
    # Another tab, or this one after its server went away: what is held lies on the table again.
    work = table.lay_down(Screen.REVIEW, held, annotator_id=head.annotator_id)

decision = looked_at(queue)
if decision is not None:
    draw_look(decision, queue, annotator_id=head.annotator_id)
elif work is None:
    draw_idle(queue, annotator_id=head.annotator_id, is_solo=head.is_solo)
elif work.edit_id:
    draw_edit_work(work, queue)
else:
    draw_work(work, queue, is_solo=head.is_solo)
