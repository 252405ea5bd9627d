"""Owns who may have which slot: one clause per rule, true where it keeps a slot from a person.

The rules are the same for claiming and for explaining an empty queue, so that the two can never
disagree. Their order is the order in which an empty queue counts: the first that holds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from db.annotators import Annotator, AnnotatorDomain, AnnotatorKind, AnnotatorLanguage
from db.base import UtcDateTime
from db.errors import Forbidden, NotFound
from db.history import Event
from db.items import Item, Placement, Revision
from db.labels import Label, Reveal
from db.queries.labelling_queue import is_live
from db.queries.roles import Held, find_standing
from db.responses import Response, ResponseSource
from db.reviews import ItemReveal, Review, Withdrawal, Withdrawn
from db.roles import Role
from db.slots import Skip, SkipReason, Slot, Stage
from db.working_copies import WorkingCopy
from db.workspace import find_workspace

Clause: TypeAlias = sa.ColumnElement[bool]
Scope: TypeAlias = tuple[str | None, str | None]
SKIP_SETTLED: Final = "skip.settle"

ROLE_OF: Final[Mapping[Stage, Role]] = {
    Stage.AUTHOR: Role.AUTHOR,
    Stage.REVIEW: Role.REVIEWER,
    Stage.THIRD_REVIEW: Role.REVIEWER,
    Stage.ADJUDICATE: Role.ADJUDICATOR,
    Stage.LABEL: Role.LABELLER,
    Stage.ADJUDICATE_LABELS: Role.ADJUDICATOR,
}
OF_REVIEW: Final = (Stage.REVIEW, Stage.THIRD_REVIEW, Stage.ADJUDICATE)
OF_LABELS: Final = (Stage.LABEL, Stage.ADJUDICATE_LABELS)
# What somebody passes on for good; the other reasons are about this text only.
ABOUT_THE_ITEM: Final = (
    SkipReason.LANGUAGE,
    SkipReason.DOMAIN,
    SkipReason.KNOWN,
    SkipReason.DISTRESSING,
)


class Why(StrEnum):
    """Why a slot is not given to a person."""

    FILTER = "filter"
    ROLE = "role"
    LANGUAGE = "language"
    DOMAIN = "domain"
    OWN_FAMILY = "own_family"
    SEEN = "seen"
    ALREADY_DONE = "already_done"
    SKIPPED = "skipped"
    FOR_LEAD = "for_lead"
    BACKGROUND = "background"
    DAILY_CAP = "daily_cap"
    HELD_BY_OTHERS = "held_by_others"


# What keeps even a person's own claim from being given back to them.
NO_LONGER: Final = (Why.ROLE, Why.OWN_FAMILY, Why.SEEN, Why.ALREADY_DONE, Why.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """What a person wants to work on; an empty tuple means no restriction.

    Attributes:
        passed: Subjects that come last, when nothing else waits.
        after: The subject that was worked on before: another family comes next while there is one.
        only: The one subject that is wanted; None when any will do.
    """

    type_ids: tuple[str, ...] = ()
    language_ids: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    after: str | None = None
    only: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimer:
    """What the rules have to know about a person.

    Attributes:
        is_alone: Whether they are the one person of a solo workspace, who may do everything.
        held: Their roles.
        seen_before: What is older they may have seen, as the person who worked here alone; None
            for everybody else.
        alike: Everybody whose background is the same, they themselves among them; None when they
            have named none.
    """

    id: str
    is_alone: bool
    held: tuple[Held, ...]
    seen_before: datetime | None
    daily_cap: int | None
    alike: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the statements of a question depend on; its values are bound, so they are built once.

    Attributes:
        may: For which (type, language) the person holds the stage's role; None stands for all.
        leads: For which they are a lead.
    """

    stage: Stage
    is_alone: bool
    has_worked_alone: bool
    is_capped: bool
    has_background: bool
    by_type: bool
    by_language: bool
    by_subject: bool
    may: tuple[Scope, ...]
    leads: tuple[Scope, ...]


def shape_of(stage: Stage, who: Claimer, wanted: ClaimFilter) -> Shape:
    """Say which statements a question takes."""
    return Shape(
        stage=stage,
        is_alone=who.is_alone,
        has_worked_alone=who.seen_before is not None,
        is_capped=who.daily_cap is not None,
        has_background=who.alike is not None,
        by_type=bool(wanted.type_ids),
        by_language=bool(wanted.language_ids),
        by_subject=wanted.only is not None,
        may=_scopes(who, ROLE_OF[stage]),
        leads=_scopes(who, Role.LEAD),
    )


def values_of(who: Claimer, wanted: ClaimFilter, now: datetime) -> dict[str, object]:
    """Give the values for the names that the rules bind."""
    return {
        "me": who.id,
        "now": now,
        "midnight": now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
        "cap": who.daily_cap,
        "seen_before": who.seen_before,
        "alike": list(who.alike or ()),
        "types": list(wanted.type_ids),
        "languages": list(wanted.language_ids),
        "only": wanted.only,
    }


def _scopes(who: Claimer, role: Role) -> tuple[Scope, ...]:
    found = {(one.type_id, one.language_id) for one in who.held if one.role is role}
    return tuple(sorted(found, key=lambda one: (one[0] or "", one[1] or "")))


def read_claimer(session: Session, annotator_id: str) -> Claimer:
    """Read what the rules have to know about a person.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: It is a machine, or a person who has withdrawn.
    """
    standing = find_standing(session, annotator_id)
    if standing is None:
        raise NotFound(f"There is no annotator {annotator_id!r} in this workspace.")
    if standing.kind is not AnnotatorKind.HUMAN or standing.withdrawn_at is not None:
        raise Forbidden(
            f"Annotator {standing.handle!r} is a machine or has withdrawn, and only people who "
            "work here claim work; sign in as such a person."
        )
    people = {
        one.id: one
        for one in session.execute(
            sa.select(col(Annotator.id), col(Annotator.background), col(Annotator.daily_cap)).where(
                sa.or_(col(Annotator.id) == annotator_id, col(Annotator.background) != "")
            )
        )
    }
    background = _plain(people[annotator_id].background)
    workspace = find_workspace(session)
    return Claimer(
        id=annotator_id,
        is_alone=standing.owns_all,
        held=() if standing.is_solo else standing.held,
        seen_before=workspace.shared_at if workspace is not None and standing.is_local else None,
        daily_cap=people[annotator_id].daily_cap,
        alike=tuple(one.id for one in people.values() if _plain(one.background) == background)
        if background
        else None,
    )


def _plain(background: str) -> str:
    return " ".join(background.casefold().split())


_ME: Final = sa.bindparam("me", type_=sa.String)
_NOW: Final = sa.bindparam("now", type_=UtcDateTime)
_SEEN_BEFORE: Final = sa.bindparam("seen_before", type_=UtcDateTime)


def rules(slot: type[Slot], shape: Shape) -> dict[Why, Clause]:
    """Build every rule that can keep a slot from a person, in the order of ``Why``.

    Args:
        slot: An alias of the table, joined with ``Item``.
        shape: What the rules depend on apart from their values.
    """
    stage = shape.stage
    found: dict[Why, Clause | None] = {
        Why.FILTER: _filtered(slot, shape),
        Why.DAILY_CAP: _capped() if shape.is_capped and not shape.is_alone else None,
        Why.ALREADY_DONE: _done(slot, shape),
        Why.HELD_BY_OTHERS: sa.and_(
            col(slot.holder_id).is_not(None),
            col(slot.holder_id) != _ME,
            col(slot.lease_until) > _NOW,
        ),
    }
    if not shape.is_alone:
        found |= {
            Why.ROLE: ~_within(shape.may),
            Why.LANGUAGE: _listed_but(AnnotatorLanguage, col(Item.language_id)),
            Why.DOMAIN: _listed_but(AnnotatorDomain, col(Item.domain_id)),
            Why.OWN_FAMILY: None if stage is Stage.AUTHOR else _own(slot, stage),
            Why.SEEN: None if stage is Stage.AUTHOR else _seen(slot, shape),
            Why.SKIPPED: skipped(slot),
            Why.FOR_LEAD: sa.and_(_for_lead(slot), ~_within(shape.leads)),
            Why.BACKGROUND: _same_background(slot, shape) if stage in OF_REVIEW else None,
        }
    return {why: clause for why in Why if (clause := found.get(why)) is not None}


def _filtered(slot: type[Slot], shape: Shape) -> Clause | None:
    left_out: list[Clause] = []
    if shape.by_type:
        left_out.append(col(Item.type_id).not_in(sa.bindparam("types", expanding=True)))
    if shape.by_language:
        left_out.append(col(Item.language_id).not_in(sa.bindparam("languages", expanding=True)))
    if shape.by_subject:
        left_out.append(col(slot.subject_id) != sa.bindparam("only", type_=sa.String))
    return sa.or_(*left_out) if left_out else None


def _within(scopes: tuple[Scope, ...]) -> Clause:
    return any_of(
        [
            sa.and_(
                sa.true() if type_id is None else col(Item.type_id) == type_id,
                sa.true() if language_id is None else col(Item.language_id) == language_id,
            )
            for type_id, language_id in scopes
        ]
    )


def _listed_but(
    listed: type[AnnotatorLanguage] | type[AnnotatorDomain],
    asked: "Mapped[str] | Mapped[str | None]",
) -> Clause:
    table: sa.Table = listed.__table__  # type: ignore[union-attr]
    named = table.c.language_id if listed is AnnotatorLanguage else table.c.domain_id
    own = sa.select(named).where(table.c.annotator_id == _ME)
    return sa.and_(asked.is_not(None), own.exists(), asked.not_in(own))


def _own(slot: type[Slot], stage: Stage) -> Clause:
    mine = sa.union(
        select(Revision.item_id).where(Revision.author_id == _ME),
        select(WorkingCopy.item_id).where(
            WorkingCopy.annotator_id == _ME, col(WorkingCopy.item_id).is_not(None)
        ),
    ).subquery()
    families = sa.union(
        select(Item.family_id).where(col(Item.id).in_(sa.select(mine))),
        select(Placement.previous_family_id).where(col(Placement.item_id).in_(sa.select(mine))),
    ).subquery()
    before = select(Placement.previous_family_id).where(Placement.item_id == slot.item_id)
    kin = sa.or_(
        col(Item.family_id).in_(sa.select(families)),
        before.where(col(Placement.previous_family_id).in_(sa.select(families)))
        .correlate(slot)
        .exists(),
    )
    if stage not in OF_LABELS:
        # Who edited it as a reviewer of this very round and took that back reviews it again.
        edited = select(Review.id).where(
            Review.act_id == slot.act_id,
            Review.annotator_id == _ME,
            col(Review.edited_revision_id).is_not(None),
        )
        return sa.and_(kin, ~edited.correlate(slot).exists())
    wrote = (
        select(Response.id)
        .join(Event, col(Event.id) == col(Response.event_id))
        .where(
            Response.id == slot.response_id,
            Response.source != ResponseSource.MODEL,
            Event.actor_id == _ME,
        )
        .correlate(slot)
    )
    return sa.or_(kin, wrote.exists())


def _seen(slot: type[Slot], shape: Shape) -> Clause:
    if shape.stage in OF_LABELS:
        revealed = select(Reveal.response_id).where(
            Reveal.annotator_id == _ME, Reveal.response_id == slot.response_id
        )
        seen = revealed.correlate(slot).exists()
        if not shape.has_worked_alone:
            return seen
        old = select(Response.id).where(
            Response.id == slot.response_id, col(Response.created_at) < _SEEN_BEFORE
        )
        return sa.or_(seen, old.correlate(slot).exists())
    seen = (
        select(ItemReveal.item_id)
        .where(ItemReveal.annotator_id == _ME, ItemReveal.item_id == slot.item_id)
        .correlate(slot)
        .exists()
    )
    return sa.or_(seen, col(Item.created_at) < _SEEN_BEFORE) if shape.has_worked_alone else seen


def _done(slot: type[Slot], shape: Shape) -> Clause:
    stage = shape.stage
    other = aliased(Slot)
    handed_in = select(other.id).where(
        other.holder_id == _ME, other.id != slot.id, col(other.done_at).is_not(None)
    )
    if stage in OF_LABELS:
        done = handed_in.where(
            other.response_id == slot.response_id, col(other.stage).in_(OF_LABELS)
        )
        label = select(Label.id).where(
            Label.response_id == slot.response_id,
            Label.annotator_id == _ME,
            col(Label.turn).is_not(None),
        )
        if stage is Stage.LABEL:
            label = label.where(is_live())
        return sa.or_(done.correlate(slot).exists(), label.correlate(slot).exists())
    if stage is Stage.AUTHOR:
        return (
            handed_in.where(
                other.item_id == slot.item_id, other.stage == stage, other.round == slot.round
            )
            .correlate(slot)
            .exists()
        )
    done = handed_in.where(
        other.item_id == slot.item_id, other.round == slot.round, col(other.stage).in_(OF_REVIEW)
    )
    review = select(Review.id).where(Review.act_id == slot.act_id, Review.annotator_id == _ME)
    if stage is Stage.REVIEW:
        taken_back = select(Withdrawal.subject_id).where(
            Withdrawal.kind == Withdrawn.REVIEW, Withdrawal.subject_id == Review.id
        )
        review = review.where(~taken_back.correlate(Review).exists())
    if shape.is_alone:
        return review.correlate(slot).exists() if stage is Stage.REVIEW else sa.false()
    return sa.or_(done.correlate(slot).exists(), review.correlate(slot).exists())


def skipped(slot: type[Slot]) -> Clause:
    """Hold for slots that a person has passed on."""
    other = aliased(Slot)
    return (
        select(Skip.id)
        .join(other, col(other.id) == col(Skip.slot_id))
        .where(
            Skip.annotator_id == _ME,
            other.item_id == slot.item_id,
            sa.or_(
                col(Skip.reason).in_(ABOUT_THE_ITEM),
                sa.and_(col(other.subject_id) == slot.subject_id, col(other.round) == slot.round),
            ),
        )
        .correlate(slot)
        .exists()
    )


def _for_lead(slot: type[Slot]) -> Clause:
    other = aliased(Slot)
    return (
        select(Skip.id)
        .join(other, col(other.id) == col(Skip.slot_id))
        .where(
            other.item_id == slot.item_id,
            Skip.reason == SkipReason.DISTRESSING,
            ~is_settled(),
        )
        .correlate(slot)
        .exists()
    )


def is_settled() -> Clause:
    """Hold for skips that a lead has looked at."""
    return (
        select(Event.id)
        .where(Event.subject_id == Skip.id, Event.action == SKIP_SETTLED)
        .correlate(Skip)
        .exists()
    )


def _same_background(slot: type[Slot], shape: Shape) -> Clause:
    if not shape.has_background:
        return col(slot.other_background).is_(True)
    other = aliased(Slot)
    alike = (
        select(other.id)
        .where(
            other.item_id == slot.item_id,
            other.round == slot.round,
            other.id != slot.id,
            col(other.stage).in_(OF_REVIEW),
            col(other.holder_id).in_(sa.bindparam("alike", expanding=True)),
        )
        .correlate(slot)
    )
    return sa.and_(col(slot.other_background).is_(True), alike.exists())


def _capped() -> Clause:
    other = aliased(Slot)
    today = select(sa.func.count(col(other.id))).where(
        other.holder_id == _ME,
        col(other.claimed_at) >= sa.bindparam("midnight", type_=UtcDateTime),
    )
    return today.scalar_subquery() >= sa.bindparam("cap", type_=sa.Integer)


def any_of(clauses: "Collection[Clause]") -> Clause:
    """Combine rules; false when there are none."""
    return sa.or_(sa.false(), *clauses)
