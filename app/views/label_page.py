"""Owns everything the screen for labelling shows; what a labeller must not see is not in here.

The origin of a response is read only once the person has decided about it and asked to see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.views.author_guideline import GuidelineShown, load_guideline
from curation.claims.claiming import ClaimFilter, EmptyQueue, explain_empty
from curation.labelling.queue import WINDOW, NextResponse, next_response
from curation.labelling.sources import Standing, label_source
from curation.labelling.undoing import Undoable, last_decisions
from db.engine import Session
from db.queries.label_plan import count_free
from db.queries.labelling import (
    PersonLabel,
    ResponseOrigin,
    ResponseShown,
    labels_on,
    response_origin,
    revealed_to,
    show_response,
)
from db.queries.labelling_queue import LabelFilter, QueueCounts, count_queue
from db.slots import Stage


class Emptiness(StrEnum):
    """Why nothing waits."""

    NO_RESPONSES = "no_responses"
    ALL_LABELLED = "all_labelled"
    FILTERED = "filtered"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTask:
    """A response to decide about, as a labeller sees it.

    Attributes:
        standing: What a label would be now, and why.
        own: The person's live label on it; None while they have not decided.
        undone: What they had decided last before they took it back; None otherwise.
        origin: What the response is; None until they have decided and asked.
    """

    shown: ResponseShown
    guideline: GuidelineShown | None
    standing: Standing
    own: PersonLabel | None
    undone: PersonLabel | None
    origin: ResponseOrigin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPage:
    """The queue of one person, and what is on the table.

    Attributes:
        emptiness: Why there is no task; None when there is one.
        waiting_elsewhere: Responses that wait outside the filter; counted when it is empty.
        last: What undoing reaches now.
        starts_over: Whether what was passed over has come back.
        is_solo: Whether one person works here, who claims nothing.
        opened: How many slots for labels are open, held or not, where work is claimed.
        queue: What keeps them from the person, where work is claimed and they have none.
    """

    counts: QueueCounts
    task: LabelTask | None
    emptiness: Emptiness | None
    waiting_elsewhere: int
    last: Undoable
    starts_over: bool
    is_solo: bool
    opened: int
    queue: EmptyQueue | None


def load_label_page(
    session: Session,
    *,
    annotator_id: str,
    wanted: LabelFilter,
    response_id: str | None,
    after: str | None,
    passed: Sequence[str],
    since: datetime,
    language: str,
    now: datetime | None = None,
) -> LabelPage:
    """Read what is on the table; without a response, the next one is chosen in a solo workspace.

    Where work is claimed ``now`` is given, and what comes next has been laid down before.
    ``after`` was shown before, ``passed`` was passed over, ``since`` is when today began.
    """
    counts = count_queue(session, annotator_id=annotator_id, wanted=wanted, since=since)
    found: NextResponse | None = None
    if now is None and response_id is None and counts.left > 0:
        found = next_response(
            session,
            annotator_id=annotator_id,
            wanted=wanted,
            after=after,
            passed=passed,
            window=min(WINDOW, counts.left),
        )
    response_id = found.response_id if found else response_id
    task = None
    if response_id is not None:
        task = load_label_task(session, response_id, annotator_id=annotator_id, language=language)
    elsewhere = (
        _elsewhere(session, annotator_id, since) if task is None and not wanted.is_open else 0
    )
    return LabelPage(
        counts=counts,
        task=task,
        emptiness=None if task else _emptiness(counts, elsewhere),
        waiting_elsewhere=elsewhere,
        last=last_decisions(session, annotator_id=annotator_id),
        starts_over=bool(found and found.starts_over),
        is_solo=now is None,
        opened=count_free(session, Stage.LABEL) if now is not None else 0,
        queue=_queue(session, annotator_id, wanted, now) if now and not task else None,
    )


def _elsewhere(session: Session, annotator_id: str, since: datetime) -> int:
    everything = LabelFilter()
    return count_queue(session, annotator_id=annotator_id, wanted=everything, since=since).left


def load_label_task(
    session: Session, response_id: str, *, annotator_id: str, language: str
) -> LabelTask:
    """Read one response as a person may see it.

    Raises:
        NotFound: There is no such response.
        Forbidden: The annotator is a machine.
    """
    shown = show_response(session, response_id)
    labels = labels_on(session, response_id=response_id, annotator_id=annotator_id)
    own = next((label for label in labels if label.is_live), None)
    asked = own is not None and bool(
        revealed_to(session, annotator_id=annotator_id, response_ids=[response_id])
    )
    return LabelTask(
        shown=shown,
        guideline=load_guideline(session, shown.type_id, language),
        standing=label_source(session, annotator_id=annotator_id, response_id=response_id),
        own=own,
        undone=labels[-1] if labels and own is None else None,
        origin=response_origin(session, response_id, annotator_id=annotator_id) if asked else None,
    )


def _emptiness(counts: QueueCounts, elsewhere: int) -> Emptiness:
    if counts.asked + counts.excluded == 0:
        return Emptiness.NO_RESPONSES
    return Emptiness.FILTERED if elsewhere else Emptiness.ALL_LABELLED


def _queue(session: Session, annotator_id: str, wanted: LabelFilter, now: datetime) -> EmptyQueue:
    return explain_empty(
        session,
        Stage.LABEL,
        annotator_id=annotator_id,
        now=now,
        wanted=ClaimFilter(type_ids=wanted.type_ids, language_ids=wanted.language_ids),
    )
