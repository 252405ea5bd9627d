"""Owns who may spend: enter providers, models, prices and budgets, and steer runs."""

from db.engine import Session
from db.queries.roles import find_standing, require, require_for_all
from db.roles import Role

SPENDERS = (Role.ADMIN, Role.LEAD)


def may_spend(session: Session, annotator_id: str) -> bool:
    """Say whether ``refuse_spending`` would let them."""
    found = find_standing(session, annotator_id)
    return found is not None and (found.holds(Role.ADMIN) or found.holds_for_all(Role.LEAD))


def refuse_spending(session: Session, annotator_id: str) -> None:
    """Refuse whoever is neither an admin nor a lead of everything.

    Raises:
        Forbidden: They are not; a machine, a stranger and who withdrew never is.
    """
    if may_spend(session, annotator_id):
        return
    require(session, annotator_id, SPENDERS)
    require_for_all(session, annotator_id, Role.LEAD)
