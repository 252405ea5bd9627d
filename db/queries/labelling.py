"""Owns reading what labelling by people needs: a response as it is shown, labels, who saw what.

What is read for showing never holds a source, a role, a name, notes or anybody else's label;
``response_origin`` is the only door to those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.annotators import Annotator, AnnotatorKind
from db.errors import NotFound
from db.history import Event
from db.items import Item, Placement, Requirement, Revision
from db.labels import (
    Decision,
    Factuality,
    Label,
    LabelSource,
    RequirementLabel,
    Reveal,
)
from db.queries.labelling_queue import is_counted, is_current, is_live
from db.responses import Response, ResponseSource
from db.verdicts import Judge, Verdict
from db.working_copies import WorkingCopy
from db.workspace import Workspace, WorkspaceKind

LABEL_DECIDED = "label.decide"
Statement: TypeAlias = "sa.Select[*tuple[Any, ...]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseShown:
    """A response with its question, as a labeller may see it.

    Attributes:
        is_current: Whether the revision that it answers is its item's newest.
    """

    id: str
    text: str
    prompt: str
    reference: str
    requirements: tuple[str, ...]
    type_id: str
    language_id: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLabel:
    """One label that a person gave here.

    Attributes:
        requirements: What was decided requirement by requirement, by number; may be empty.
        is_live: False when it was taken back or superseded.
        is_surplus: Whether it was handed in too late: it is kept and counts nowhere.
    """

    id: str
    response_id: str
    annotator_id: str
    source: LabelSource
    decision: Decision
    factually_right: Factuality | None
    requirements: dict[int, Decision]
    reason: str
    turn: int
    created_at: datetime
    is_live: bool
    is_surplus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLabel:
    """A label on a response, whoever gave it."""

    source: LabelSource
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictShown:
    """A judge's verdict on a response."""

    judge: str
    is_simulated: bool
    value: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOrigin:
    """What a response is: everything that is hidden while it is labelled."""

    item_id: str
    item_origin: str
    source: str
    source_name: str
    role: str | None
    is_simulated: bool
    labels: tuple[OtherLabel, ...]
    verdicts: tuple[VerdictShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the source of a person's label on a response rests on, and what it has to fit.

    Attributes:
        handle: The person's.
        is_human: False for a machine, which does not label here.
        is_solo: Whether nobody logs in here.
        was_alone_with_it: Whether the response is older than sharing the workspace, and the person
            the one who worked here alone until then.
        has_written: Whether the person wrote the response, or at an item of its family.
        was_revealed: Whether the person has seen what the response is.
        requirements: How many the reference has.
        is_current: Whether the revision that the response answers is its item's newest.
    """

    handle: str
    item_id: str
    is_human: bool
    is_demonstration: bool
    is_solo: bool
    was_alone_with_it: bool
    has_written: bool
    was_revealed: bool
    requirements: int
    is_current: bool


def show_response(session: Session, response_id: str) -> ResponseShown:
    """Read a response as a labeller may see it.

    Raises:
        NotFound: There is no such response.
    """
    found = session.connection().execute(_shown(), {"response": response_id}).one_or_none()
    if found is None:
        raise _no_response(response_id)
    requirements = (
        session.connection().execute(_requirements(), {"revision": found.revision_id}).scalars()
    )
    return ResponseShown(
        id=response_id,
        text=found.text,
        prompt=found.prompt,
        reference=found.reference,
        requirements=tuple(requirements),
        type_id=found.type_id,
        language_id=found.language_id,
        is_current=bool(found.is_current),
    )


def response_origin(session: Session, response_id: str, *, annotator_id: str) -> ResponseOrigin:
    """Read what a response is, with the labels of others that count and all verdicts.

    Raises:
        NotFound: There is no such response.
    """
    response, _, item, _ = _located(session, response_id)
    labels = session.exec(
        select(Label.source, Label.decision)
        .where(
            Label.response_id == response_id,
            is_counted(),
            sa.or_(col(Label.annotator_id) != annotator_id, col(Label.turn).is_(None)),
        )
        .order_by(col(Label.created_at), col(Label.id))
    ).all()
    verdicts = session.exec(
        select(Judge.name, Judge.is_simulated, Verdict.value, Verdict.reason)
        .join(Judge, col(Judge.id) == col(Verdict.judge_id))
        .where(Verdict.response_id == response_id)
        .order_by(col(Judge.name), col(Verdict.repeat))
    ).all()
    return ResponseOrigin(
        item_id=item.id,
        item_origin=item.origin.value,
        source=response.source.value,
        source_name=response.source_name,
        role=response.role.value if response.role else None,
        is_simulated=response.is_simulated,
        labels=tuple(
            OtherLabel(source=LabelSource(source), decision=Decision(found))
            for source, found in labels
        ),
        verdicts=tuple(
            VerdictShown(judge=judge, is_simulated=simulated, value=value, reason=reason)
            for judge, simulated, value, reason in verdicts
        ),
    )


def find_label(session: Session, label_id: str) -> PersonLabel | None:
    """Read one label that a person gave here; None when there is none with that id."""
    found = _person_labels(session, _label_by_id(), {"label": label_id})
    return found[0] if found else None


def get_label(session: Session, label_id: str) -> PersonLabel:
    """Read one label that a person gave here.

    Raises:
        NotFound: There is none with that id.
    """
    found = find_label(session, label_id)
    if found is None:
        raise NotFound(f"There is no label {label_id!r} that a person gave here.")
    return found


def labels_on(session: Session, *, response_id: str, annotator_id: str) -> list[PersonLabel]:
    """List a person's labels on a response, live or not, first turn first."""
    return _person_labels(
        session, _labels_on(), {"response": response_id, "annotator": annotator_id}
    )


def blind_labels(session: Session, response_id: str) -> list[PersonLabel]:
    """List the blind labels on a response that count, whoever gave them."""
    return _person_labels(session, _blind_labels(), {"response": response_id})


def last_live(session: Session, *, annotator_id: str, limit: int) -> list[PersonLabel]:
    """List a person's newest live labels, newest first, in the order of the history."""
    return _person_labels(session, _last_live(), {"annotator": annotator_id, "limit": limit})


def last_decided(session: Session, *, annotator_id: str, limit: int) -> list[PersonLabel]:
    """List a person's newest labels, live or not, newest first, in the order of the history."""
    return _person_labels(session, _last_decided(), {"annotator": annotator_id, "limit": limit})


def find_ground(session: Session, *, annotator_id: str, response_id: str) -> Ground:
    """Read what speaks for and against a person as the judge of a response.

    Writing the response counts, and so does writing or editing an item of its family. Opening an
    item for writing shows what its contrast responses are, so it counts as editing. Families that
    an item belonged to before count as well.

    Raises:
        NotFound: There is no such annotator or response.
    """
    parties = {"annotator": annotator_id, "response": response_id}
    found = session.connection().execute(_ground(), parties).one_or_none()
    if found is None:
        raise NotFound(f"There is no annotator {annotator_id!r} in this workspace.")
    if found.item_id is None:
        raise _no_response(response_id)
    has_written = found.source is not ResponseSource.MODEL and found.actor_id == annotator_id
    if not has_written:
        place = {"item": found.item_id, "family": found.family_id, "annotator": annotator_id}
        has_written = bool(session.connection().execute(_has_edited(), place).scalar_one())
    return Ground(
        handle=found.handle,
        item_id=found.item_id,
        is_human=found.kind is AnnotatorKind.HUMAN,
        is_demonstration=found.is_demonstration,
        is_solo=found.workspace is None or found.workspace is WorkspaceKind.SOLO,
        was_alone_with_it=bool(found.was_alone_with_it),
        has_written=has_written,
        was_revealed=bool(found.was_revealed),
        requirements=found.requirements,
        is_current=bool(found.is_current),
    )


def revealed_to(
    session: Session, *, annotator_id: str, response_ids: Sequence[str]
) -> frozenset[str]:
    """Give those responses of which a person saw what they are."""
    return frozenset(
        session.exec(
            select(Reveal.response_id).where(
                Reveal.annotator_id == annotator_id,
                col(Reveal.response_id).in_(response_ids),
            )
        )
    )


def current_responses(session: Session, item_id: str) -> list[str]:
    """List the responses of an item's current revision."""
    return list(
        session.exec(
            select(Response.id)
            .join(Revision, col(Revision.id) == col(Response.revision_id))
            .where(Revision.item_id == item_id, is_current())
            .order_by(col(Response.id))
        )
    )


def _located(session: Session, response_id: str) -> tuple[Response, Revision, Item, bool]:
    found = session.exec(
        select(Response, Revision, Item, is_current())
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .join(Item, col(Item.id) == col(Revision.item_id))
        .where(Response.id == response_id)
    ).one_or_none()
    if found is None:
        raise _no_response(response_id)
    response, revision, item, current = found
    return response, revision, item, bool(current)


def _no_response(response_id: str) -> NotFound:
    return NotFound(f"There is no response {response_id!r} in this workspace.")


# The statements of every click are built once and run on the connection: the rest of the mapper
# costs more than the database.


@cache
def _shown() -> Statement:
    return (
        sa.select(
            col(Response.text),
            col(Response.revision_id),
            col(Revision.prompt),
            col(Revision.reference),
            col(Item.type_id),
            col(Item.language_id),
            is_current().label("is_current"),
        )
        .join(Revision, col(Revision.id) == col(Response.revision_id))
        .join(Item, col(Item.id) == col(Revision.item_id))
        .where(col(Response.id) == sa.bindparam("response", type_=sa.String))
    )


@cache
def _requirements() -> Statement:
    return (
        sa.select(col(Requirement.text))
        .where(col(Requirement.revision_id) == sa.bindparam("revision", type_=sa.String))
        .order_by(col(Requirement.number))
    )


@cache
def _labels_on() -> Statement:
    return (
        _labels()
        .where(
            col(Label.response_id) == sa.bindparam("response", type_=sa.String),
            col(Label.annotator_id) == sa.bindparam("annotator", type_=sa.String),
        )
        .order_by(col(Label.turn))
    )


@cache
def _blind_labels() -> Statement:
    return (
        _labels()
        .where(
            col(Label.response_id) == sa.bindparam("response", type_=sa.String),
            col(Label.source) == LabelSource.BLIND_HUMAN,
            is_counted(),
        )
        .order_by(col(Label.id))
    )


@cache
def _last_live() -> Statement:
    return _last_decided().where(is_live())


@cache
def _last_decided() -> Statement:
    return (
        _labels()
        .join(Event, col(Event.id) == col(Label.event_id))
        .where(
            col(Event.actor_id) == sa.bindparam("annotator", type_=sa.String),
            col(Event.action) == LABEL_DECIDED,
            col(Label.annotator_id) == sa.bindparam("annotator", type_=sa.String),
        )
        .order_by(col(Event.seq).desc())
        .limit(sa.bindparam("limit"))
    )


@cache
def _label_by_id() -> Statement:
    return _labels().where(col(Label.id) == sa.bindparam("label", type_=sa.String))


def _labels() -> Statement:
    by_part = sa.select(col(RequirementLabel.label_id)).where(
        col(RequirementLabel.label_id) == col(Label.id)
    )
    return sa.select(
        col(Label.id),
        col(Label.response_id),
        col(Label.annotator_id),
        col(Label.source),
        col(Label.decision),
        col(Label.factually_right),
        col(Label.reason),
        col(Label.turn),
        col(Label.created_at),
        is_live().label("is_live"),
        col(Label.is_surplus),
        by_part.correlate(Label).exists().label("by_part"),
    ).where(col(Label.turn).is_not(None))


@cache
def _ground() -> Statement:
    annotator, response = (
        sa.bindparam("annotator", type_=sa.String),
        sa.bindparam("response", type_=sa.String),
    )
    revealed = sa.select(col(Reveal.response_id)).where(
        col(Reveal.annotator_id) == annotator, col(Reveal.response_id) == response
    )
    requirements = (
        sa.select(sa.func.count())
        .select_from(Requirement)
        .where(col(Requirement.revision_id) == col(Revision.id))
        .correlate(Revision)
    )
    alone_with_it = (
        sa.select(col(Workspace.id))
        .where(
            col(Workspace.local_annotator_id) == annotator,
            col(Response.created_at) < col(Workspace.shared_at),
        )
        .correlate(Response)
    )
    actor = sa.select(col(Event.actor_id)).where(col(Event.id) == col(Response.event_id))
    return (
        sa.select(
            col(Annotator.handle),
            col(Annotator.kind),
            col(Annotator.is_demonstration),
            sa.select(col(Workspace.kind))
            .where(col(Workspace.id) == 1)
            .scalar_subquery()
            .label("workspace"),
            alone_with_it.exists().label("was_alone_with_it"),
            col(Response.source),
            actor.correlate(Response).scalar_subquery().label("actor_id"),
            col(Item.id).label("item_id"),
            col(Item.family_id),
            revealed.exists().label("was_revealed"),
            requirements.scalar_subquery().label("requirements"),
            is_current().label("is_current"),
        )
        .select_from(Annotator)
        .outerjoin(Response, col(Response.id) == response)
        .outerjoin(Revision, col(Revision.id) == col(Response.revision_id))
        .outerjoin(Item, col(Item.id) == col(Revision.item_id))
        .where(col(Annotator.id) == annotator)
    )


@cache
def _has_edited() -> Statement:
    items, annotator = _family_items(), sa.bindparam("annotator", type_=sa.String)
    revised = sa.select(col(Revision.id)).where(
        col(Revision.item_id).in_(items), col(Revision.author_id) == annotator
    )
    opened = sa.select(col(WorkingCopy.id)).where(
        col(WorkingCopy.item_id).in_(items), col(WorkingCopy.annotator_id) == annotator
    )
    return sa.select(sa.or_(revised.exists(), opened.exists()))


def _family_items() -> Statement:
    family, item = sa.bindparam("family", type_=sa.String), sa.bindparam("item", type_=sa.String)
    before = sa.select(col(Placement.previous_family_id)).where(col(Placement.item_id) == item)
    families = sa.union(sa.select(family), before).subquery()
    once = sa.select(col(Placement.item_id)).where(
        col(Placement.previous_family_id).in_(sa.select(families))
    )
    return sa.select(col(Item.id)).where(
        sa.or_(col(Item.family_id).in_(sa.select(families)), col(Item.id).in_(once))
    )


def _person_labels(
    session: Session, query: Statement, values: Mapping[str, object]
) -> list[PersonLabel]:
    rows = session.connection().execute(query, values).all()
    decided = _by_part(session, [row.id for row in rows if row.by_part])
    return [
        PersonLabel(
            id=row.id,
            response_id=row.response_id,
            annotator_id=row.annotator_id,
            source=row.source,
            decision=row.decision,
            factually_right=row.factually_right,
            requirements=decided.get(row.id, {}),
            reason=row.reason,
            turn=row.turn,
            created_at=row.created_at,
            is_live=bool(row.is_live),
            is_surplus=row.is_surplus,
        )
        for row in rows
    ]


def _by_part(session: Session, label_ids: Sequence[str]) -> dict[str, dict[int, Decision]]:
    decided: dict[str, dict[int, Decision]] = {label_id: {} for label_id in label_ids}
    if decided:
        for found in session.exec(
            select(RequirementLabel)
            .where(col(RequirementLabel.label_id).in_(label_ids))
            .order_by(col(RequirementLabel.number))
        ):
            decided[found.label_id][found.number] = found.decision
    return decided
