"""Owns what a reviewer sees of the other's edit; whose edit it is stays hidden."""

from dataclasses import dataclass
from typing import Final

from app.views.naming import Taxonomy, load_taxonomy_names
from curation.review.confirming import EditShown, show_edit
from curation.review.texts import FieldText, load_texts
from db.engine import Session
from db.queries.reviews import get_review, reviews_of

CONFIRM: Final = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditToConfirm:
    """An edit and what the person has typed about it."""

    edit: EditShown
    taxonomy: Taxonomy
    reason: FieldText


def load_edit(session: Session, edit_id: str, slot_id: str, *, annotator_id: str) -> EditToConfirm:
    """Read an edit for the person whose word is awaited.

    Raises:
        NotFound: There is no such review.
        Forbidden: Their word is not awaited.
    """
    typed = load_texts(session, slot_id, annotator_id=annotator_id).get(CONFIRM)
    return EditToConfirm(
        edit=show_edit(session, edit_id, annotator_id=annotator_id),
        taxonomy=load_taxonomy_names(session),
        reason=typed or FieldText(text="", number=0, saved_at=None),
    )


def load_own_slot(session: Session, edit_id: str, *, annotator_id: str) -> str | None:
    """Name the slot in which a person reviewed what another has edited: their texts go there."""
    act_id = get_review(session, edit_id).act_id
    own = [one for one in reviews_of(session, act_id) if one.annotator_id == annotator_id]
    return own[-1].slot_id if own else None
