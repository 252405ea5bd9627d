"""Backups while others work, and backups that are killed: separate processes, real signals."""

import random
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from db.backups import back_up, restore
from db.backups.copying import opened
from db.engine import open_engine, writing
from db.verification import check_database
from tests import programs
from tests.db.content import add_item, fill
from tests.db.dumping import dump, dump_of
from tests.programs import Program, ended

BACKUPS = 2
KILLS = 4
LONG_TEXT = "Answer wrongly, at length. " * 800  # 21 kB
LONG_ITEMS = 150  # 3 MB: SQLite has to write before the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a process logged.

    Attributes:
        word: ``wrote``, ``read`` or ``failed``.
        what: Whom it is about.
        begin: When it began, on the clock that all processes share.
        end: When it was over.
    """

    word: str
    what: str
    begin: float
    end: float


def program(verb: str, *arguments: object) -> AbstractContextManager[Program]:
    return programs.program("tests.db.backup_load", verb, *map(str, arguments))


def lines(log: Path) -> list[Line]:
    if not log.exists():
        return []
    rows = (line.split() for line in log.read_text().splitlines())
    return [
        Line(word=row[0], what=row[1], begin=float(row[2]), end=float(row[3]))
        if row[0] != "failed"
        else pytest.fail(" ".join(row))
        for row in rows
    ]


def wait_for(log: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(lines(log)) < count:
        assert time.monotonic() < deadline, log
        time.sleep(0.02)


def test_a_backup_during_load_has_every_write_that_was_acknowledged_and_nobody_fails(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    fill(engine)
    stop, names = tmp_path / "stop", ("w1", "w2", "r1")
    logs = {name: tmp_path / f"{name}.log" for name in names}
    during: list[set[str]] = []
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                program("read" if name == "r1" else "write", migrated_url, name, log, stop)
            )
            for name, log in logs.items()
        ]
        for log in logs.values():
            wait_for(log, 5)
        for number in range(BACKUPS):
            acknowledged = {line.what for name in ("w1", "w2") for line in lines(logs[name])}
            begin = time.monotonic()
            made = back_up(engine, tmp_path / f"{number}.db")
            end = time.monotonic()
            with opened(made.file) as copy:
                assert check_database(copy).findings == ()
                with copy.connect() as connection:
                    held = set(connection.execute(sa.text("SELECT id FROM item")).scalars())
            assert acknowledged <= held
            during.append(
                {
                    name
                    for name, log in logs.items()
                    for line in lines(log)
                    if begin < line.begin and line.end < end
                }
            )
        stop.touch()
        assert [ended(one.process) for one in processes] == [0, 0, 0]
    # Whoever works goes on while a backup is taken.
    assert set.union(*during) == set(names)
    assert check_database(engine).findings == ()
    slowest = max(line.end - line.begin for log in logs.values() for line in lines(log))
    assert slowest < 5, f"somebody waited {slowest:.1f} s"


def long_items(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        for number in range(LONG_ITEMS):
            add_item(session, f"long-{number}", prompt=LONG_TEXT)


def moments(seed: int, *, seen: bool = True) -> Iterator[tuple[str, float]]:
    """When to kill: as soon as something is seen to be written, else after a random time."""
    source = random.Random(seed)
    for number in range(KILLS):
        if seen and number % 2 == 0:
            yield "written", number * 0.01
        else:
            yield "ready", source.uniform(0, 0.6)


def kill(writer: Program, folder: Path, moment: tuple[str, float]) -> bool:
    """Kill a program at a moment; True unless it had ended before."""
    assert writer.line() == "ready"
    word, seconds = moment
    while word == "written" and writer.process.is_alive():
        if any(path.is_file() and path.stat().st_size for path in folder.rglob("*")):
            break
        time.sleep(0.001)
    time.sleep(seconds)
    writer.process.kill()
    return ended(writer.process) == -signal.SIGKILL


def test_a_killed_backup_leaves_no_file_that_looks_whole(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    long_items(engine)
    was, folder, killed = dump(engine), tmp_path / "backups", 0
    for number, moment in enumerate(moments(seed=1)):
        file = folder / f"{number}.db"
        with program("backup", migrated_url, file) as writer:
            killed += kill(writer, folder, moment)
        if file.exists():
            assert dump_of(file) == was
        for hidden in folder.glob(".*"):
            # What a killed one left is nobody's backup; the next ones remove it after a while.
            assert hidden.is_dir()
    assert killed >= 2
    assert back_up(engine, folder / "whole.db").checked["items"] == LONG_ITEMS + 1
    assert check_database(engine).findings == ()


def test_a_killed_restore_leaves_nothing_and_the_next_one_succeeds(
    engine: Engine, engine_url: str, tmp_path: Path
) -> None:
    long_items(engine)
    was = dump(engine)
    made = back_up(engine, tmp_path / "backup.db")
    folder, killed = tmp_path / "new", 0
    folder.mkdir()
    url = engine_url.replace(f"{tmp_path}/", f"{folder}/") if "sqlite" in engine_url else engine_url
    target = open_engine(url)
    for moment in moments(seed=2, seen=target.dialect.name == "sqlite"):
        if not empty(target):
            # The one before was faster than its end.
            assert dump(target) == was
            clear(target)
        with program("restore", made.file, url) as writer:
            killed += kill(writer, folder, moment)
    assert killed >= 1
    if empty(target):
        restore(made.file, target)
    assert dump(target) == was
    assert check_database(target).findings == ()
    target.dispose()


def clear(target: Engine) -> None:
    target.dispose()
    if target.dialect.name == "sqlite":
        file = Path(str(target.url.database))
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        return
    with target.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def empty(target: Engine) -> bool:
    if target.dialect.name == "sqlite":
        return not Path(str(target.url.database)).exists()
    return sa.inspect(target).get_table_names() == []
