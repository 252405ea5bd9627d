"""Owns showing a person what a response is, and remembering for ever that they have seen it.

What is shown is recorded before it is read, in the same transaction: nobody sees a source, a role,
a model's name, a verdict or another label and stays blind.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from curation.labelling.retrying import retried
from db.engine import Engine, Session, reading, writing
from db.errors import Forbidden
from db.labels import Reveal
from db.queries.labelling import (
    ResponseOrigin,
    current_responses,
    labels_on,
    response_origin,
    revealed_to,
)
from db.queries.roles import ANY, require, require_on_response
from db.recording import recording
from db.roles import Role

LABEL_REVEALED: Final = "label.reveal"


def reveal(engine: Engine, *, annotator_id: str, response_id: str, now: datetime) -> ResponseOrigin:
    """Show what a response is to a person who has decided about it.

    From now on their labels on it are ``human_unblinded``. Asking again records nothing more.

    Raises:
        NotFound: There is no such response.
        Forbidden: The person has no live label on it, or may not label such items.
    """

    def once() -> ResponseOrigin:
        with writing(engine) as session:
            require_on_response(session, annotator_id, Role.LABELLER, response_id)
            origin = response_origin(session, response_id, annotator_id=annotator_id)
            labels = labels_on(session, response_id=response_id, annotator_id=annotator_id)
            if not any(label.is_live for label in labels):
                raise Forbidden(
                    f"What the response {response_id!r} is stays hidden until you have decided; "
                    "decide first."
                )
            _record(session, [response_id], annotator_id=annotator_id, now=now, item_id=None)
            return origin

    return retried(once)


def reveal_item(engine: Engine, *, annotator_id: str, item_id: str, now: datetime) -> int:
    """Record that a person is about to see what the responses of an item's current revision are.

    Returns:
        How many of them they had not seen before.

    Raises:
        Forbidden: They do not belong to the workspace.
    """
    with reading(engine) as session:
        require(session, annotator_id, ANY)
        if not _unseen(session, current_responses(session, item_id), annotator_id=annotator_id):
            return 0

    def once() -> int:
        with writing(engine) as session:
            require(session, annotator_id, ANY)
            responses = current_responses(session, item_id)
            return _record(session, responses, annotator_id=annotator_id, now=now, item_id=item_id)

    return retried(once)


def _unseen(session: Session, response_ids: Sequence[str], *, annotator_id: str) -> list[str]:
    seen = revealed_to(session, annotator_id=annotator_id, response_ids=response_ids)
    return [one for one in response_ids if one not in seen]


def _record(
    session: Session,
    response_ids: Sequence[str],
    *,
    annotator_id: str,
    now: datetime,
    item_id: str | None,
) -> int:
    unseen = _unseen(session, response_ids, annotator_id=annotator_id)
    if not unseen:
        return 0
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=LABEL_REVEALED,
        subject_kind="response" if item_id is None else "item",
        subject_id=unseen[0] if item_id is None else item_id,
    ) as record:
        for response_id in unseen:
            record.add(Reveal(annotator_id=annotator_id, response_id=response_id, created_at=now))
    return len(unseen)
