"""Owns reading the checks of items with the responses that were constructed to try them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from db.errors import NotFound
from db.items import Item, Requirement
from db.labels import Decision, Label, LabelSource
from db.queries.items import current_revisions, item_ids_in_order
from db.responses import ContrastRole, Response, ResponseSource

_BATCH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructedResponse:
    """A response that was written to follow or to fail.

    Attributes:
        failed: Numbers of the requirements that its label of construction names; None when it says
            that the response fails and not which.
    """

    id: str
    role: ContrastRole
    text: str
    decision: Decision
    failed: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedItem:
    """The current revision of an item, as far as checks go.

    Attributes:
        requirements: The texts of its requirements, in order.
        constructed: Read only when there are checks.
    """

    item_id: str
    type_id: str
    language_id: str
    revision_id: str
    revision_number: int
    checks: str
    requirements: tuple[str, ...]
    constructed: tuple[ConstructedResponse, ...]


def checked_items(
    session: Session, item_ids: Sequence[str] | None = None
) -> tuple[CheckedItem, ...]:
    """Read items in the order of lists, or in the order that is asked for.

    Raises:
        NotFound: There is no such item.
    """
    ids = item_ids_in_order(session) if item_ids is None else list(dict.fromkeys(item_ids))
    current = current_revisions(session, ids)
    for item_id in ids:
        if item_id not in current:
            raise NotFound(
                f"There is no item {item_id!r}; list the items with 'gainsay items list'."
            )
    heads = {
        item.id: item
        for start in range(0, len(ids), _BATCH)
        for item in session.exec(select(Item).where(col(Item.id).in_(ids[start : start + _BATCH])))
    }
    revisions = [current[item_id] for item_id in ids]
    requirements = _requirements(session, [row.id for row in revisions])
    constructed = _constructed(session, [row.id for row in revisions if row.checks.strip()])
    return tuple(
        CheckedItem(
            item_id=row.item_id,
            type_id=heads[row.item_id].type_id,
            language_id=heads[row.item_id].language_id,
            revision_id=row.id,
            revision_number=row.number,
            checks=row.checks,
            requirements=tuple(requirements[row.id]),
            constructed=tuple(constructed[row.id]),
        )
        for row in revisions
    )


def _requirements(session: Session, revision_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for start in range(0, len(revision_ids), _BATCH):
        batch = revision_ids[start : start + _BATCH]
        for row in session.exec(
            select(Requirement)
            .where(col(Requirement.revision_id).in_(batch))
            .order_by(col(Requirement.revision_id), col(Requirement.number))
        ):
            found[row.revision_id].append(row.text)
    return found


def _constructed(
    session: Session, revision_ids: Sequence[str]
) -> dict[str, list[ConstructedResponse]]:
    found: dict[str, list[ConstructedResponse]] = defaultdict(list)
    for start in range(0, len(revision_ids), _BATCH):
        batch = revision_ids[start : start + _BATCH]
        # The newest label of construction is the last that a response is met with.
        query = (
            select(Response, Label)
            .join(Label, col(Label.response_id) == col(Response.id))
            .where(
                col(Response.revision_id).in_(batch),
                Response.source == ResponseSource.CONSTRUCTION,
                Label.source == LabelSource.CONSTRUCTION,
            )
            .order_by(col(Response.id), col(Label.created_at), col(Label.id))
        )
        newest = {response.id: (response, label) for response, label in session.exec(query)}
        for response, label in newest.values():
            if response.role is not None:
                found[response.revision_id].append(_case(response, response.role, label))
    for cases in found.values():
        cases.sort(key=lambda case: (list(ContrastRole).index(case.role), case.id))
    return found


def _case(response: Response, role: ContrastRole, label: Label) -> ConstructedResponse:
    unsaid = label.decision is not Decision.FOLLOWS and not label.failed
    return ConstructedResponse(
        id=response.id,
        role=role,
        text=response.text,
        decision=label.decision,
        failed=None if unsaid else tuple(label.failed),
    )
