"""Owns taking a backup: a copy gets its name only after it was found to be sound."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from db.backups.appearing import appearing
from db.backups.copying import copy_workspace, opened, refuse_damaged
from db.errors import Conflict, External, Invalid
from db.verification import check_database

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that is there.

    Attributes:
        file: A SQLite file with the whole workspace, for its owner's eyes only.
        size: In bytes.
        checked: How many things of each kind were looked at.
    """

    file: Path
    size: int
    checked: Mapping[str, int]


def back_up(engine: sa.Engine, file: Path) -> Backup:
    """Copy a workspace of this program's schema while others use it, and check the copy.

    Raises:
        Conflict: Something has that name.
        Invalid: The workspace is damaged.
        External: It cannot be read, or the file cannot be written.
    """
    with appearing(file) as part:
        copy_workspace(engine, part)
        with opened(part) as copy:
            found = check_database(copy)
        if not found.ok:
            raise Invalid(
                f"The backup was not kept: the copy has {len(found.findings)} findings, so the "
                f"workspace is damaged; run 'gainsay db check', and copy its file while the app "
                f"is stopped: {found.summary}"
            )
        size = part.stat().st_size
    return Backup(file=file, size=size, checked=found.checked)


def back_up_before_upgrade(engine: sa.Engine, file: Path) -> Path:
    """Copy a workspace of an older schema, whose history this program cannot follow yet.

    Raises:
        External: It cannot be read or is no sound database, or the file cannot be written.
    """
    with appearing(file) as part:
        copy_workspace(engine, part)
        try:
            refuse_damaged(part)
        except sqlite3.Error as error:
            raise External(
                f"The backup before the upgrade is not sound ({error}), so nothing was upgraded; "
                "run 'gainsay db check' with the program that wrote this workspace."
            ) from error
    return file


def under_free_name(
    take: Callable[[Path], T], folder: Path, *, now: datetime, purpose: str = ""
) -> T:
    """Take a backup under a name of its own, also when another takes one in the same second.

    Args:
        take: Takes it; its ``Conflict`` about a name that is gone meanwhile means the next name.
        folder: Where.
        now: The moment in the name.
        purpose: At the end of the name; empty for none.
    """
    while True:
        file = free_name(folder, now=now, purpose=purpose)
        try:
            return take(file)
        except Conflict:
            if not os.path.lexists(file):
                raise


def free_name(folder: Path, *, now: datetime, purpose: str = "") -> Path:
    """Name a backup after its moment in UTC, and after its purpose if it has one."""
    stem = f"gainsay-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}" + (f"-{purpose}" if purpose else "")
    file, number = folder / f"{stem}.db", 1
    while os.path.lexists(file):
        number += 1
        file = folder / f"{stem}-{number}.db"
    return file
