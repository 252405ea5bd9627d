"""Owns what every table shares: registry, constraint names, column types, ids.

The registry is our own: with SQLModel's stock one, re-importing a module under ``streamlit run``
fails because its tables exist already. Names of constraints follow one convention, so that
migrations can drop them on every database. ``table=True`` classes do not validate: callers do.
"""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr, registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

tables = registry(metadata=sa.MetaData(naming_convention=NAMING))


class Table(SQLModel, registry=tables):
    """Base of every table."""


class MutableRow(Table):
    """Base of rows that change in place: a stale save raises ``StaleDataError``.

    Core ``update()`` neither checks nor bumps the version: change such rows through the session.
    """

    version: int = Field(default=1, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:
        """Tell the mapper which column carries the version."""
        table: sa.Table = cls.__table__  # type: ignore[attr-defined]
        return {"version_id_col": table.c.version}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: naive values are refused, and what comes back always has the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn an aware moment into UTC.

        Raises:
            ValueError: The moment has no zone.
        """
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give the zone back that SQLite drops."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(
    members: type[StrEnum],
    *,
    nullable: bool = False,
    index: bool = False,
    primary_key: bool = False,
) -> "sa.Column[Any]":
    """Build a text column that holds the values of a closed set, kept by a CHECK constraint."""
    return sa.Column(
        sa.Enum(
            members,
            native_enum=False,
            create_constraint=True,
            length=32,
            name=members.__name__.lower(),
            values_callable=lambda kinds: [kind.value for kind in kinds],
        ),
        nullable=nullable,
        index=index,
        primary_key=primary_key,
    )


def event_link() -> "sa.Column[Any]":
    """Build the column that ties a fact to the history event that recorded it.

    Checked at commit only: the event is written last, because it locks the head of the chain.
    """
    link = sa.ForeignKey("event.id", deferrable=True, initially="DEFERRED")
    return sa.Column(sa.String, link, nullable=False, index=True)


def new_id(prefix: str) -> str:
    """Make an id that nothing else has: ``prefix-`` and 32 hexadecimal digits."""
    return f"{prefix}-{uuid.uuid4().hex}"
