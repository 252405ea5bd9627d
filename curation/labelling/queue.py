"""Owns which response a person labels next.

The order depends on the person and on hashes, never on item, role or source, so that neither the
contrast responses of one item follow each other nor two people see the same sequence.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import Session
from db.queries.labelling_queue import LabelFilter, Waiting, place_of, waiting
from db.queries.roles import require
from db.roles import Role

# How many waiting responses the next one is drawn from.
WINDOW = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class NextResponse:
    """The response to show next.

    Attributes:
        starts_over: True when everything else waiting was passed over: those come back now.
    """

    response_id: str
    starts_over: bool


def next_response(
    session: Session,
    *,
    annotator_id: str,
    wanted: LabelFilter,
    after: str | None = None,
    passed: Sequence[str] = (),
    window: int = WINDOW,
) -> NextResponse | None:
    """Choose the next response that a person may label and has not; None when none waits.

    The same person, place and waiting responses always give the same answer.

    Args:
        session: Open.
        annotator_id: Who labels.
        wanted: Which types and languages.
        after: The response shown before; another family comes next while there is one.
        passed: Responses that were passed over; they come back when nothing else waits.
        window: How many waiting responses to draw from; the number left, when it is known and
            smaller, spares looking for more.

    Raises:
        Forbidden: The annotator may label nothing.
    """
    require(session, annotator_id, Role.LABELLER)
    place = place_of(session, after) if after is not None else None
    start = place.content_hash if place else f"sha256:{_hashed(annotator_id)}"
    here = () if after is None else (after,)
    tries = ((*passed, *here), here, ())
    for left_out in dict.fromkeys(tries):
        found = waiting(
            session,
            annotator_id=annotator_id,
            wanted=wanted,
            start=start,
            passed=left_out,
            limit=window,
        )
        if found:
            chosen = _draw(found, annotator_id, place.family_id if place else None)
            return NextResponse(response_id=chosen.response_id, starts_over=left_out != tries[0])
    return None


def _draw(found: Sequence[Waiting], annotator_id: str, family_id: str | None) -> Waiting:
    return min(
        found,
        key=lambda one: (one.family_id == family_id, _hashed(annotator_id, one.response_id)),
    )


def _hashed(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
