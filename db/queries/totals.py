"""Owns counting what a workspace holds: items, responses and labels by where they come from."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.items import Item, Revision
from db.labels import HUMAN_EVIDENCE, Label, LabelWithdrawal
from db.releases import Release, ReleaseRow
from db.responses import Response
from db.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts over the whole workspace; a kind that does not occur is absent.

    Attributes:
        items_by_origin: Items per origin, such as ``starter``.
        items_by_language: Items per language id.
        responses_by_source: Responses per source, such as ``construction``.
        labels_by_source: Labels that no other supersedes and that stand, per source.
        verdicts_by_source: Verdicts per source, such as ``imported``.
        simulated_responses: Responses of simulated models, which are no evidence.
        unreleased: Items that no release holds at any revision.
        releases: How many releases there are.
    """

    items_by_origin: dict[str, int]
    items_by_language: dict[str, int]
    responses_by_source: dict[str, int]
    labels_by_source: dict[str, int]
    verdicts_by_source: dict[str, int]
    simulated_responses: int
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
            ),
        ),
        verdicts_by_source=_by(session, Verdict.source, select(Verdict.source, sa.func.count())),
        simulated_responses=session.exec(
            select(sa.func.count()).select_from(Response).where(col(Response.is_simulated))
        ).one(),
        unreleased=session.exec(unreleased).one(),
        releases=session.exec(select(sa.func.count()).select_from(Release)).one(),
    )


def _by(session: Session, key: object, query: object) -> dict[str, int]:
    grouped = query.group_by(key).order_by(key)  # type: ignore[attr-defined]
    return {str(name): count for name, count in session.exec(grouped)}
