"""Owns where items stand as far as people may know who judge blindly: no dispute is told.

Whoever reviewed or labelled can still take it back, and knew from "adjudication 1" that another
decided otherwise. A dispute of reviews is told as review, one of labels as labelling.
"""

from collections.abc import Mapping

from db.engine import Session
from db.queries.item_facts import load_item_facts
from db.queries.status import Because, ItemStatus, explain


def untold(session: Session, standing: Mapping[str, ItemStatus]) -> dict[str, ItemStatus]:
    """Give what the items at adjudication among these are told to be, by item id."""
    disputed = [
        item_id for item_id, status in standing.items() if status is ItemStatus.ADJUDICATION
    ]
    return {
        item_id: ItemStatus.LABELLING
        if explain(facts).because is Because.LABELS_DIFFER
        else ItemStatus.IN_REVIEW
        for item_id, facts in load_item_facts(session, disputed).items()
    }
