"""Owns reading what labelling by people needs: a response as it is shown, labels, who saw what.

What is read for showing never holds a source, a role, a name, notes or anybody else's label;
``response_origin`` is the only door to those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

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
from db.queries.labelling_queue import is_current, is_live
from db.responses import Response, ResponseSource
from db.verdicts import Judge, Verdict
from db.working_copies import WorkingCopy

LABEL_DECIDED = "label.decide"


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


def show_response(session: Session, response_id: str) -> ResponseShown:
    """Read a response as a labeller may see it.

    Raises:
        NotFound: There is no such response.
    """
    response, revision, item, current = _located(session, response_id)
    requirements = session.exec(
        select(Requirement.text)
        .where(Requirement.revision_id == revision.id)
        .order_by(col(Requirement.number))
    ).all()
    return ResponseShown(
        id=response.id,
        text=response.text,
        prompt=revision.prompt,
        reference=revision.reference,
        requirements=tuple(requirements),
        type_id=item.type_id,
        language_id=item.language_id,
        is_current=current,
    )


def response_origin(session: Session, response_id: str, *, annotator_id: str) -> ResponseOrigin:
    """Read what a response is, with the live labels of others and all verdicts.

    Raises:
        NotFound: There is no such response.
    """
    response, _, item, _ = _located(session, response_id)
    labels = session.exec(
        select(Label.source, Label.decision)
        .where(
            Label.response_id == response_id,
            is_live(),
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
    found = _person_labels(session, sa.select(Label).where(col(Label.id) == label_id))
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
        session,
        sa.select(Label)
        .where(col(Label.response_id) == response_id, col(Label.annotator_id) == annotator_id)
        .order_by(col(Label.turn)),
    )


def last_live(session: Session, *, annotator_id: str, limit: int) -> list[PersonLabel]:
    """List a person's newest live labels, newest first, in the order of the history."""
    return _person_labels(
        session,
        sa.select(Label)
        .join(Event, col(Event.id) == col(Label.event_id))
        .where(
            col(Event.actor_id) == annotator_id,
            col(Event.action) == LABEL_DECIDED,
            col(Label.annotator_id) == annotator_id,
            is_live(),
        )
        .order_by(col(Event.seq).desc())
        .limit(limit),
    )


def has_written(session: Session, *, annotator_id: str, response_id: str) -> bool:
    """Say whether a person wrote the response, or wrote or edited an item of its family.

    Opening an item for writing shows what its contrast responses are, so it counts as editing.
    Families that an item belonged to before count as well.

    Raises:
        NotFound: There is no such response.
    """
    response, _, item, _ = _located(session, response_id)
    if response.source is not ResponseSource.MODEL:
        writer = select(Event.actor_id).where(Event.id == response.event_id)
        if session.exec(writer).first() == annotator_id:
            return True
    items = _family_items(item)
    revised = select(Revision.id).where(
        col(Revision.item_id).in_(items), Revision.author_id == annotator_id
    )
    opened = select(WorkingCopy.id).where(
        col(WorkingCopy.item_id).in_(items), WorkingCopy.annotator_id == annotator_id
    )
    return any(session.exec(query.limit(1)).first() is not None for query in (revised, opened))


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
        raise NotFound(f"There is no response {response_id!r} in this workspace.")
    response, revision, item, current = found
    return response, revision, item, bool(current)


def _family_items(item: Item) -> "SelectOfScalar[str]":
    before = select(Placement.previous_family_id).where(Placement.item_id == item.id)
    families = sa.union(sa.select(sa.literal(item.family_id)), before).subquery()
    once = select(Placement.item_id).where(
        col(Placement.previous_family_id).in_(sa.select(families))
    )
    return select(Item.id).where(
        sa.or_(col(Item.family_id).in_(sa.select(families)), col(Item.id).in_(once))
    )


def _person_labels(session: Session, query: "sa.Select[Label]") -> list[PersonLabel]:
    rows = session.execute(
        query.where(col(Label.turn).is_not(None)).add_columns(is_live().label("is_live"))
    ).all()
    decided: dict[str, dict[int, Decision]] = {label.id: {} for label, _ in rows}
    for found in session.exec(
        select(RequirementLabel)
        .where(col(RequirementLabel.label_id).in_(list(decided)))
        .order_by(col(RequirementLabel.number))
    ):
        decided[found.label_id][found.number] = found.decision
    return [
        PersonLabel(
            id=label.id,
            response_id=label.response_id,
            annotator_id=label.annotator_id,
            source=label.source,
            decision=label.decision,
            factually_right=label.factually_right,
            requirements=decided[label.id],
            reason=label.reason,
            turn=label.turn,
            created_at=label.created_at,
            is_live=bool(live),
        )
        for label, live in rows
    ]
