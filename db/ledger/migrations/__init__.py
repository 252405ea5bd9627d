"""Owns the ledger's schema upgrades by Alembic; ``versions/`` holds one file per change."""

from db.ledger.migrations.schema import check, current, head, upgrade

__all__ = ["check", "current", "head", "upgrade"]
