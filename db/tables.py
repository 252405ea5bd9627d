"""Owns the list of all tables: importing it registers every one of them."""

from typing import Final

from db import (
    acts,
    annotators,
    comments,
    history,
    items,
    labels,
    releases,
    responses,
    reviews,
    roles,
    sign_ins,
    slots,
    verdicts,
    working_copies,
    workspace,
)
from db.base import tables
from db.taxonomy import tables as taxonomy

MODULES: Final = (
    acts,
    annotators,
    comments,
    history,
    items,
    labels,
    releases,
    responses,
    reviews,
    roles,
    sign_ins,
    slots,
    taxonomy,
    verdicts,
    working_copies,
    workspace,
)
METADATA: Final = tables.metadata
