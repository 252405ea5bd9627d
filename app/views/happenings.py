"""Owns what the history says, ready to be told: who did what to what, and how much."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.annotators import AnnotatorKind
from db.engine import Session
from db.history import Event, events
from db.queries.annotators import AnnotatorView, list_annotators
from db.queries.item_history import item_events

# Who wrote, judged, saw or passed on what, and when: together it names authors and reviewers.
TELLS_OF_REVIEW: Final = ("item.", "review.", "slot.", "skip.", "comment.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event.

    Attributes:
        actor: Handle of who acted.
        by_machine: Whether a program acted.
        action: Verb with its noun in front, such as ``items.import``.
        subject: Handle of the person it was done to, else the id of what it was done to.
        facts: How many rows were recorded, by table.
    """

    seq: int
    at: datetime
    actor: str
    by_machine: bool
    action: str
    subject: str
    facts: dict[str, int]


def load_happenings(
    session: Session, *, newest: int = 8, without: Collection[str] = ()
) -> tuple[Happening, ...]:
    """Read the newest events of the workspace, newest first.

    Args:
        session: Any.
        newest: How many at most.
        without: What the actions that are left out begin with.
    """
    return tell(session, events(session, newest=newest, without=without))


def load_item_happenings(session: Session, item_id: str) -> tuple[Happening, ...]:
    """Read the events that added something to an item, newest first."""
    return tell(session, item_events(session, item_id))


def tell(session: Session, found: list[Event]) -> tuple[Happening, ...]:
    """Name who acted in each event."""
    people = {person.id: person for person in list_annotators(session)}
    return tuple(_happening(event, people) for event in found)


def _happening(event: Event, people: dict[str, AnnotatorView]) -> Happening:
    actor, whom = people.get(event.actor_id), people.get(event.subject_id)
    counts = {}
    for table, digest in event.facts.items():
        count = digest.get("count") if isinstance(digest, dict) else None
        if isinstance(count, int):
            counts[table] = count
    return Happening(
        seq=event.seq,
        at=event.at,
        actor=actor.handle if actor else event.actor_id,
        by_machine=actor is not None and actor.kind is AnnotatorKind.MACHINE,
        action=event.action,
        subject=whom.handle if whom else event.subject_id,
        facts=counts,
    )
