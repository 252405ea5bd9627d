"""Owns reading and writing providers and models, and keeping every price."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from db.errors import NotFound
from db.hashing import JsonObject
from db.ledger.models import LedgerModel, LedgerProvider, ModelPrice

Name = tuple[str, str]


def save_provider(
    session: Session,
    provider_id: str,
    body: dict[str, object],
    *,
    is_simulated: bool,
    now: datetime,
) -> None:
    """Write a provider."""
    row = session.get(LedgerProvider, provider_id, with_for_update=True)
    if row is None:
        row = LedgerProvider(
            id=provider_id, body=body, is_simulated=is_simulated, updated_at=now, version=0
        )
    row.body, row.is_simulated, row.updated_at = body, is_simulated, now
    row.version += 1
    session.add(row)


def save_model(
    session: Session,
    name: Name,
    body: dict[str, object],
    *,
    prices: tuple[str | None, str | None],
    as_of: date | None,
    actor: str,
    now: datetime,
) -> None:
    """Write a model, and its price where that is new.

    Raises:
        NotFound: Its provider is not there.
    """
    if session.get(LedgerProvider, name[0]) is None:
        raise NotFound(f"There is no provider {name[0]!r}; enter it before its models.")
    row = session.get(LedgerModel, name, with_for_update=True)
    if row is None:
        row = LedgerModel(provider_id=name[0], name=name[1], body=body, updated_at=now, version=0)
    row.body, row.updated_at = body, now
    row.version += 1
    session.add(row)
    session.flush()
    last = prices_of(session, name)
    if not last or (last[-1].input_price, last[-1].output_price, last[-1].as_of) != (
        *prices,
        as_of,
    ):
        session.add(
            ModelPrice(
                provider_id=name[0],
                model=name[1],
                input_price=prices[0],
                output_price=prices[1],
                as_of=as_of,
                recorded_at=now,
                recorded_by=actor,
            )
        )


def remove_model(session: Session, name: Name) -> None:
    """Take a model off the list, with its prices; calls keep theirs.

    Raises:
        NotFound: It is not there.
    """
    row = session.get(LedgerModel, name)
    if row is None:
        raise NotFound(f"There is no model {'/'.join(name)!r}.")
    for price in prices_of(session, name):
        session.delete(price)
    session.flush()
    session.delete(row)


def prices_of(session: Session, name: Name) -> list[ModelPrice]:
    """Give every price a model had, oldest first."""
    query = select(ModelPrice).where(
        col(ModelPrice.provider_id) == name[0], col(ModelPrice.model) == name[1]
    )
    return list(session.exec(query.order_by(col(ModelPrice.id))))


def providers(session: Session) -> Mapping[str, JsonObject]:
    """Give what was written of each provider."""
    rows = session.exec(select(LedgerProvider).order_by(col(LedgerProvider.id)))
    return {row.id: row.body for row in rows}  # type: ignore[misc]


def models(session: Session) -> Mapping[Name, JsonObject]:
    """Give what was written of each model."""
    query = select(LedgerModel).order_by(col(LedgerModel.provider_id), col(LedgerModel.name))
    return {(row.provider_id, row.name): row.body for row in session.exec(query)}  # type: ignore[misc]
