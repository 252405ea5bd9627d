"""Owns how Alembic runs on the ledger: on the connection that is handed over."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from db.ledger import tables
from db.ledger.migrations.names import VERSION_TABLE


def _render(kind: str, value: object, _: AutogenContext) -> str | Literal[False]:
    # A migration must not depend on SQLModel's own text type.
    return "sa.String()" if kind == "type" and isinstance(value, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
