"""Decide and save until the disk refuses, and after; a program: URL journal person responses how.

``full`` lets no file of this process grow any further; ``read-only`` takes the right to write the
database away, and also from root by working as another user.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.engine import Engine, open_engine, sqlite_file
from db.working_copies import Part
from tests.reliability.copy_writer import Author
from tests.reliability.journal import Journal
from tests.reliability.label_writer import Labeller

NOBODY = 65_534
LONG = 200  # times 60 characters: every save needs pages of its own


def _work(labeller: Labeller, author: Author, responses: list[str]) -> None:
    for response in responses:
        labeller.send(
            {
                "verb": "decide",
                "response": response,
                "requirements": ["follows"] * 3,
                "token": response,
                "replaces": None,
            }
        )
        author.send(
            {
                "verb": "save",
                "copy": author.copy_id,
                "part": Part.PROMPT.value,
                "text": author.new_text() * LONG,
                "base": author.numbers[Part.PROMPT],
            }
        )


@contextmanager
def full(engine: Engine, file: Path) -> Iterator[None]:
    """Let no file grow beyond the size that SQLite's log has now."""
    del engine
    before, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = file.with_name(f"{file.name}-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (before, hard))


@contextmanager
def read_only(engine: Engine, file: Path) -> Iterator[None]:
    """Take the right to write the database and its folder away."""
    engine.dispose()
    files = [file, *file.parent.glob(f"{file.name}-*")]
    for path in files:
        path.chmod(0o444)
    file.parent.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    yield
    engine.dispose()
    os.seteuid(user)
    file.parent.chmod(0o755)
    for path in files:
        path.chmod(0o644)


def main(url: str, log: str, annotator_id: str, responses: str, how: str) -> None:
    """Work before, during and after."""
    engine = open_engine(url)
    file = sqlite_file(engine)
    assert file is not None
    before, during, *after = json.loads(responses)
    labels, texts = Path(log), Path(f"{log}-texts")
    labeller = Labeller(engine, annotator_id, Journal(labels), "")
    author = Author(engine, annotator_id, Journal(texts), "", "a")
    _work(labeller, author, before)
    with {"full": full, "read-only": read_only}[how](engine, file):
        _work(labeller, author, during)
    # The same gestures again, as somebody makes them who was told that they failed.
    for responses_again in (during, *after):
        _work(labeller, author, responses_again)
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
