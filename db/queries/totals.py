"""Owns counting what a workspace holds: items, responses and labels by where they come from."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.items import Item, Revision
from db.labels import HUMAN_EVIDENCE, Decision, Label, LabelSource, LabelWithdrawal
from db.queries.labelling_queue import is_counted, is_live
from db.queries.status import BLIND_LABELS
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.reviews import Adjudication, Ruling, Withdrawal, Withdrawn
from db.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts over the whole workspace; a kind that does not occur is absent.

    Attributes:
        items_by_origin: Items per origin, such as ``starter``.
        items_by_language: Items per language id.
        responses_by_source: Responses per source, such as ``construction``.
        labels_by_source: Labels that no other supersedes and that stand, per source; but surplus.
        surplus_labels: Those handed in too late, which stand and count nowhere.
        verdicts_by_source: Verdicts per source, such as ``imported``.
        simulated_responses: Responses of simulated models, which are no evidence.
        undecidable_responses: Those of which two people, or an adjudicator, could not tell whether
            they follow, whatever revisions their item has had since.
        unreleased: Items that no release holds at any revision.
        releases: How many releases there are.
    """

    items_by_origin: dict[str, int]
    items_by_language: dict[str, int]
    responses_by_source: dict[str, int]
    labels_by_source: dict[str, int]
    surplus_labels: int
    verdicts_by_source: dict[str, int]
    simulated_responses: int
    undecidable_responses: int
    unreleased: int
    releases: int

    @property
    def items(self) -> int:
        """All items."""
        return sum(self.items_by_origin.values())

    @property
    def human_labels(self) -> int:
        """Labels that count as human evidence."""
        return sum(self.labels_by_source.get(source.value, 0) for source in HUMAN_EVIDENCE)


def totals(session: Session) -> Totals:
    """Count what the workspace holds."""
    superseded = select(Label.supersedes_id).where(col(Label.supersedes_id).is_not(None))
    released = (
        select(Revision.item_id)
        .join(ReleaseRow, col(ReleaseRow.revision_id) == col(Revision.id))
        .distinct()
    )
    unreleased = select(sa.func.count()).select_from(Item).where(col(Item.id).not_in(released))
    return Totals(
        items_by_origin=_by(session, Item.origin, select(Item.origin, sa.func.count())),
        items_by_language=_by(session, Item.language_id, select(Item.language_id, sa.func.count())),
        responses_by_source=_by(session, Response.source, select(Response.source, sa.func.count())),
        labels_by_source=_by(
            session,
            Label.source,
            select(Label.source, sa.func.count()).where(
                col(Label.id).not_in(superseded),
                col(Label.id).not_in(select(LabelWithdrawal.label_id)),
                col(Label.is_surplus).is_(False),
            ),
        ),
        surplus_labels=session.exec(
            select(sa.func.count()).select_from(Label).where(col(Label.is_surplus), is_live())
        ).one(),
        verdicts_by_source=_by(session, Verdict.source, select(Verdict.source, sa.func.count())),
        simulated_responses=session.exec(
            select(sa.func.count()).select_from(Response).where(col(Response.is_simulated))
        ).one(),
        undecidable_responses=_undecidable(session),
        unreleased=session.exec(unreleased).one(),
        releases=session.exec(select(sa.func.count()).select_from(Release)).one(),
    )


def _undecidable(session: Session) -> int:
    """Count responses that nobody can tell about; a ruling counts instead of the labels."""
    taken_back = select(Withdrawal.subject_id).where(
        Withdrawal.kind == Withdrawn.ADJUDICATION, Withdrawal.subject_id == Adjudication.id
    )
    ruled = dict(
        session.exec(
            select(Adjudication.response_id, Adjudication.ruling)
            .where(col(Adjudication.response_id).is_not(None), ~taken_back.exists())
            .order_by(col(Adjudication.turn))
        ).all()
    )
    blind = col(Label.source) == LabelSource.BLIND_HUMAN
    untold = select(Label.response_id).where(
        blind, Label.decision == Decision.CANNOT_TELL, is_counted()
    )
    labels = session.exec(
        select(Label.response_id)
        .where(col(Label.response_id).in_(untold), blind, is_counted())
        .group_by(col(Label.response_id))
        .having(
            sa.func.count() >= BLIND_LABELS,
            sa.func.count(sa.distinct(col(Label.decision))) == 1,
        )
    ).all()
    by_ruling = sum(ruling is Ruling.CANNOT_TELL for ruling in ruled.values())
    return by_ruling + sum(response_id not in ruled for response_id in labels)


def _by(session: Session, key: object, query: object) -> dict[str, int]:
    grouped = query.group_by(key).order_by(key)  # type: ignore[attr-defined]
    return {str(name): count for name, count in session.exec(grouped)}
