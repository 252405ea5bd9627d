"""Owns which pages a person's roles open; what a page does is checked again where it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from db.engine import Session
from db.queries.roles import ANY, find_standing
from db.roles import Role

# By the page's address. Everybody who belongs to the workspace sees what is theirs on ``admin``.
OPENED_BY: Final[Mapping[str, tuple[Role, ...]]] = {
    "overview": ANY,
    "items": ANY,
    "author": (Role.AUTHOR,),
    "review": (Role.REVIEWER,),
    "adjudicate": (Role.ADJUDICATOR, Role.LEAD),
    "label": (Role.LABELLER,),
    "judges": ANY,
    "agreement": ANY,
    "releases": ANY,
    # What models cost and what servers say is for those who answer for it.
    "runs": (Role.LEAD, Role.ADMIN),
    "admin": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a person may do on pages that everybody may open.

    Attributes:
        writes: Whether they are an author of anything.
        reviews: Whether they are a reviewer of anything.
        leads_all: Whether they lead everything: import, export, cut, publish.
        kept_blind: Whether who did what in reviews is kept from them: everybody who neither
            leads nor administers anything in a shared workspace.
        labels_blindly: Whether they may be asked about responses blindly, and lead or administer
            none.
        judges_blindly: The same of items or responses: no dispute is told to them.
    """

    writes: bool
    reviews: bool
    leads_all: bool
    kept_blind: bool
    labels_blindly: bool
    judges_blindly: bool


def load_access(session: Session, annotator_id: str) -> Access:
    """Read what a person may do on pages that everybody may open, in one statement."""
    found = find_standing(session, annotator_id)
    works_blindly = (
        found is not None and not found.is_solo and not found.holds((Role.LEAD, Role.ADMIN))
    )
    return Access(
        writes=found is not None and found.holds(Role.AUTHOR),
        reviews=found is not None and found.holds(Role.REVIEWER),
        leads_all=found is not None and found.holds_for_all(Role.LEAD),
        kept_blind=works_blindly,
        labels_blindly=works_blindly
        and found is not None
        and found.holds((Role.LABELLER, Role.ADJUDICATOR)),
        judges_blindly=works_blindly
        and found is not None
        and found.holds((Role.REVIEWER, Role.LABELLER, Role.ADJUDICATOR)),
    )


def open_pages(session: Session, annotator_id: str) -> frozenset[str]:
    """Give the addresses of the pages that a person may open, in one statement."""
    found = find_standing(session, annotator_id)
    if found is None or found.withdrawn_at is not None:
        return frozenset()
    return frozenset(page for page, roles in OPENED_BY.items() if not roles or found.holds(roles))
