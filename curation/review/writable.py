"""Owns where an item takes a next revision: everywhere but where it was ended or rejected."""

from curation.review.transitions import WRITABLE
from db.engine import Session
from db.errors import Conflict
from db.queries.item_facts import statuses
from db.queries.status import ItemStatus

_WAY_OUT = {
    ItemStatus.RETIRED: "ask a lead to reinstate it",
    ItemStatus.DISCARDED: "restore it first",
    ItemStatus.REJECTED: "ask a lead to reopen it, or write a new item",
}


def refuse_unless_writable(session: Session, item_id: str) -> None:
    """Refuse a next revision of an item that takes none.

    Raises:
        Conflict: It is retired, discarded or rejected.
    """
    status = statuses(session, [item_id])[item_id]
    if status not in WRITABLE:
        raise Conflict(
            f"The item {item_id!r} is {status.value} and takes no new text; {_WAY_OUT[status]}. "
            "What you wrote stays in your working copy."
        )
