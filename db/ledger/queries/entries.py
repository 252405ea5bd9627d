"""Owns what is asked before a provider or a model is entered, changed or taken off the list."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.errors import Conflict, NotFound
from db.hashing import JsonObject
from db.ledger.models import LedgerModel, LedgerProvider, ModelPrice
from db.ledger.runs import Chunk, Run


def provider_body(session: Session, provider_id: str) -> JsonObject | None:
    """Give what was written of a provider; None when it was not entered."""
    row = session.get(LedgerProvider, provider_id)
    return None if row is None else row.body  # type: ignore[return-value]


def model_body(session: Session, provider_id: str, name: str) -> JsonObject | None:
    """Give what was written of a model; None when it was not entered."""
    row = session.get(LedgerModel, (provider_id, name))
    return None if row is None else row.body  # type: ignore[return-value]


def has_other_calls(session: Session, provider_id: str, *, is_simulated: bool) -> bool:
    """Whether calls of this provider are in the ledger that are not marked like this.

    The calls of a run are all simulated or all real, and chunks are a hundred times fewer.
    """
    query = (
        select(sa.literal(1))
        .join_from(Chunk, Run, col(Run.id) == col(Chunk.run_id))
        .where(col(Chunk.provider_id) == provider_id, col(Run.is_simulated) != is_simulated)
    )
    return session.exec(query.limit(1)).first() is not None


def remove_provider(session: Session, provider_id: str) -> None:
    """Take a provider off the list; its calls and runs stay.

    Raises:
        NotFound: It is not there.
        Conflict: It still has models.
    """
    row = session.get(LedgerProvider, provider_id, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no provider {provider_id!r}; 'gainsay models list' shows all.")
    names = session.exec(
        select(LedgerModel.name)
        .where(col(LedgerModel.provider_id) == provider_id)
        .order_by(col(LedgerModel.name))
    ).all()
    if names:
        raise Conflict(
            f"The provider {provider_id!r} still has models ({', '.join(names[:5])}); remove them "
            "first."
        )
    session.delete(row)


def all_prices(session: Session) -> Mapping[tuple[str, str], Sequence[ModelPrice]]:
    """Give every price of every model, oldest first."""
    found: dict[tuple[str, str], list[ModelPrice]] = {}
    for row in session.exec(select(ModelPrice).order_by(col(ModelPrice.id))):
        found.setdefault((row.provider_id, row.model), []).append(row)
    return found
