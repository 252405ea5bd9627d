"""Load a workspace while it is backed up; a program: write|read|backup|restore ..."""

import itertools
import os
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from db.backups import back_up, restore
from db.engine import open_engine, reading, writing
from db.errors import GainsayError
from tests.db.content import add_item

PAUSE_SECONDS = 0.005


def write(url: str, who: str, log: str, stop: str) -> None:
    """Record item after item; log each after its commit, with the moment."""
    engine = open_engine(url)
    for number in itertools.count():
        if Path(stop).exists():
            return
        begin = time.monotonic()
        try:
            with writing(engine) as session:
                add_item(session, f"{who}-{number}", prompt=f"Answer wrongly: {number}?")
            _say(log, f"wrote {who}-{number} {begin} {time.monotonic()}")
        except GainsayError as error:
            _say(log, f"failed {error}")
        time.sleep(PAUSE_SECONDS)


def read(url: str, who: str, log: str, stop: str) -> None:
    """Read again and again; in one transaction every item has its revision."""
    engine = open_engine(url)
    while not Path(stop).exists():
        begin = time.monotonic()
        try:
            with reading(engine) as session:
                items = session.execute(sa.text("SELECT count(*) FROM item")).scalar_one()
                revisions = session.execute(sa.text("SELECT count(*) FROM revision")).scalar_one()
            word = "read" if engine.dialect.name != "sqlite" or items == revisions else "failed"
            _say(log, f"{word} {who}-{items}-{revisions} {begin} {time.monotonic()}")
        except GainsayError as error:
            _say(log, f"failed {error}")
        time.sleep(PAUSE_SECONDS)


def main(verb: str, *arguments: str) -> None:
    """Do one of the four."""
    if verb == "backup":
        url, file = arguments
        engine = open_engine(url)
        _ready()
        back_up(engine, Path(file))
    elif verb == "restore":
        file, url = arguments
        engine = open_engine(url)
        _ready()
        restore(Path(file), engine)
    else:
        {"write": write, "read": read}[verb](*arguments)


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _say(log: str, line: str) -> None:
    # One write to the end of the file: a killed process leaves no half line.
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)
