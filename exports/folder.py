"""Owns release folders on disk: staged under another name, renamed when whole, never overwritten.

A folder under the name that was asked for is either whole or not ours. A staging folder is locked
while its process lives; one that a kill left behind is removed by the next cut beside it.
"""

import errno
import fcntl
import os
import shutil
import stat
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from db.errors import Conflict, External, Invalid, NotFound
from exports.layout import MANIFEST, SUMS

_MARK: Final = "gainsay-staging"
_TRIES: Final = 5
_WAIT_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.02


class FolderFilled(Conflict):
    """The target got files between the first look at it and the renaming."""


def resolve_target(out: Path) -> Path:
    """Give the folder's own path, links followed.

    Raises:
        Invalid: The path cannot be a folder's name.
        Conflict: Something that is no folder has that name.
    """
    if "\0" in str(out):
        raise Invalid(f"The folder {str(out)!r} has a NUL character in its name; choose another.")
    try:
        target = Path(os.path.realpath(out.expanduser()))
        if target.exists() and not target.is_dir():
            raise Conflict(f"{str(out)!r} is a file; name a folder that does not exist yet.")
    except (OSError, RuntimeError) as error:
        raise Invalid(
            f"The folder {str(out)!r} cannot be used ({error}); choose another."
        ) from error
    return target


def is_free(target: Path) -> bool:
    """Tell whether nothing, or an empty folder, has that name."""
    with _mapped(target):
        return not target.exists() or not any(target.iterdir())


def has_release_marks(folder: Path) -> bool:
    """Tell whether a folder holds the manifest or the sums of a release, without reading it."""
    with _mapped(folder):
        return any((folder / name).is_file() for name in (MANIFEST, SUMS))


def read_folder(folder: Path) -> dict[str, bytes]:
    """Read every file below a folder, by its relative name with forward slashes.

    Raises:
        NotFound: There is no such folder.
        Invalid: It holds a link or something else that is no file.
        External: A file cannot be read.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {str(folder)!r}; cut the release into it first.")
    found: dict[str, bytes] = {}
    with _mapped(folder):
        for path in sorted(folder.rglob("*")):
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                continue
            name = path.relative_to(folder).as_posix()
            if not stat.S_ISREG(mode):
                raise Invalid(f"{str(folder)!r} holds {name!r}, which is no file; move it away.")
            found[name] = path.read_bytes()
    return found


@contextmanager
def staged(
    target: Path, files: Mapping[str, bytes], *, first: Callable[[], None]
) -> Iterator[Path]:
    """Write files beside the target and remove them again unless they were renamed.

    Args:
        target: The folder that they are for.
        files: Their bytes by relative name.
        first: Called after the first file, so that a test can kill the process there.

    Raises:
        External: The files cannot be written.
    """
    with _mapped(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
        staging, handle = _new_staging(target)
    try:
        with _mapped(target):
            for place, (name, data) in enumerate(files.items()):
                _write(staging / name, data)
                if place == 0:
                    first()
            for folder in {staging, *((staging / name).parent for name in files)}:
                _flush(folder)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def publish(staging: Path, target: Path) -> None:
    """Rename a staged folder to its target.

    Raises:
        FolderFilled: Somebody filled the target meanwhile.
        External: The folder cannot be renamed.
    """
    try:
        # Replaces an empty folder and nothing else.
        staging.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise FolderFilled(
                f"Somebody filled the folder {str(target)!r} meanwhile; it was left alone. Name "
                "another folder."
            ) from error
        raise _unwritable(target, error) from error
    with _mapped(target):
        _flush(target.parent)


def wait_for_others(target: Path) -> None:
    """Wait, a few seconds at most, until no living process stages files beside the target."""
    end = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < end and any(map(_is_alive, _stagings(target))):
        time.sleep(_POLL_SECONDS)


def _is_alive(staging: Path) -> bool:
    handle = _locked(staging)
    if handle is not None:
        os.close(handle)
    return handle is None and staging.exists()


def _new_staging(target: Path) -> tuple[Path, int | None]:
    """Make a folder and lock it; None for the lock where a file system has no locks."""
    for last in range(1 - _TRIES, 1):
        staging = target.parent / f".{target.name}.{_MARK}-{uuid.uuid4().hex}"
        staging.mkdir()
        handle = _locked(staging)
        # Another cut may take it for a leftover before it is locked, and remove it.
        if handle is not None and staging.exists():
            break
        if not last:
            break
        if handle is not None:
            os.close(handle)
        shutil.rmtree(staging, ignore_errors=True)
    return staging, handle


def _stagings(target: Path) -> list[Path]:
    return list(target.parent.glob(f".{_escaped(target.name)}.{_MARK}-*"))


def _remove_leftovers(target: Path) -> None:
    for left in _stagings(target):
        handle = _locked(left)
        if handle is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(handle)


def _escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)


def _locked(folder: Path) -> int | None:
    """Lock a folder for the life of this process; None when another process holds it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    # Names are durable only when their folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _mapped(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> External:
    reason = os.strerror(error.errno or errno.EIO).lower()
    return External(
        f"The folder {str(target)!r} cannot be used: {reason}; free space or choose "
        "another folder.",
        retryable=True,
    )
