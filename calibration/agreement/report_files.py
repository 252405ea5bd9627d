"""Owns files that are written together: all of them or none, and never half of one.

Every text is first written in full beside its place, then all are moved into place. When a move
fails, what was moved is taken back: a new file goes, a replaced one returns.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path


class NotWritten(Exception):
    """One of the files could not be written, and none was; ``path`` and ``reason`` say which."""

    def __init__(self, path: Path, error: OSError | RuntimeError) -> None:
        super().__init__(str(path))
        number = error.errno if isinstance(error, OSError) else None
        self.path = path
        self.reason = os.strerror(number).lower() if number else str(error)


def write_together(texts: Mapping[Path, str]) -> None:
    """Write each text to its path, in UTF-8 without changing line ends.

    A symbolic link is written through: the file it leads to is replaced and the link stays. A
    replaced file keeps its permissions; a new one gets those that the umask leaves.

    Raises:
        NotWritten: A file could not be written; all are as they were before.
    """
    with ExitStack() as leftovers:
        ready = []
        for path, text in texts.items():
            with _naming(path):
                place = followed(path)
                draft = _beside(place)
                leftovers.callback(_discard, draft)
                _write(draft, text, like=place)
                ready.append((path, place, draft))
        with ExitStack() as moved:
            for path, place, draft in ready:
                with _naming(path):
                    moved.callback(_way_back(place, leftovers))
                    draft.replace(place)
            moved.pop_all()


def followed(path: Path) -> Path:
    """Follow a symbolic link to the file it leads to; leave any other path as it is.

    A path that stays relative works where its absolute form leads through closed folders.

    Raises:
        OSError: The links lead in a circle (RuntimeError before Python 3.13).
    """
    return path.resolve() if path.is_symlink() else path


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise NotWritten(path, error) from error


def _beside(place: Path) -> Path:
    return place.parent / f".report-{secrets.token_hex(8)}"


def _write(draft: Path, text: str, *, like: Path) -> None:
    # "x" lets the kernel apply the umask, which cannot be asked for without changing it.
    with draft.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
    if like.is_file():
        shutil.copymode(like, draft)


def _way_back(place: Path, leftovers: ExitStack) -> Callable[[], object]:
    """Prepare what undoes the move to a place."""
    if not place.is_file():
        # A move that fails leaves no file here, one that succeeds leaves one.
        return partial(_discard, place)
    backup = _beside(place)
    leftovers.callback(_discard, backup)
    try:
        os.link(place, backup)
    except OSError:
        shutil.copy2(place, backup)
    return partial(backup.replace, place)


def _discard(path: Path) -> None:
    if path.is_file():
        with suppress(OSError):
            path.unlink()
