"""Owns the name of the table in which the ledger's schema keeps its version."""

from typing import Final

VERSION_TABLE: Final = "ledger_version"
