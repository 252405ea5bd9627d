"""Owns what may be said about where a row comes from and what stands behind it.

A starter row is never called human evidence; an imported row is never called reviewed. The words
stand on every screen, in every export and on the card.
"""

from typing import Final

from db.items import ItemOrigin

MACHINE_WRITTEN: Final = "machine-written, not human-reviewed"

_EVIDENCE: Final = {
    ItemOrigin.STARTER: MACHINE_WRITTEN,
    ItemOrigin.IMPORTED: "imported, not reviewed in this workspace",
    ItemOrigin.AUTHORED: "written by a person, not reviewed",
    ItemOrigin.DRAFTED: MACHINE_WRITTEN,
}
_PROVENANCE: Final = {
    ItemOrigin.STARTER: "written by a machine for the Gainsay starter set, licence CC-BY-4.0",
    ItemOrigin.IMPORTED: "imported from a file, licence of the source unknown",
    ItemOrigin.AUTHORED: "written in the workspace that cut this release",
    ItemOrigin.DRAFTED: "drafted by a model in the workspace that cut this release",
}


def evidence_of(origin: ItemOrigin) -> str:
    """Say what stands behind an item of this origin while no review exists."""
    return _EVIDENCE[origin]


def provenance_of(origin: ItemOrigin) -> str:
    """Say where an item of this origin comes from and under which licence."""
    return _PROVENANCE[origin]
