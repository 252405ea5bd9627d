"""Owns what is known of a person: name, background, languages, domains and daily cap.

The history holds who changed what when; name and background stay outside its chain, so that they
can be removed when the person leaves.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from curation.people.handles import check_handle
from db.annotators import Annotator, AnnotatorKind
from db.engine import Engine, Session, lock_workspace, writing
from db.errors import Forbidden, Invalid
from db.hashing import Json
from db.queries.people import PersonRow, get_person, keep_text, list_handles, write_competence
from db.queries.roles import require
from db.queries.taxonomy import list_domains, list_languages
from db.recording import recording
from db.roles import Role

PERSON_DESCRIBED: Final = "annotator.describe"
LONGEST_BACKGROUND: Final = 200
MOST_A_DAY: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Everything about a person that an admin writes.

    Attributes:
        background: Training or profession in a few words; may be empty.
        language_ids: In which they read and write well enough to judge items.
        domain_ids: What they know; empty means that they are asked about every domain.
        daily_cap: The most pieces of work that they may claim in a day; None for no cap.
    """

    handle: str
    background: str = ""
    language_ids: tuple[str, ...] = ()
    domain_ids: tuple[str, ...] = ()
    daily_cap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A person as they are known now.

    Attributes:
        changed: Which parts changed; empty when all was known before and nothing was written.
    """

    person: PersonRow
    changed: tuple[str, ...]


def describe(
    engine: Engine,
    annotator_id: str,
    description: Description,
    *,
    actor_id: str,
    now: datetime,
) -> Described:
    """Change what is known of a person.

    Args:
        engine: The workspace.
        annotator_id: Whom.
        description: Everything, also what stays as it is.
        actor_id: An admin.
        now: The moment.

    Raises:
        NotFound: There is no such annotator.
        Forbidden: The actor is no admin; or it is a machine, or somebody who withdrew.
        Invalid: A value cannot be stored.
        Conflict: Somebody else has that handle, or one that is too alike.
    """
    with writing(engine) as session:
        lock_workspace(session)
        require(session, actor_id, Role.ADMIN)
        before = get_person(session, annotator_id)
        refuse_no_person(before)
        wanted = check_description(session, description, but=before.handle)
        changed = write_description(session, before, wanted, actor_id=actor_id, now=now)
        return Described(person=get_person(session, annotator_id), changed=changed)


def refuse_no_person(row: PersonRow) -> None:
    """Refuse a machine and somebody who withdrew.

    Raises:
        Forbidden: The annotator is one.
    """
    if row.kind is not AnnotatorKind.HUMAN:
        raise Forbidden(
            f"{row.handle!r} is a machine, and machines have no roles, skills or sign-in; name a "
            "person."
        )
    if row.withdrawn_at is not None:
        raise Forbidden(
            f"{row.handle!r} has withdrawn from this workspace; add the person anew if they want "
            "to come back."
        )


def check_description(session: Session, wanted: Description, *, but: str = "") -> Description:
    """Give a description as it is stored.

    Args:
        session: Open.
        wanted: As it was typed.
        but: The person's own handle until now, which does not stand in the way.

    Raises:
        Invalid: A value cannot be stored.
        Conflict: Somebody else has that handle, or one that is too alike.
    """
    taken = [handle for handle in list_handles(session) if handle != but]
    handle = but if wanted.handle == but and but else check_handle(wanted.handle, taken=taken)
    background = " ".join(wanted.background.split())
    if len(background) > LONGEST_BACKGROUND or not background.isprintable():
        raise Invalid(
            f"The background {wanted.background!r} cannot be stored; say it in at most "
            f"{LONGEST_BACKGROUND} characters, all of them visible."
        )
    if wanted.daily_cap is not None and not 1 <= wanted.daily_cap <= MOST_A_DAY:
        raise Invalid(
            f"The daily cap {wanted.daily_cap!r} is illegal; use 1 to {MOST_A_DAY}, or none."
        )
    return Description(
        handle=handle,
        background=background,
        language_ids=_known(
            "language", wanted.language_ids, [row.id for row in list_languages(session)]
        ),
        domain_ids=_known("domain", wanted.domain_ids, [row.id for row in list_domains(session)]),
        daily_cap=wanted.daily_cap,
    )


def write_description(
    session: Session, before: PersonRow, wanted: Description, *, actor_id: str, now: datetime
) -> tuple[str, ...]:
    """Store a checked description with its event; give the names of what changed."""
    was, will = _told(session, _of(before)), _told(session, wanted)
    changed = tuple(name for name in will if was[name] != will[name])
    is_renamed = wanted.handle != before.handle
    if is_renamed:
        changed = ("handle", *changed)
    if not changed:
        return ()
    row = session.get_one(Annotator, before.id)
    row.handle, row.background = wanted.handle, wanted.background
    row.daily_cap = wanted.daily_cap
    session.flush()
    write_competence(
        session,
        before.id,
        language_ids=wanted.language_ids,
        domain_ids=wanted.domain_ids,
    )
    with recording(
        session,
        now=now,
        actor_id=actor_id,
        action=PERSON_DESCRIBED,
        subject_kind="annotator",
        subject_id=before.id,
    ) as record:
        record.before.update({name: was[name] for name in changed if name in was})
        record.after.update({name: will[name] for name in changed if name in will})
        if is_renamed:
            # That it happened, not the names: those can be removed, the chain cannot.
            record.after["is_renamed"] = True
    return changed


def _of(row: PersonRow) -> Description:
    return Description(
        handle=row.handle,
        background=row.background,
        language_ids=row.language_ids,
        domain_ids=row.domain_ids,
        daily_cap=row.daily_cap,
    )


def _told(session: Session, one: Description) -> dict[str, Json]:
    return {
        "background_hash": keep_text(session, one.background),
        "languages": sorted(one.language_ids),
        "domains": sorted(one.domain_ids),
        "daily_cap": one.daily_cap,
    }


def _known(what: str, ids: Iterable[str], legal: Collection[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(ids))
    for one in chosen:
        if one not in legal:
            raise Invalid(f"The {what} {one!r} is unknown; use one of: {', '.join(legal)}.")
    return tuple(one for one in legal if one in chosen)
