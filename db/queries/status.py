"""Owns the status of an item: derived from facts here and nowhere else."""

from enum import StrEnum


class ItemStatus(StrEnum):
    """Where an item stands in the workflow; review and labelling add their states."""

    DRAFTED = "drafted"
    RELEASED = "released"


def item_status(*, releases: int) -> ItemStatus:
    """Derive an item's status.

    Args:
        releases: How many releases hold the item's current revision.
    """
    return ItemStatus.RELEASED if releases else ItemStatus.DRAFTED
