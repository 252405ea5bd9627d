"""Owns how a file gets its name: whole, on the disk, and never in another's place.

It is written inside a hidden folder beside its place. Whoever is killed leaves that folder, which
the next one here removes; a lock on it tells the dead from those at work.
"""

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from db.errors import Conflict, External

PREFIX = ".gainsay-unfinished-"
ABANDONED_SECONDS = 60.0  # a folder this young may not have its lock yet
LINKS_UNKNOWN = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@contextmanager
def appearing(file: Path, *, mode: int = 0o600) -> Iterator[Path]:
    """Give an empty file to write to; it gets its name when the block ends without an error.

    Args:
        file: Its name; missing folders are made for their owner only.
        mode: Its rights, from which the process's mask takes away.

    Raises:
        Conflict: Something has that name.
        External: The system refused.
    """
    refuse_taken(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(file.parent)
        with _hidden_folder(file.parent) as folder:
            part = folder / file.name
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode))
            yield part
            sync(part)
            _name(part, file)
        sync(file.parent)
    except OSError as error:
        raise External(
            f"The file {os.fspath(file)!r} cannot be written ({error.strerror}); nothing was kept. "
            "Name another place, or make room."
        ) from error


def refuse_taken(file: Path) -> None:
    """Refuse a name that something has.

    Raises:
        Conflict: With the name.
    """
    if os.path.lexists(file):
        raise Conflict(f"{os.fspath(file)!r} is there already and stays as it is; name a new file.")


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(part: Path, file: Path) -> None:
    try:
        # A link never replaces what is there; a rename would.
        os.link(part, file)
    except FileExistsError:
        refuse_taken(file)
        raise
    except OSError as error:
        if error.errno not in LINKS_UNKNOWN:
            raise
        refuse_taken(file)
        part.rename(file)


@contextmanager
def _hidden_folder(parent: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as folder:
        lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield Path(folder)
        finally:
            os.close(lock)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        # Somebody else may own it, or sweep it at this moment: that keeps nobody from writing.
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime >= ABANDONED_SECONDS:
                _remove_dead(folder)


def _remove_dead(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
