"""Owns the list of items: one page of what the filters let through."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from app.views.naming import Taxonomy, load_taxonomy_names
from curation.review.blindness import UNDER_REVIEW, Looked, hidden_from
from db.engine import Session
from db.items import ItemOrigin
from db.queries.acts import is_solo_workspace
from db.queries.items import (
    UNASSIGNED,
    ItemFilter,
    ItemRow,
    count_items,
    list_items,
    page_of_items,
)
from db.queries.status import ItemStatus

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """One page of items.

    Attributes:
        rows: The items of the page, in the order type, language, creation, id.
        found: How many items the filters let through.
        total: How many items there are.
        page: The number of the page, from 1; never beyond the last one.
        hidden: Items of which the person is not shown what they are: they may yet review them.
    """

    rows: tuple[ItemRow, ...]
    found: int
    total: int
    page: int
    hidden: frozenset[str] = frozenset()

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, ceil(self.found / PAGE_SIZE))

    @property
    def starters(self) -> int:
        """How many items of the page a machine wrote for the starter set."""
        shown = [row for row in self.rows if row.id not in self.hidden]
        return sum(row.origin is ItemOrigin.STARTER for row in shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChoices:
    """What can be chosen in each filter, by id; ``unassigned`` stands for no domain."""

    taxonomy: Taxonomy
    type_ids: tuple[str, ...]
    domain_ids: tuple[str, ...]
    language_ids: tuple[str, ...]
    origins: tuple[str, ...]
    statuses: tuple[str, ...]


def load_choices(session: Session) -> FilterChoices:
    """Read what the filters offer."""
    taxonomy = load_taxonomy_names(session)
    return FilterChoices(
        taxonomy=taxonomy,
        type_ids=tuple(named.id for named in taxonomy.types),
        domain_ids=(*(named.id for named in taxonomy.domains), UNASSIGNED),
        language_ids=tuple(named.id for named in taxonomy.languages),
        origins=tuple(origin.value for origin in ItemOrigin),
        statuses=tuple(status.value for status in ItemStatus),
    )


def load_item_list(
    session: Session, wanted: ItemFilter, *, page: int, annotator_id: str | None = None
) -> ItemList:
    """Read one page; a page beyond the last gives the last.

    Args:
        session: Any.
        wanted: The filter; what it asks of hidden items' type, domain or origin finds none of them.
        page: The number of the page, from 1.
        annotator_id: Who looks; None where nothing is hidden from anybody.
    """
    tells = bool(wanted.type_ids or wanted.domain_ids or wanted.origins)
    without = _under_review(session, annotator_id) if tells and annotator_id else frozenset()
    shown = page_of_items(session, replace(wanted, without=without), size=PAGE_SIZE, page=page)
    total = count_items(session) if wanted != ItemFilter() else shown.found
    hidden: frozenset[str] = frozenset()
    if annotator_id is not None:
        hidden = hidden_from(session, _looked(shown.rows), annotator_id=annotator_id)
    return ItemList(rows=shown.rows, found=shown.found, total=total, page=shown.page, hidden=hidden)


def _under_review(session: Session, annotator_id: str) -> frozenset[str]:
    if is_solo_workspace(session):
        return frozenset()
    rows = list_items(session, ItemFilter(statuses=UNDER_REVIEW))
    return hidden_from(session, _looked(rows), annotator_id=annotator_id)


def _looked(rows: Sequence[ItemRow]) -> list[Looked]:
    return [
        Looked(item_id=row.id, type_id=row.type_id, language_id=row.language_id, status=row.status)
        for row in rows
    ]
