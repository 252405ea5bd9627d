"""Owns the SQL that a process of the suite compiles once, for all the databases that it opens.

SQLAlchemy keeps what it compiled with the engine, and a test opens a database of its own: a third
of the suite's time went into compiling the same statements again. They depend on the dialect alone.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

MOST = 5_000


def share() -> None:
    """Let all engines from now on share what they compile, whatever database they open."""
    kept: LRUCache[Any, Any] = LRUCache(MOST)
    prepare = Engine.__init__

    def prepare_shared(engine: Engine, *arguments: Any, **options: Any) -> None:
        prepare(engine, *arguments, **options)
        engine._compiled_cache = kept

    # Part of the key of what is kept; two of one kind, made with the same options, write alike.
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        for name, behave in (("__hash__", _kind_hash), ("__eq__", _is_same_kind)):
            setattr(dialect, name, behave)
    setattr(Engine, "__init__", prepare_shared)  # noqa: B010 - mypy refuses the plain form


def _kind_hash(dialect: object) -> int:
    return hash(type(dialect))


def _is_same_kind(dialect: object, other: object) -> bool:
    return type(dialect) is type(other)
