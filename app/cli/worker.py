"""Owns the verb `gainsay worker`: makes the calls of runs until it is told to stop."""

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer

if TYPE_CHECKING:
    from calibration.runs.workplace import Workplace

Once = Annotated[bool, typer.Option("--once", help="End when no run is left to work on.")]
Linger = Annotated[
    float | None,
    typer.Option("--linger", metavar="SECONDS", help="End when there was no run for this long."),
]
AtOnce = Annotated[
    int, typer.Option("--at-once", min=1, max=1000, help="Calls of one model at once, at most.")
]
MOST_AT_ONCE = 64


def worker(
    once: Once = False,
    linger: Linger = None,
    at_once: AtOnce = MOST_AT_ONCE,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Make the calls of runs; 'gainsay up' starts one. Exit 75 says: start me again later."""
    from calibration.runs.worker import LINGER_SECONDS, WorkerExit, work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    code = work(
        lambda: _place(db, at_once),
        stop=stop,
        complain=_complain,
        linger=LINGER_SECONDS if linger is None else linger,
        once=once,
    )
    if code is WorkerExit.STOPPED and not (once or stop.is_set() or linger is not None):
        # A fresh process is small again, and keeps its id.
        os.execv(sys.executable, [sys.executable, "-P", *_arguments()])
    if code == 0:
        answer({"ended": "stopped"}, as_json=as_json, lines=["The worker has stopped."])
    sys.stderr.flush()
    # Threads of the engine may still end; nothing is left that they could do.
    os._exit(code)


def _place(db: str | None, at_once: int) -> "Workplace":
    from datetime import UTC, datetime

    from app.settings import load_settings, read_key
    from calibration.runs.workplace import Workplace
    from db.engine import open_engine
    from db.ledger.place import open_ledger

    settings = load_settings(database_url=db)
    workspace = open_engine(settings.database_url)
    return Workplace(
        workspace=workspace,
        ledger=open_ledger(workspace),
        keys=read_key,
        now=lambda: datetime.now(UTC),
        most_at_once=at_once,
    )


def _arguments() -> list[str]:
    return ["-m", "app.cli", *sys.argv[1:]]


def _complain(sentence: str) -> None:
    sys.stderr.write(f"gainsay worker: {' '.join(sentence.split())}\n")
