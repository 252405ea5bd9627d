"""Owns the verbs `gainsay people ...`; they act as the person of the first start."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.cli.actor import local_annotator
from app.cli.items import chosen
from app.cli.output import AsJson, DatabaseUrl, answer
from db.errors import Invalid

if TYPE_CHECKING:
    from curation.people.granting import Wanted
    from db.engine import Engine
    from db.queries.people import PersonRow
    from db.queries.roles import Held

Answered = TypeVar("Answered")

group = typer.Typer(
    help="Add people, grant and revoke roles, share the workspace, let people leave.",
    rich_markup_mode=None,
    no_args_is_help=False,
)

Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="Name of the person, or their id.")]
Roles = Annotated[
    list[str],
    typer.Argument(
        metavar="ROLE...",
        help="author, reviewer, labeller, adjudicator, lead, admin or viewer; several at once.",
    ),
]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", help="Type id, label or abbreviation; repeatable; default: all."),
]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="zh or en; repeatable; default: all.")
]
Known = Annotated[
    list[str] | None,
    typer.Option("--language", help="What the person reads and writes well; repeatable."),
]
Domains = Annotated[
    list[str] | None,
    typer.Option("--domain", help="Domain id or label that the person knows; repeatable."),
]
Background = Annotated[
    str | None, typer.Option("--background", help="Training or profession in a few words.")
]
DailyCap = Annotated[
    int | None,
    typer.Option("--daily-cap", min=0, help="Most pieces of work in a day; 0 for no cap."),
]


@group.command("list")
def list_(
    with_machines: Annotated[
        bool, typer.Option("--machines", help="List machines as well.")
    ] = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """List the people with what they know and may do."""
    from app.workspace import existing
    from db.engine import reading
    from db.queries.annotators import find_host
    from db.queries.people import list_people

    with existing(db) as engine, reading(engine) as session:
        host = find_host(session)
        is_solo = host is None or host.is_solo
        rows = [row for row in list_people(session) if with_machines or row.kind.value == "human"]
    answer(
        {"shared": not is_solo, "people": [_row(row) for row in rows]},
        as_json=as_json,
        lines=_list_lines(rows, is_solo=is_solo),
    )


@group.command("add")
def add(
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="A short name, shown to all.")],
    background: Background = None,
    languages: Known = None,
    domains: Domains = None,
    daily_cap: DailyCap = None,
    demonstration: Annotated[
        bool,
        typer.Option(
            "--demonstration", help="The person only exists to show the program: never evidence."
        ),
    ] = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Add a person to a shared workspace; roles and a way to sign in come after."""
    from app.workspace import existing
    from curation.people.adding import add_person
    from curation.people.competence import Description

    with existing(db) as engine:
        language_ids, domain_ids = _competence(engine, languages, domains)
        row = add_person(
            engine,
            Description(
                handle=handle,
                background=background or "",
                language_ids=language_ids or (),
                domain_ids=domain_ids or (),
                daily_cap=daily_cap or None,
            ),
            actor_id=local_annotator(engine),
            now=datetime.now(UTC),
            is_demonstration=demonstration,
        )
    answer(
        _row(row),
        as_json=as_json,
        lines=[
            f"Added {row.handle}. What they may do comes with 'gainsay people grant {row.handle} "
            "ROLE'."
        ],
    )


@group.command("describe")
def describe_(
    handle: Handle,
    new_handle: Annotated[str | None, typer.Option("--handle", help="Another name.")] = None,
    background: Background = None,
    languages: Known = None,
    domains: Domains = None,
    any_domain: Annotated[
        bool, typer.Option("--any-domain", help="The person is asked about every domain.")
    ] = False,
    daily_cap: DailyCap = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Change what is known of a person; what is not named stays as it is."""
    from app.workspace import existing
    from curation.people.competence import Description, describe
    from db.engine import reading
    from db.queries.people import find_by_handle, get_person

    with existing(db) as engine:
        with reading(engine) as session:
            before = get_person(session, find_by_handle(session, handle))
        language_ids, domain_ids = _competence(engine, languages, domains)
        if any_domain:
            domain_ids = ()
        answered = describe(
            engine,
            before.id,
            Description(
                handle=before.handle if new_handle is None else new_handle,
                background=before.background if background is None else background,
                language_ids=before.language_ids if language_ids is None else language_ids,
                domain_ids=before.domain_ids if domain_ids is None else domain_ids,
                daily_cap=before.daily_cap if daily_cap is None else daily_cap or None,
            ),
            actor_id=local_annotator(engine),
            now=datetime.now(UTC),
        )
    changed = [name.removesuffix("_hash") for name in answered.changed]
    said = f"Changed {', '.join(changed)}." if changed else "Nothing to change: all of it is known."
    answer(
        {**_row(answered.person), "changed": changed},
        as_json=as_json,
        lines=[f"{answered.person.handle}: {said}"],
    )


@group.command("grant")
def grant_(
    handle: Handle,
    roles: Roles,
    types: Types = None,
    languages: Languages = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Grant roles, for every type and language or for some."""
    from curation.people.granting import grant

    granted = _change_roles(grant, handle, roles, types, languages, db)
    who = granted.person.handle
    answer(
        {
            "person": who,
            "granted": [_held(held) for held in granted.new],
            "held_before": [_held(held) for held in granted.held],
        },
        as_json=as_json,
        lines=[
            *(f"{who} is now {_said(held)}." for held in granted.new),
            *(f"{who} was {_said(held)} already." for held in granted.held),
        ],
    )


@group.command("revoke")
def revoke_(
    handle: Handle,
    roles: Roles,
    types: Types = None,
    languages: Languages = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Revoke roles, whole or for some types and languages."""
    from curation.people.granting import revoke

    revoked = _change_roles(revoke, handle, roles, types, languages, db)
    who = revoked.person.handle
    answer(
        {
            "person": who,
            "revoked": [_held(held) for held in revoked.gone],
            "not_held": [_held(held) for held in revoked.absent],
        },
        as_json=as_json,
        lines=[
            *(f"{who} is no longer {_said(held)}." for held in revoked.gone),
            *(f"{who} was not {_said(held)}." for held in revoked.absent),
        ],
    )


@group.command("share")
def share_(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Make the workspace shared: from then on everybody signs in. There is no way back."""
    from app.workspace import existing
    from curation.people.sharing import share

    with existing(db) as engine:
        answered = share(engine, actor_id=local_annotator(engine), now=datetime.now(UTC))
    done = "is shared now" if answered.is_new else "was shared before"
    answer(
        {
            "shared_at": answered.shared_at.isoformat(),
            "is_new": answered.is_new,
            "admin": answered.host.handle,
        },
        as_json=as_json,
        lines=[f"The workspace {done}; {answered.host.handle} may do everything in it."],
    )


@group.command("withdraw")
def withdraw_(
    handle: Handle,
    blank_texts: Annotated[
        bool,
        typer.Option(
            "--blank-texts", help="Blank their reasons, notes, comments and solutions as well."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; it cannot be undone.")] = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Let a person leave: name, background and sign-in are removed, their work stays."""
    from app.workspace import existing
    from curation.people.withdrawing import withdraw

    with existing(db) as engine:
        annotator_id = _id_of(engine, handle)
        if not yes:
            raise Invalid(
                f"The name, background, roles and sign-in of {handle!r} would be removed for good "
                "and nothing was done; add --yes to do it."
            )
        left = withdraw(
            engine,
            annotator_id,
            actor_id=local_annotator(engine),
            now=datetime.now(UTC),
            blanks_texts=blank_texts,
        )
    said = "left" if left.is_new else "had left before"
    texts = "" if left.texts is None else f" {left.texts:,} of their texts were blanked."
    answer(
        {
            "annotator": left.annotator_id,
            "pseudonym": left.handle,
            "is_new": left.is_new,
            "texts_blanked": left.texts,
        },
        as_json=as_json,
        lines=[f"The person {said}; their work stays under {left.handle}.{texts}"],
    )


def _id_of(engine: "Engine", handle: str) -> str:
    from db.engine import reading
    from db.queries.people import find_by_handle

    with reading(engine) as session:
        return find_by_handle(session, handle)


def _change_roles(
    change: Callable[..., Answered],
    handle: str,
    roles: Sequence[str],
    types: Sequence[str] | None,
    languages: Sequence[str] | None,
    db: str | None,
) -> Answered:
    from app.workspace import existing

    with existing(db) as engine:
        return change(
            engine,
            _id_of(engine, handle),
            _wanted(engine, roles, types, languages),
            actor_id=local_annotator(engine),
            now=datetime.now(UTC),
        )


def _wanted(
    engine: "Engine",
    roles: Sequence[str],
    types: Sequence[str] | None,
    languages: Sequence[str] | None,
) -> "Wanted":
    from curation.people.granting import Wanted
    from db.engine import reading
    from db.queries.taxonomy import list_languages, list_types
    from db.roles import Role

    with reading(engine) as session:
        type_names = {
            name: row.id
            for row in list_types(session)
            for name in (row.id, row.label, row.abbreviation)
        }
        language_names = {
            name: row.id for row in list_languages(session) for name in (row.id, row.label)
        }
    legal = {role.value: role.value for role in Role}
    return Wanted(
        roles=tuple(Role(role) for role in chosen("ROLE", roles, legal)),
        type_ids=chosen("--type", types, type_names),
        language_ids=chosen("--language", languages, language_names),
    )


def _competence(
    engine: "Engine", languages: Sequence[str] | None, domains: Sequence[str] | None
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    from db.engine import reading
    from db.queries.taxonomy import list_domains, list_languages

    with reading(engine) as session:
        language_names = {
            name: row.id for row in list_languages(session) for name in (row.id, row.label)
        }
        domain_names = {
            name: row.id for row in list_domains(session) for name in (row.id, row.label)
        }
    return (
        None if languages is None else chosen("--language", languages, language_names),
        None if domains is None else chosen("--domain", domains, domain_names),
    )


def _row(row: "PersonRow") -> dict[str, object]:
    return {
        "id": row.id,
        "handle": row.handle,
        "kind": row.kind.value,
        "demonstration": row.is_demonstration,
        "local": row.is_local,
        "background": row.background,
        "languages": list(row.language_ids),
        "domains": list(row.domain_ids),
        "daily_cap": row.daily_cap,
        "roles": [_held(held) for held in row.held],
        "can_sign_in": row.can_sign_in,
        "created_at": row.created_at.isoformat(),
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
    }


def _held(held: "Held") -> dict[str, object]:
    return {"role": held.role.value, "type": held.type_id, "language": held.language_id}


def _said(held: "Held") -> str:
    kind = "all types" if held.type_id is None else held.type_id
    language = "all languages" if held.language_id is None else held.language_id
    return f"{held.role.value} for {kind}, {language}"


def _list_lines(rows: Sequence["PersonRow"], *, is_solo: bool) -> Iterator[str]:
    if is_solo:
        yield (
            "This workspace is one person's, who may do everything; share it with "
            "'gainsay people share'."
        )
    for row in rows:
        notes = [
            "demonstration" if row.is_demonstration else "",
            "machine" if row.kind.value == "machine" else "",
            "withdrawn" if row.withdrawn_at else "",
            "cannot sign in yet" if row.is_person and not (is_solo or row.can_sign_in) else "",
        ]
        marks = "".join(f" ({note})" for note in notes if note)
        known = ", ".join(filter(None, (row.background, *row.language_ids, *row.domain_ids)))
        yield f"{row.handle}{marks}" + (f": {known}" if known else "")
        yield from (f"  {_said(held)}" for held in row.held)
