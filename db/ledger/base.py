"""Owns what every table of the ledger shares: a registry of its own, beside the workspace's.

The ledger is a database of its own, so that labels never wait for calls: a SQLite file beside the
workspace's, or the schema ``ledger`` of the same PostgreSQL database. Money is whole micro-dollars.
"""

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from db.base import NAMING

tables = registry(metadata=sa.MetaData(naming_convention=NAMING))


class LedgerTable(SQLModel, registry=tables):
    """Base of every table of the ledger."""


def json_column(*, nullable: bool = False) -> "sa.Column[object]":
    """Build a column of JSON in which None is the database's NULL."""
    return sa.Column(sa.JSON(none_as_null=True), nullable=nullable)


def big(*, default: int = 0, nullable: bool = False) -> "sa.Column[int]":
    """Build a column of whole numbers beyond 32 bits, such as micro-dollars."""
    if nullable:
        return sa.Column(sa.BigInteger, nullable=True)
    return sa.Column(sa.BigInteger, nullable=False, default=default)
