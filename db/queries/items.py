"""Owns reading items: lists with filters and search, one item whole. Results are frozen values."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from db.errors import NotFound
from db.items import (
    Item,
    ItemOrigin,
    JudgeText,
    Placement,
    Requirement,
    Revision,
    SystemPrompt,
    Template,
)
from db.labels import Label, LabelSource, LabelWithdrawal
from db.placements import head_at
from db.queries.item_facts import statuses
from db.queries.labelling_queue import is_counted
from db.queries.status import ItemStatus
from db.queries.transfer import VerdictLine, verdicts_to_show
from db.responses import Response
from db.taxonomy.tables import Domain, InstructionType, Language

UNASSIGNED = "unassigned"
_MANY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """Which items to list; an empty tuple means no restriction.

    Attributes:
        domain_ids: May hold ``unassigned`` for items without a domain.
        without: Ids of items that are left out, whatever else holds.
        statuses: Where the items stand; derived for all that the rest lets through.
        search: Text that the id, prompt or reference must hold; letter case does not matter.
    """

    type_ids: tuple[str, ...] = ()
    domain_ids: tuple[str, ...] = ()
    language_ids: tuple[str, ...] = ()
    origins: tuple[ItemOrigin, ...] = ()
    statuses: tuple[ItemStatus, ...] = ()
    family_id: str | None = None
    search: str = ""
    without: frozenset[str] = frozenset()

    @property
    def is_derived(self) -> bool:
        """Whether what it lets through cannot be said in one statement."""
        return bool(self.statuses or self.without)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item with its current revision, as lists and exports need it.

    Attributes:
        domain_id: None when unassigned.
        template: Judge template that came with the item; None takes the type's default.
        responses: How many responses the current revision has.
        labels: How many labels those responses have that count, by source.
    """

    id: str
    family_id: str
    type_id: str
    type_label: str
    domain_id: str | None
    domain_label: str
    language_id: str
    language_label: str
    origin: ItemOrigin
    status: ItemStatus
    created_at: datetime
    revision_id: str
    revision_number: int
    content_hash: str
    prompt: str
    reference: str
    twin: str
    notes: str
    checks: str
    template: str | None
    system_prompt: str | None
    requirements: tuple[str, ...]
    responses: int
    labels: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """One revision of an item."""

    id: str
    number: int
    content_hash: str
    prompt: str
    reference: str
    twin: str
    notes: str
    requirements: tuple[str, ...]
    author_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseView:
    """One response of the current revision with its labels, newest last, and its verdicts.

    Attributes:
        ended: What became of labels that are not live, ``superseded`` or ``withdrawn``, by id.
    """

    id: str
    source: str
    source_name: str
    role: str | None
    is_simulated: bool
    text: str
    labels: tuple[Label, ...]
    ended: dict[str, str]
    verdicts: tuple[VerdictLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetail:
    """One item whole."""

    row: ItemRow
    revisions: tuple[RevisionView, ...]
    responses: tuple[ResponseView, ...]
    siblings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One page of a list of items.

    Attributes:
        found: How many items all pages have.
        page: The page's number, from 1.
    """

    rows: tuple[ItemRow, ...]
    found: int
    page: int


def list_items(
    session: Session,
    wanted: ItemFilter | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[ItemRow]:
    """List items in the order type, language, creation, id."""
    wanted = wanted or ItemFilter()
    if wanted.is_derived:
        ids = _found(session, wanted)
        return _named(session, ids[offset : None if limit is None else offset + limit])
    query = _in_order(_matching(session, wanted)).limit(limit).offset(offset)
    items = session.exec(query).all()
    return _rows(session, items)


def list_items_at(session: Session, revisions: Mapping[str, str]) -> list[ItemRow]:
    """List items as they were at given revisions, in no order of their own.

    Args:
        session: Any.
        revisions: The wanted revision's id by the item's id.
    """
    ids = list(revisions)
    items = [
        item
        for batch in _batches(ids)
        for item in session.exec(select(Item).where(col(Item.id).in_(batch)))
    ]
    wanted = {
        revision.item_id: revision
        for batch in _batches(list(revisions.values()))
        for revision in session.exec(select(Revision).where(col(Revision.id).in_(batch)))
    }
    placements: dict[str, list[Placement]] = defaultdict(list)
    for placement in session.exec(
        select(Placement).order_by(col(Placement.item_id), col(Placement.number))
    ):
        placements[placement.item_id].append(placement)
    heads = [
        head_at(item, placements[item.id], wanted[item.id].number)
        if item.id in placements
        else item
        for item in items
    ]
    return _rows(session, heads, wanted)


def page_of_items(session: Session, wanted: ItemFilter, *, size: int, page: int) -> ItemPage:
    """List one page of what ``list_items`` would list, counted from 1; the last beyond the end."""
    if not wanted.search.strip() and not wanted.is_derived:
        found = count_items(session, wanted)
        page = _within(page, found, size)
        rows = list_items(session, wanted, limit=size, offset=(page - 1) * size)
        return ItemPage(rows=tuple(rows), found=found, page=page)
    # One walk finds and counts: looking for a text reads every current revision.
    ids = _found(session, wanted)
    page = _within(page, len(ids), size)
    rows = _named(session, ids[(page - 1) * size : page * size])
    return ItemPage(rows=tuple(rows), found=len(ids), page=page)


def _found(session: Session, wanted: ItemFilter) -> Sequence[str]:
    """Give the ids of all that a filter lets through, in order."""
    query = _in_order(_matching(session, wanted)).with_only_columns(col(Item.id))
    ids = [one for one in session.execute(query).scalars() if one not in wanted.without]
    if not wanted.statuses:
        return ids
    # A status is derived, never stored: no statement can ask for it.
    standing = statuses(session, None if len(ids) > _MANY else ids)
    return [one for one in ids if standing[one] in wanted.statuses]


def _named(session: Session, ids: Sequence[str]) -> list[ItemRow]:
    items = {
        item.id: item
        for batch in _batches(ids)
        for item in session.exec(select(Item).where(col(Item.id).in_(batch)))
    }
    return _rows(session, [items[one] for one in ids])


def _within(page: int, found: int, size: int) -> int:
    return min(max(1, page), max(1, -(-found // size)))


def count_items(session: Session, wanted: ItemFilter | None = None) -> int:
    """Count what ``list_items`` would list without a limit."""
    if wanted is not None and wanted.is_derived:
        return len(_found(session, wanted))
    matching = _matching(session, wanted or ItemFilter()).subquery()
    return session.exec(select(sa.func.count()).select_from(matching)).one()


def get_item(session: Session, item_id: str) -> ItemDetail:
    """Read one item whole.

    Raises:
        NotFound: There is no such item.
    """
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound(
            f"There is no item {item_id!r} in this workspace; 'gainsay items list' names them."
        )
    (row,) = _rows(session, [item])
    return ItemDetail(
        row=row,
        revisions=tuple(_revisions(session, item_id)),
        responses=tuple(_responses(session, row.revision_id)),
        siblings=tuple(
            session.exec(
                select(Item.id)
                .where(Item.family_id == item.family_id, Item.id != item.id)
                .order_by(Item.id)
            )
        ),
    )


def current_revisions(session: Session, item_ids: Sequence[str]) -> dict[str, Revision]:
    """Read the current revision of each item that exists, by item id."""
    return {
        revision.item_id: revision
        for batch in _batches(item_ids)
        for revision in session.exec(
            select(Revision).where(col(Revision.item_id).in_(batch), _is_current())
        )
    }


def item_ids_in_order(session: Session) -> list[str]:
    """Name every item in the order of lists."""
    return [item.id for item in session.exec(_in_order(_matching(session, ItemFilter())))]


def _in_order(query: SelectOfScalar[Item]) -> SelectOfScalar[Item]:
    return query.order_by(
        col(InstructionType.position),
        col(Language.position),
        col(Item.created_at),
        col(Item.id),
    )


def _matching(session: Session, wanted: ItemFilter) -> SelectOfScalar[Item]:
    query = (
        select(Item)
        .join(InstructionType, col(InstructionType.id) == col(Item.type_id))
        .join(Language, col(Language.id) == col(Item.language_id))
    )
    if wanted.type_ids:
        query = query.where(col(Item.type_id).in_(wanted.type_ids))
    if wanted.language_ids:
        query = query.where(col(Item.language_id).in_(wanted.language_ids))
    if wanted.origins:
        query = query.where(col(Item.origin).in_(wanted.origins))
    if wanted.family_id is not None:
        query = query.where(Item.family_id == wanted.family_id)
    if wanted.domain_ids:
        named = [domain for domain in wanted.domain_ids if domain != UNASSIGNED]
        has_domain = col(Item.domain_id).in_(named)
        query = query.where(
            sa.or_(has_domain, col(Item.domain_id).is_(None))
            if UNASSIGNED in wanted.domain_ids
            else has_domain
        )
    if wanted.search.strip():
        query = query.where(_holds(session, wanted.search.strip()))
    return query


def _holds(session: Session, text: str) -> sa.ColumnElement[bool]:
    # SQLite's LIKE takes no notice of case by itself: folding every text first costs twice.
    folds = session.get_bind().dialect.name != "sqlite"

    def holds(column: str) -> sa.ColumnElement[bool]:
        if folds:
            return col(column).icontains(text, autoescape=True)
        return col(column).contains(text, autoescape=True)

    # Plain LIKE: a trigram index finds nothing for two Chinese characters.
    found = select(Revision.item_id).where(
        _is_current(), sa.or_(holds(Revision.prompt), holds(Revision.reference))
    )
    return sa.or_(col(Item.id).in_(found), holds(Item.id), holds(Item.family_id))


def _is_current() -> sa.ColumnElement[bool]:
    newer = sa.orm.aliased(Revision)
    return ~(
        select(newer.id)
        .where(newer.item_id == Revision.item_id, newer.number > Revision.number)
        .correlate(Revision)
        .exists()
    )


def _rows(
    session: Session, items: Sequence[Item], wanted: Mapping[str, Revision] | None = None
) -> list[ItemRow]:
    ids = [item.id for item in items]
    labels = {row.id: row.label for row in session.exec(select(InstructionType))}
    domains = {row.id: row.label for row in session.exec(select(Domain))}
    languages = {row.id: row.label for row in session.exec(select(Language))}
    current = wanted if wanted is not None else current_revisions(session, ids)
    revision_ids = [revision.id for revision in current.values()]
    requirements = _requirements(session, revision_ids)
    standing = statuses(session, ids)
    responses = _count(session, Response.revision_id, revision_ids)
    sources = _label_sources(session, revision_ids)
    templates = _texts(session, Template, [row.template_hash for row in current.values()])
    prompts = _texts(session, SystemPrompt, [row.system_prompt_hash for row in current.values()])
    return [
        ItemRow(
            id=item.id,
            family_id=item.family_id,
            type_id=item.type_id,
            type_label=labels[item.type_id],
            domain_id=item.domain_id,
            domain_label=domains[item.domain_id] if item.domain_id else UNASSIGNED,
            language_id=item.language_id,
            language_label=languages[item.language_id],
            origin=item.origin,
            status=standing[item.id],
            created_at=item.created_at,
            revision_id=revision.id,
            revision_number=revision.number,
            content_hash=revision.content_hash,
            prompt=revision.prompt,
            reference=revision.reference,
            twin=revision.twin,
            notes=revision.notes,
            checks=revision.checks,
            template=templates.get(revision.template_hash or ""),
            system_prompt=prompts.get(revision.system_prompt_hash or ""),
            requirements=tuple(requirements[revision.id]),
            responses=responses.get(revision.id, 0),
            labels=sources[revision.id],
        )
        for item in items
        for revision in [current[item.id]]
    ]


def _revisions(session: Session, item_id: str) -> list[RevisionView]:
    rows = session.exec(
        select(Revision).where(Revision.item_id == item_id).order_by(col(Revision.number))
    ).all()
    requirements = _requirements(session, [row.id for row in rows])
    return [
        RevisionView(
            id=row.id,
            number=row.number,
            content_hash=row.content_hash,
            prompt=row.prompt,
            reference=row.reference,
            twin=row.twin,
            notes=row.notes,
            requirements=tuple(requirements[row.id]),
            author_id=row.author_id,
            created_at=row.created_at,
        )
        for row in rows
    ]


def _responses(session: Session, revision_id: str) -> list[ResponseView]:
    rows = session.exec(
        select(Response)
        .where(Response.revision_id == revision_id)
        .order_by(col(Response.role), col(Response.created_at), col(Response.id))
    ).all()
    ids = [row.id for row in rows]
    labels: dict[str, list[Label]] = defaultdict(list)
    ended: dict[str, dict[str, str]] = defaultdict(dict)
    for label in session.exec(
        select(Label)
        .where(col(Label.response_id).in_(ids))
        .order_by(col(Label.created_at), col(Label.id))
    ):
        labels[label.response_id].append(label)
        if label.supersedes_id is not None:
            ended[label.response_id][label.supersedes_id] = "superseded"
    for withdrawn in session.exec(
        select(Label)
        .join(LabelWithdrawal, col(LabelWithdrawal.label_id) == col(Label.id))
        .where(col(Label.response_id).in_(ids))
    ):
        ended[withdrawn.response_id][withdrawn.id] = "withdrawn"
    verdicts = verdicts_to_show(session, ids)
    return [
        ResponseView(
            id=row.id,
            source=row.source.value,
            source_name=row.source_name,
            role=row.role.value if row.role else None,
            is_simulated=row.is_simulated,
            text=row.text,
            labels=tuple(labels[row.id]),
            ended=ended[row.id],
            verdicts=verdicts.get(row.id, ()),
        )
        for row in rows
    ]


def _requirements(session: Session, revision_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for batch in _batches(revision_ids):
        for row in session.exec(
            select(Requirement)
            .where(col(Requirement.revision_id).in_(batch))
            .order_by(col(Requirement.revision_id), col(Requirement.number))
        ):
            found[row.revision_id].append(row.text)
    return found


def _label_sources(session: Session, revision_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for batch in _batches(revision_ids):
        query = (
            select(Response.revision_id, Label.source, sa.func.count())
            .join(Response, col(Response.id) == col(Label.response_id))
            .where(col(Response.revision_id).in_(batch), is_counted())
            .group_by(col(Response.revision_id), col(Label.source))
        )
        for revision_id, source, count in session.exec(query):
            found[revision_id][LabelSource(source).value] = count
    return found


def _count(session: Session, key: str, values: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in _batches(values):
        query = select(key, sa.func.count()).where(col(key).in_(batch)).group_by(col(key))
        found.update(dict(session.exec(query).all()))
    return found


def _texts(
    session: Session, table: type[JudgeText], hashes: Sequence[str | None]
) -> dict[str, str]:
    wanted = sorted({value for value in hashes if value is not None})
    return {
        row.content_hash: row.text
        for batch in _batches(wanted)
        for row in session.exec(select(table).where(col(table.content_hash).in_(batch)))
    }


def _batches(values: Sequence[str], size: int = 5_000) -> list[Sequence[str]]:
    # Databases limit the number of parameters of one statement (SQLite: 32,766).
    return [values[start : start + size] for start in range(0, len(values), size)]
