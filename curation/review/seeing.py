"""Owns showing a person what is hidden from reviewers, and remembering for ever that they saw it.

What is shown is recorded before it is read: nobody sees an author, an origin or what others decided
and stays blind. Whoever has blind work on the item is not shown it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.authoring.texts import retried
from db.engine import Engine, Session, reading
from db.errors import Forbidden, NotFound
from db.items import Item
from db.queries.acts import find_act
from db.queries.decisions import blind_work_on
from db.queries.item_facts import load_item_facts
from db.queries.review_rounds import DECIDED
from db.queries.reviews import (
    ConfirmationView,
    ReviewView,
    RulingView,
    SolutionView,
    confirmations_of,
    find_ties,
    handles_of,
    reviews_of,
    rulings_on,
    solutions_of,
)
from db.queries.roles import ANY, CONTRIBUTORS, find_standing, require
from db.queries.status import Standing
from db.recording import recording
from db.reviews import ItemReveal
from db.roles import Role

ITEM_REVEALED: Final = "item.reveal"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    """Everything that happened in a round.

    Attributes:
        solutions: By person.
        handles: Names of everybody in it, by id.
    """

    act_id: str
    item_id: str
    reviews: tuple[ReviewView, ...]
    solutions: Mapping[str, SolutionView]
    confirmations: tuple[ConfirmationView, ...]
    rulings: tuple[RulingView, ...]
    handles: Mapping[str, str]


def may_see(session: Session, item_id: str, *, annotator_id: str) -> bool:
    """Say whether a person may see all of an item now: not while they judge it blindly."""
    person = find_standing(session, annotator_id)
    if person is not None and person.is_solo:
        return True
    return not (
        blind_work_on(session, item_id, annotator_id=annotator_id)
        or _is_in_open_round(session, item_id, annotator_id=annotator_id)
    )


def refuse_blind(session: Session, item_id: str, *, annotator_id: str) -> None:
    """Refuse to show an item whole to somebody who judges it blindly now.

    Raises:
        Forbidden: They hold blind work on it, or are in a round of it that is not decided.
    """
    if not may_see(session, item_id, annotator_id=annotator_id):
        raise Forbidden(
            "You are reviewing this item blindly, so the rest of it stays hidden until its round "
            "is decided; decide or pass it on first."
        )


def see_item(engine: Engine, item_id: str, *, annotator_id: str, now: datetime) -> bool:
    """Record that a person is about to see who wrote an item, its origin and what was decided.

    In a solo workspace nothing is recorded: everything there is known to be seen.

    Returns:
        Whether it was recorded now.

    Raises:
        NotFound: There is no such item.
        Forbidden: They hold no role, are at work on it blindly, or in a round of it that is not
            decided.
    """
    with reading(engine) as session:
        require(session, annotator_id, ANY)
        if not _is_to_be_recorded(session, item_id, annotator_id=annotator_id):
            return False

    def attempt(session: Session) -> bool:
        return _record(session, item_id, annotator_id=annotator_id, now=now)

    return retried(engine, attempt)


def see_round(engine: Engine, act_id: str, *, annotator_id: str, now: datetime) -> RoundRecord:
    """Show a round that is over, to a lead also an open one, and record that it was seen.

    Raises:
        NotFound: There is no such round.
        Forbidden: They contribute nothing to this type and language; or the round is not over and
            they are no lead, or are in it.
    """

    def attempt(session: Session) -> RoundRecord:
        act = find_act(session, act_id)
        if act is None:
            raise NotFound(f"There is no review round {act_id!r}; load the item again.")
        item = session.get_one(Item, act.item_id)
        is_over = _is_over(session, act.item_id, act_id)
        require(
            session,
            annotator_id,
            CONTRIBUTORS if is_over else Role.LEAD,
            type_id=item.type_id,
            language_id=item.language_id,
        )
        _record(session, act.item_id, annotator_id=annotator_id, now=now)
        return _read(session, act_id, act.item_id)

    return retried(engine, attempt)


def _record(session: Session, item_id: str, *, annotator_id: str, now: datetime) -> bool:
    refuse_blind(session, item_id, annotator_id=annotator_id)
    if not _is_to_be_recorded(session, item_id, annotator_id=annotator_id):
        return False
    with recording(
        session,
        now=now,
        actor_id=annotator_id,
        action=ITEM_REVEALED,
        subject_kind="item",
        subject_id=item_id,
    ) as record:
        record.add(ItemReveal(annotator_id=annotator_id, item_id=item_id, created_at=now))
    return True


def _is_to_be_recorded(session: Session, item_id: str, *, annotator_id: str) -> bool:
    if session.get(Item, item_id) is None:
        raise NotFound(
            f"There is no item {item_id!r} in this workspace; 'gainsay items list' names them."
        )
    person = find_standing(session, annotator_id)
    if person is None or person.is_solo:
        return False
    return not find_ties(session, item_id, annotator_id=annotator_id).was_revealed


def _is_over(session: Session, item_id: str, act_id: str) -> bool:
    standing = Standing(load_item_facts(session, [item_id])[item_id])
    if standing.round is None or standing.round.id != act_id:
        return True
    return standing.outcome is not None and standing.outcome.state in DECIDED


def _is_in_open_round(session: Session, item_id: str, *, annotator_id: str) -> bool:
    facts = load_item_facts(session, [item_id]).get(item_id)
    outcome = Standing(facts).outcome if facts is not None else None
    if outcome is None or outcome.state in DECIDED:
        return False
    return any(one.annotator_id == annotator_id for one in outcome.reviews)


def _read(session: Session, act_id: str, item_id: str) -> RoundRecord:
    reviews = tuple(reviews_of(session, act_id))
    confirmations = tuple(confirmations_of(session, [one.id for one in reviews]))
    rulings = tuple(rulings_on(session, act_id))
    solutions = solutions_of(session, act_id)
    people = {one.annotator_id for one in reviews} | {one.annotator_id for one in rulings}
    people |= {one.annotator_id for one in confirmations} | set(solutions)
    return RoundRecord(
        act_id=act_id,
        item_id=item_id,
        reviews=reviews,
        solutions=solutions,
        confirmations=confirmations,
        rulings=rulings,
        handles=handles_of(session, people),
    )
