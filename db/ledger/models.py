"""Owns the tables of providers and models: what people entered, with every price it ever had."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.base import UtcDateTime
from db.ledger.base import LedgerTable, json_column


class LedgerProvider(LedgerTable, table=True):
    """Somebody who serves models; the key is named here, and never kept."""

    __tablename__ = "provider"

    id: str = Field(primary_key=True)
    body: dict[str, object] = Field(sa_column=json_column())
    is_simulated: bool
    updated_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class LedgerModel(LedgerTable, table=True):
    """One model of a provider, as it is now."""

    __tablename__ = "model"

    provider_id: str = Field(primary_key=True, foreign_key="provider.id")
    name: str = Field(primary_key=True)
    body: dict[str, object] = Field(sa_column=json_column())
    updated_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class ModelPrice(LedgerTable, table=True):
    """A price that a model had from one moment on; calls keep the one they were reserved with."""

    __tablename__ = "model_price"
    __table_args__ = (
        sa.ForeignKeyConstraint(["provider_id", "model"], ["model.provider_id", "model.name"]),
    )

    id: int | None = Field(default=None, primary_key=True)
    provider_id: str
    model: str
    input_price: str | None
    output_price: str | None
    as_of: date | None
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str
