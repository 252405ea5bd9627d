"""Owns the list of items: one page of what the filters let through."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from app.views.naming import Taxonomy, load_taxonomy_names
from app.views.page_access import load_access
from app.views.told import untold
from curation.review.blindness import Hidden, find_hidden
from db.engine import Session
from db.items import ItemOrigin
from db.queries.item_facts import statuses
from db.queries.items import (
    UNASSIGNED,
    ItemFilter,
    ItemRow,
    count_items,
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
        left_out: How many of those are not in the list at all.
    """

    rows: tuple[ItemRow, ...]
    found: int
    total: int
    page: int
    hidden: frozenset[str] = frozenset()
    left_out: int = 0

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

    What the person may yet be asked about is left out: its id tells where it comes from, its place
    in the order what type it is, its newest text what another reviewer made of it, and a search
    what its reference says. Who leads or administers it finds it in the list, but by no filter
    that tells of it.

    Whoever judges blindly finds no dispute: it is told as what it is part of.

    Args:
        session: Any.
        wanted: The filter.
        page: The number of the page, from 1.
        annotator_id: Who looks; None where nothing is hidden from anybody.
    """
    hidden = find_hidden(session, annotator_id=annotator_id) if annotator_id else Hidden()
    told = _told_otherwise(session, annotator_id)
    tells = bool(wanted.type_ids or wanted.domain_ids or wanted.origins or wanted.search.strip())
    without = hidden.items if tells else hidden.withheld
    shown = page_of_items(session, _as_told(wanted, told, without), size=PAGE_SIZE, page=page)
    is_all = wanted == ItemFilter() and not without
    return ItemList(
        rows=tuple(replace(row, status=told.get(row.id, row.status)) for row in shown.rows),
        found=shown.found,
        total=shown.found if is_all else count_items(session),
        page=shown.page,
        hidden=hidden.items,
        left_out=len(without),
    )


def _told_otherwise(session: Session, annotator_id: str | None) -> dict[str, ItemStatus]:
    if annotator_id is None or not load_access(session, annotator_id).judges_blindly:
        return {}
    return untold(session, statuses(session))


def _as_told(
    wanted: ItemFilter, told: Mapping[str, ItemStatus], without: frozenset[str]
) -> ItemFilter:
    """Have a filter by status let through what is told to stand there, and nothing else."""
    if not wanted.statuses or not told:
        return replace(wanted, without=without)
    others = {item_id for item_id, status in told.items() if status not in wanted.statuses}
    return replace(
        wanted,
        statuses=(*wanted.statuses, ItemStatus.ADJUDICATION),
        without=without | others,
    )
