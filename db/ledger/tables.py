"""Owns the list of the ledger's tables: importing it registers every one of them."""

from typing import Final

from db.ledger import calls, models, runs, workers
from db.ledger.base import tables

MODULES: Final = (calls, models, runs, workers)
METADATA: Final = tables.metadata
