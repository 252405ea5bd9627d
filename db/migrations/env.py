"""Owns how Alembic runs here: on the connection that ``db.migrations`` hands over."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from db import tables


def _render(kind: str, value: object, _: AutogenContext) -> str | Literal[False]:
    # A migration must not depend on SQLModel's own text type.
    return "sa.String()" if kind == "type" and isinstance(value, AutoString) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.METADATA,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
