"""Owns the list of items: one page of what the filters let through."""

from dataclasses import dataclass
from math import ceil

from app.views.naming import Taxonomy, load_taxonomy_names
from db.engine import Session
from db.items import ItemOrigin
from db.queries.items import UNASSIGNED, ItemFilter, ItemRow, count_items, page_of_items

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """One page of items.

    Attributes:
        rows: The items of the page, in the order type, language, creation, id.
        found: How many items the filters let through.
        total: How many items there are.
        page: The number of the page, from 1; never beyond the last one.
    """

    rows: tuple[ItemRow, ...]
    found: int
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, ceil(self.found / PAGE_SIZE))

    @property
    def starters(self) -> int:
        """How many items of the page a machine wrote for the starter set."""
        return sum(row.origin is ItemOrigin.STARTER for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChoices:
    """What can be chosen in each filter, by id; ``unassigned`` stands for no domain."""

    taxonomy: Taxonomy
    type_ids: tuple[str, ...]
    domain_ids: tuple[str, ...]
    language_ids: tuple[str, ...]
    origins: tuple[str, ...]


def load_choices(session: Session) -> FilterChoices:
    """Read what the filters offer."""
    taxonomy = load_taxonomy_names(session)
    return FilterChoices(
        taxonomy=taxonomy,
        type_ids=tuple(named.id for named in taxonomy.types),
        domain_ids=(*(named.id for named in taxonomy.domains), UNASSIGNED),
        language_ids=tuple(named.id for named in taxonomy.languages),
        origins=tuple(origin.value for origin in ItemOrigin),
    )


def load_item_list(session: Session, wanted: ItemFilter, *, page: int) -> ItemList:
    """Read one page; a page beyond the last gives the last."""
    shown = page_of_items(session, wanted, size=PAGE_SIZE, page=page)
    total = count_items(session) if wanted != ItemFilter() else shown.found
    return ItemList(rows=shown.rows, found=shown.found, total=total, page=shown.page)
