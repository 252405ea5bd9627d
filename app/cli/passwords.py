"""Owns the verb `gainsay people password`: it reads a password where nobody else can."""

import getpass
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.actor import local_annotator
from app.cli.output import AsJson, DatabaseUrl, answer
from db.errors import Invalid

Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="Name of the person, or their id.")]
OneTime = Annotated[
    bool,
    typer.Option("--one-time", help="Make a password and print it, instead of asking for one."),
]


def password(
    handle: Handle, one_time: OneTime = False, as_json: AsJson = False, db: DatabaseUrl = None
) -> None:
    """Set a person's password: asked for on the terminal, or one line of standard input."""
    from app.workspace import existing
    from curation.sign_in.passwords import hand_over_password, set_password
    from db.engine import reading
    from db.queries.people import find_by_handle

    with existing(db) as engine:
        actor_id = local_annotator(engine)
        with reading(engine) as session:
            annotator_id = find_by_handle(session, handle)
        now = datetime.now(UTC)
        # One's own is not handed over by anybody.
        must_change = one_time or annotator_id != actor_id
        result: dict[str, object] = {"handle": handle, "must_change": must_change}
        if one_time:
            result["password"] = hand_over_password(
                engine, annotator_id, admin_id=actor_id, now=now
            )
        else:
            set_password(
                engine,
                annotator_id,
                _asked(handle),
                must_change=must_change,
                admin_id=actor_id,
                now=now,
            )
    answer(result, as_json=as_json, lines=_lines(result))


def _asked(handle: str) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        line = sys.stdin.readline() if sys.stdin is not None else ""
        return line.removesuffix("\n").removesuffix("\r")
    typed = getpass.getpass(f"New password of {handle}: ")
    if getpass.getpass("Once more: ") != typed:
        raise Invalid("The password was typed in two different ways; nothing was changed.")
    return typed


def _lines(result: dict[str, object]) -> Iterator[str]:
    if "password" in result:
        yield f"One-time password of {result['handle']}: {result['password']}"
        yield "It is shown this once; hand it over. It has to be changed at the first sign-in."
        return
    change = " It has to be changed at the first sign-in." if result["must_change"] else ""
    yield f"The password of {result['handle']} is set; their sessions have ended.{change}"
