"""Owns the list of all tables: importing it registers every one of them."""

from typing import Final

from db import (
    annotators,
    history,
    items,
    labels,
    releases,
    responses,
    verdicts,
    working_copies,
    workspace,
)
from db.base import tables
from db.taxonomy import tables as taxonomy

MODULES: Final = (
    annotators,
    history,
    items,
    labels,
    releases,
    responses,
    taxonomy,
    verdicts,
    working_copies,
    workspace,
)
METADATA: Final = tables.metadata
