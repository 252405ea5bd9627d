"""Owns leaving: the name goes, the work stays, and the history still verifies.

What a person decided stays a fact under a pseudonym that says nothing about them. Their texts are
blanked when they ask for it; the history holds hashes of them only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.people.competence import refuse_no_person
from curation.people.granting import record_revocations, refuse_last_admin
from curation.people.handles import make_pseudonym
from db.annotators import Annotator, AnnotatorKind
from db.engine import Engine, Session, lock_workspace, writing
from db.queries.leaving import (
    background_hashes,
    blank_texts,
    close_copies,
    forget_texts,
    give_back_slots,
    remove_sign_ins,
)
from db.queries.people import PersonRow, get_person, list_handles, open_grants, write_competence
from db.queries.roles import require, roles_of
from db.recording import recording
from db.roles import Role

PERSON_WITHDRAWN: Final = "annotator.withdraw"
TEXTS_BLANKED: Final = "annotator.blank_texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Somebody who left.

    Attributes:
        handle: The pseudonym under which their work stays.
        texts: How many of their texts were blanked now; None when that was not asked for.
        is_new: False when they had left before.
    """

    annotator_id: str
    handle: str
    texts: int | None
    is_new: bool


def withdraw(
    engine: Engine, annotator_id: str, *, actor_id: str, now: datetime, blanks_texts: bool = False
) -> Left:
    """Let a person leave; asked again, blank the texts if that is asked for then.

    Args:
        engine: The workspace.
        annotator_id: Who leaves.
        actor_id: They themselves, or an admin for them.
        now: The moment.
        blanks_texts: Whether what they wrote as reasons, notes, comments and solutions is blanked.
            Texts of items are the benchmark's and stay.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: The actor is neither they nor an admin; or it is a machine.
        Conflict: Nobody who can administer the workspace would be left.
    """
    with writing(engine) as session:
        lock_workspace(session)
        if actor_id != annotator_id:
            require(session, actor_id, Role.ADMIN)
        person = get_person(session, annotator_id)
        if actor_id == annotator_id:
            # Leaving takes no role: nobody has to ask to be let go.
            refuse_no_person(person)
        is_new = person.withdrawn_at is None
        if is_new or person.kind is not AnnotatorKind.HUMAN:
            refuse_no_person(person)
            if any(held.role is Role.ADMIN for held in roles_of(session, annotator_id)):
                refuse_last_admin(session, person)
        texts = blank_texts(session, annotator_id) if blanks_texts else None
        if is_new:
            _leave(session, person, actor_id=actor_id, now=now, texts=texts)
        elif texts:
            with recording(
                session,
                now=now,
                actor_id=actor_id,
                action=TEXTS_BLANKED,
                subject_kind="annotator",
                subject_id=annotator_id,
            ) as record:
                record.after["texts"] = texts
        handle = get_person(session, annotator_id).handle
        return Left(annotator_id=annotator_id, handle=handle, texts=texts, is_new=is_new)


def _leave(
    session: Session, person: PersonRow, *, actor_id: str, now: datetime, texts: int | None
) -> None:
    grants = open_grants(session, person.id)
    slots = give_back_slots(session, person.id)
    copies = close_copies(session, person.id, now=now)
    remove_sign_ins(session, person.id)
    forget_texts(session, background_hashes(session, person.id))
    write_competence(session, person.id, language_ids=(), domain_ids=())
    row = session.get_one(Annotator, person.id)
    row.handle = make_pseudonym(taken=list_handles(session))
    row.background, row.daily_cap, row.withdrawn_at = "", None, now
    session.flush()
    with recording(
        session,
        now=now,
        actor_id=actor_id,
        action=PERSON_WITHDRAWN,
        subject_kind="annotator",
        subject_id=person.id,
    ) as record:
        record_revocations(record, grants, kept=())
        record.after.update({"slots_given_back": slots, "copies_closed": copies, "texts": texts})
