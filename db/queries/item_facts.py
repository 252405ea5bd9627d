"""Owns reading what is known of items' way through the workflow: few statements for any number."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from threading import Lock
from typing import Any, Final, TypeAlias

import sqlalchemy as sa
from sqlmodel import Session

from db.acts import ItemAct
from db.base import Table
from db.history import HistoryHead
from db.items import Item, Revision
from db.labels import Decision, Label, LabelSource, LabelWithdrawal
from db.queries.status import ItemStatus, Standing, item_status
from db.queries.workflow import (
    ActFact,
    ConfirmationFact,
    ItemFacts,
    ResponseFact,
    ReviewFact,
    RulingFact,
)
from db.releases import ReleaseRow
from db.responses import Response, ResponseSource
from db.reviews import Adjudication, Confirmation, Review, Withdrawal, Withdrawn

_BATCH = 5_000
_Query: TypeAlias = "sa.Select[Any]"


def load_item_facts(
    session: Session, item_ids: Sequence[str] | None = None
) -> dict[str, ItemFacts]:
    """Read the facts of items, by item id; ids that do not exist are left out.

    Args:
        session: Any.
        item_ids: Which items; None for all.
    """
    if item_ids is None:
        return _load(session, None)
    found: dict[str, ItemFacts] = {}
    for start in range(0, len(item_ids), _BATCH):
        found.update(_load(session, item_ids[start : start + _BATCH]))
    return found


def load_facts_in_use(session: Session, item_id: str) -> ItemFacts:
    """Read the facts of an item, with those of the labels of a text that is in use unreviewed."""
    facts = load_item_facts(session, [item_id])[item_id]
    standing = Standing(facts)
    in_use = standing.in_use_id
    if in_use is None or standing.accepted_id is not None:
        return facts
    return replace(facts, responses=tuple(_responses(session, {in_use: item_id}).get(item_id, ())))


def statuses(session: Session, item_ids: Sequence[str] | None = None) -> dict[str, ItemStatus]:
    """Read where items stand, by item id; None for all."""
    if item_ids is None:
        return dict(_all_statuses(session))
    if len(item_ids) > _MANY:
        # Asked again and again by lists of what is hidden: as much work as all, which is kept.
        known = _all_statuses(session)
        return {item_id: known[item_id] for item_id in item_ids if item_id in known}
    return {
        item_id: item_status(facts) for item_id, facts in load_item_facts(session, item_ids).items()
    }


# By the hash at the head of the history, which every fact moves on: what is found under it is what
# would be derived again. A few, because several workspaces may be open in one process.
_KEPT: Final[OrderedDict[str, Mapping[str, ItemStatus]]] = OrderedDict()
_KEPT_AT_MOST: Final = 4
_MANY: Final = 500
_KEEPING: Final = Lock()


def _all_statuses(session: Session) -> Mapping[str, ItemStatus]:
    head = _table(HistoryHead)
    key = session.connection().execute(sa.select(head.c.hash)).scalar_one_or_none()
    with _KEEPING:
        if key is not None and key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    found = {item_id: item_status(facts) for item_id, facts in load_item_facts(session).items()}
    if key is not None:
        with _KEEPING:
            _KEPT[key] = found
            while len(_KEPT) > _KEPT_AT_MOST:
                _KEPT.popitem(last=False)
    return found


def family_authors(session: Session, item_id: str) -> frozenset[str]:
    """Name everybody who wrote a revision of an item or of one that shares its origin."""
    item, revision = _table(Item), _table(Revision)
    own = sa.select(item.c.family_id).where(item.c.id == item_id).scalar_subquery()
    query = (
        sa.select(revision.c.author_id)
        .join(item, item.c.id == revision.c.item_id)
        .where(item.c.family_id == own)
    )
    return frozenset(session.connection().execute(query).scalars())


def _load(session: Session, item_ids: Sequence[str] | None) -> dict[str, ItemFacts]:
    run = _Reader(session, item_ids)
    acts = run.acts()
    decided = bool(acts)
    reviews = run.reviews() if decided else {}
    confirmations = run.confirmations() if decided else {}
    rulings = run.rulings() if decided else {}
    released = run.released()
    found = {
        row.id: ItemFacts(
            item_id=row.id,
            origin=row.origin,
            current_revision_id=row.revision_id,
            acts=tuple(acts.get(row.id, ())),
            reviews=tuple(reviews.get(row.id, ())),
            confirmations=tuple(confirmations.get(row.id, ())),
            rulings=tuple(rulings.get(row.id, ())),
            released=frozenset(released.get(row.id, ())),
        )
        for row in run.items()
    }
    accepted = {
        revision_id: facts.item_id
        for facts in found.values()
        if facts.acts and (revision_id := Standing(facts).accepted_id) is not None
    }
    for item_id, responses in _responses(session, accepted).items():
        found[item_id] = replace(found[item_id], responses=tuple(responses))
    return found


class _Reader:
    """Reads one kind of fact after the other, of the same items; on the tables themselves."""

    def __init__(self, session: Session, item_ids: Sequence[str] | None) -> None:
        self._connection = session.connection()
        self._item_ids = item_ids

    def _run(self, build: "Callable[[], _ByItem]") -> "Sequence[sa.Row[Any]]":
        if self._item_ids is None:
            return self._connection.execute(build()[0]).all()
        values = {"item_ids": list(self._item_ids)}
        return self._connection.execute(_of_these(build), values).all()

    def items(self) -> "Sequence[sa.Row[Any]]":
        return self._run(_items)

    def acts(self) -> dict[str, list[ActFact]]:
        found: dict[str, list[ActFact]] = defaultdict(list)
        for row in self._run(_acts):
            found[row[0]].append(ActFact(**dict(zip(_OF_ACTS, row[1:], strict=True))))
        return found

    def reviews(self) -> dict[str, list[ReviewFact]]:
        found: dict[str, list[ReviewFact]] = defaultdict(list)
        for row in self._run(_reviews):
            found[row.item_id].append(
                ReviewFact(
                    id=row.id,
                    act_id=row.act_id,
                    annotator_id=row.annotator_id,
                    turn=row.turn,
                    decision=row.decision,
                    edited_revision_id=row.edited_revision_id,
                    is_blind=row.source is LabelSource.BLIND_HUMAN,
                    is_surplus=row.is_surplus,
                    is_withdrawn=row.is_back,
                    created_at=row.created_at,
                )
            )
        return found

    def confirmations(self) -> dict[str, list[ConfirmationFact]]:
        found: dict[str, list[ConfirmationFact]] = defaultdict(list)
        for row in self._run(_confirmations):
            found[row.item_id].append(
                ConfirmationFact(
                    id=row.id,
                    review_id=row.review_id,
                    annotator_id=row.annotator_id,
                    turn=row.turn,
                    is_confirmed=row.is_confirmed,
                )
            )
        return found

    def rulings(self) -> dict[str, list[RulingFact]]:
        found: dict[str, list[RulingFact]] = defaultdict(list)
        for row in self._run(_rulings):
            found[row.item_id].append(
                RulingFact(
                    id=row.id,
                    act_id=row.act_id,
                    annotator_id=row.annotator_id,
                    turn=row.turn,
                    ruling=row.ruling,
                    revision_id=row.revision_id,
                )
            )
        return found

    def released(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for known in self._run(_released):
            found[known.item_id].add(known.revision_id)
        return found


# Each statement is built once: building one costs more than running it. Beside it stands the column
# that says whose facts they are.
_ByItem: TypeAlias = "tuple[_Query, sa.ColumnElement[str]]"
_OF_ACTS: Final = tuple(ActFact.__dataclass_fields__)


@cache
def _of_these(build: Callable[[], _ByItem]) -> _Query:
    query, item_id = build()
    return query.where(item_id.in_(sa.bindparam("item_ids", expanding=True)))


@cache
def _items() -> _ByItem:
    item, revision = _table(Item), _table(Revision)
    newer = revision.alias("newer")
    is_newer = sa.and_(newer.c.item_id == revision.c.item_id, newer.c.number > revision.c.number)
    query = (
        sa.select(item.c.id, item.c.origin, revision.c.id.label("revision_id"))
        .join(revision, revision.c.item_id == item.c.id)
        .where(~sa.select(newer.c.id).where(is_newer).correlate(revision).exists())
    )
    return query, item.c.id


@cache
def _acts() -> _ByItem:
    act = _table(ItemAct)
    query = sa.select(act.c.item_id, *(act.c[name] for name in _OF_ACTS)).order_by(
        act.c.item_id, act.c.number
    )
    return query, act.c.item_id


@cache
def _reviews() -> _ByItem:
    act, review = _table(ItemAct), _table(Review)
    query = (
        sa.select(act.c.item_id, review, _withdrawn(Withdrawn.REVIEW, review).label("is_back"))
        .join(act, act.c.id == review.c.act_id)
        .order_by(review.c.created_at, review.c.id)
    )
    return query, act.c.item_id


@cache
def _confirmations() -> _ByItem:
    act, review, answer = _table(ItemAct), _table(Review), _table(Confirmation)
    query = (
        sa.select(act.c.item_id, answer)
        .join(review, review.c.id == answer.c.review_id)
        .join(act, act.c.id == review.c.act_id)
        .where(~_withdrawn(Withdrawn.CONFIRMATION, answer))
        .order_by(answer.c.created_at, answer.c.id)
    )
    return query, act.c.item_id


@cache
def _rulings() -> _ByItem:
    act, ruling = _table(ItemAct), _table(Adjudication)
    query = (
        sa.select(act.c.item_id, ruling)
        .join(act, act.c.id == ruling.c.act_id)
        .where(~_withdrawn(Withdrawn.ADJUDICATION, ruling))
        .order_by(ruling.c.created_at, ruling.c.id)
    )
    return query, act.c.item_id


@cache
def _released() -> _ByItem:
    row = _table(ReleaseRow)
    return sa.select(row.c.item_id, row.c.revision_id).distinct(), row.c.item_id


def _responses(session: Session, accepted: Mapping[str, str]) -> dict[str, list[ResponseFact]]:
    """Read what needs labels, by item, of accepted revisions given with their items."""
    found: dict[str, list[ResponseFact]] = defaultdict(list)
    revision_ids = list(accepted)
    for start in range(0, len(revision_ids), _BATCH):
        batch = revision_ids[start : start + _BATCH]
        decisions = _labels(session, batch)
        seen: set[str] = set()
        for row in session.connection().execute(_to_label(), {"revision_ids": batch}):
            if row.id in seen:
                continue
            seen.add(row.id)
            blind, unblinded = decisions.get(row.id, ({}, {}))
            found[accepted[row.revision_id]].append(
                ResponseFact(
                    id=row.id,
                    revision_id=row.revision_id,
                    blind=blind,
                    unblinded=unblinded,
                    ruling=row.ruling,
                )
            )
    return found


@cache
def _to_label() -> _Query:
    response, ruling = _table(Response), _table(Adjudication)
    live = sa.and_(
        ruling.c.response_id == response.c.id, ~_withdrawn(Withdrawn.ADJUDICATION, ruling)
    )
    return (
        sa.select(response.c.id, response.c.revision_id, ruling.c.ruling)
        .select_from(response)
        .join(ruling, live, isouter=True)
        .where(
            response.c.revision_id.in_(sa.bindparam("revision_ids", expanding=True)),
            response.c.source != ResponseSource.CONSTRUCTION,
            # What a simulated model says is no evidence, whatever people say about it.
            ~response.c.is_simulated,
        )
        # At most one ruling is live at a time; were there two, the newest would hold.
        .order_by(response.c.id, ruling.c.turn.desc())
    )


_BY_PEOPLE: Final = (LabelSource.BLIND_HUMAN, LabelSource.HUMAN_UNBLINDED)
_Decisions = dict[str, tuple[dict[str, Decision], dict[str, Decision]]]


def _labels(session: Session, revision_ids: Sequence[str]) -> _Decisions:
    """Read live decisions of people that count, by response: blind ones and others."""
    found: _Decisions = {}
    values = {"revision_ids": list(revision_ids)}
    for row in session.connection().execute(_live_labels(), values):
        # Here and not in the statement: SQLite would go through all labels of these sources.
        if row.source not in _BY_PEOPLE:
            continue
        blind, unblinded = found.setdefault(row.response_id, ({}, {}))
        known = blind if row.source is LabelSource.BLIND_HUMAN else unblinded
        known[row.annotator_id] = row.decision
    return found


@cache
def _live_labels() -> _Query:
    label, response = _table(Label), _table(Response)
    newer, withdrawal = label.alias("newer"), _table(LabelWithdrawal)
    return (
        sa.select(label.c.response_id, label.c.annotator_id, label.c.source, label.c.decision)
        .join(response, response.c.id == label.c.response_id)
        .where(
            response.c.revision_id.in_(sa.bindparam("revision_ids", expanding=True)),
            response.c.source != ResponseSource.CONSTRUCTION,
            label.c.is_surplus.is_(False),
            ~sa.select(newer.c.id).where(newer.c.supersedes_id == label.c.id).exists(),
            ~sa.select(withdrawal.c.label_id).where(withdrawal.c.label_id == label.c.id).exists(),
        )
        .order_by(label.c.created_at, label.c.id)
    )


def _withdrawn(kind: Withdrawn, fact: sa.Table) -> "sa.ColumnElement[bool]":
    withdrawal = _table(Withdrawal)
    return (
        sa.select(withdrawal.c.subject_id)
        .where(withdrawal.c.kind == kind, withdrawal.c.subject_id == fact.c.id)
        .exists()
    )


def _table(table: type[Table]) -> sa.Table:
    found: sa.Table = table.__table__  # type: ignore[attr-defined]
    return found
