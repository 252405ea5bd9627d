"""Owns schema upgrades by Alembic; ``versions/`` holds one file per change of the schema."""

from db.migrations.schema import Upgraded, current, head, refuse_unknown, upgrade

__all__ = ["Upgraded", "current", "head", "refuse_unknown", "upgrade"]
