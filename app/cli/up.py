"""Owns the verb `gainsay up`: the app in the browser, on a workspace that is ready for work."""

import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer

Port = Annotated[int, typer.Option("--port", min=1, max=65_535, help="Port to listen on.")]
Host = Annotated[
    str,
    typer.Option(
        "--host", help="Address to listen on; the default is reached from this machine alone."
    ),
]


def up(
    port: Port = 8600,
    host: Host = "127.0.0.1",
    database_url: DatabaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Start the app; on the first start, create the workspace with its starter items."""
    from app.data_folder import cookie_secret, make_data_folder, sign_in_secrets
    from app.server import Place, refuse_taken, serve
    from app.settings import load_settings, server_environment
    from app.worker_child import worker_child
    from app.workspace import prepare, refuse_open
    from db.engine import redacted

    place = Place(host=host, port=port)
    settings = load_settings(database_url=database_url)
    database = redacted(settings.database_url)
    refuse_taken(place)
    make_data_folder(settings.data_folder)
    secret = cookie_secret(settings.data_folder)
    sign_in_secrets(settings.data_folder)
    prepared = prepare(settings, now=datetime.now(UTC))
    if not place.is_local:
        refuse_open(settings)
        sys.stderr.write(
            f"Warning: {place.url} is not encrypted, so passwords and texts can be read on the "
            "way; put a proxy with HTTPS in front of 127.0.0.1 instead.\n"
        )

    result = {
        "address": place.url,
        "data_folder": str(settings.data_folder),
        "database": database,
        "first_start": prepared.first_start,
        "starter_items": prepared.starter_items,
    }

    def announce() -> None:
        answer(result, as_json=as_json, lines=_lines(result))
        sys.stdout.flush()

    environment = server_environment(settings, cookie_secret=secret)
    with worker_child(settings.database_url, environment):
        serve(place, environment=environment, announce=announce)


def _lines(result: Mapping[str, object]) -> Iterator[str]:
    if result["first_start"]:
        yield (
            f"Made a workspace with {result['starter_items']} starter items (machine-written, not "
            "human-reviewed)."
        )
    yield f"Gainsay is at {result['address']} (data: {result['database']}). Ctrl+C stops it."
