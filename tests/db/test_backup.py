"""Backups: one portable file from either database, sound, private, and in nobody's way."""

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from db.backups import Backup, appearing, back_up, restore
from db.backups.appearing import PREFIX
from db.backups.copying import opened
from db.backups.taking import free_name, under_free_name
from db.engine import open_engine, set_journal, writing
from db.errors import Conflict, External, Invalid, NotFound
from db.migrations import head, upgrade
from db.verification import check_database
from tests.db.content import add_guideline, add_item, add_peoples_work, add_release, fill
from tests.db.dumping import dump, dump_of
from tests.postgres import Server


@contextmanager
def empty_postgres(server: Server) -> Iterator[Engine]:
    name = server.create()
    try:
        engine = open_engine(server.url_of(name))
        yield engine
        engine.dispose()
    finally:
        server.drop(name)


def fill_richly(engine: Engine) -> None:
    """Rows in most tables: texts beyond ASCII, no domain, a reason, JSON, a release."""
    fill(engine)
    with writing(engine) as session:
        add_peoples_work(session)
        add_item(session, "b", prompt="请故意答错:一加一等于几?\n'\"\\ 😀", language_id="zh")
        add_guideline(session)
        add_release(session, "1.0.0", revision_id="a.r1")


def backed_up(engine: Engine, folder: Path) -> Backup:
    fill_richly(engine)
    return back_up(engine, folder / "backups" / "one.db")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that was made once; tests spoil copies of it."""
    folder = tmp_path_factory.mktemp("kept")
    with opened(folder / "source.db") as source:
        upgrade(source)
        return backed_up(source, folder).file


@pytest.fixture
def backup(kept: Path, tmp_path: Path) -> Path:
    """A backup of a test's own."""
    return Path(shutil.copyfile(kept, tmp_path / "backup.db"))


def test_a_backup_holds_every_row_of_every_table(engine: Engine, tmp_path: Path) -> None:
    made = backed_up(engine, tmp_path)
    was = dump(engine)
    assert dump_of(made.file) == was
    # fill: one item; fill_richly: another. Each has a revision, a response and a construction
    # label; a person labelled one response and withdrew that.
    counts = {name: len(was[name]) for name in ("item", "revision", "response", "label")}
    assert counts == {"item": 2, "revision": 2, "response": 2, "label": 3}
    assert made.checked["items"] == 2
    assert made.size == made.file.stat().st_size


def test_a_backup_is_one_private_file_that_opens_where_nothing_can_be_written(
    engine: Engine, tmp_path: Path
) -> None:
    made = backed_up(engine, tmp_path)
    assert [path.name for path in made.file.parent.iterdir()] == ["one.db"]
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.file.parent.stat().st_mode) == 0o700
    # Bytes 18 and 19 of a SQLite file: 1 without, 2 with a log beside it.
    assert made.file.read_bytes()[18:20] == b"\x01\x01"


def test_a_backup_replaces_nothing(engine: Engine, tmp_path: Path) -> None:
    made = backed_up(engine, tmp_path)
    before = made.file.read_bytes()
    with pytest.raises(Conflict, match="is there already"):
        back_up(engine, made.file)
    assert made.file.read_bytes() == before
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Conflict, match="is there already"):
        back_up(engine, tmp_path / "link")


def test_a_file_that_takes_the_name_meanwhile_keeps_it(tmp_path: Path) -> None:
    def write() -> None:
        with appearing.appearing(tmp_path / "a") as part:
            part.write_text("mine")
            (tmp_path / "a").write_text("theirs")

    with pytest.raises(Conflict, match="is there already"):
        write()
    assert (tmp_path / "a").read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_place_that_cannot_be_written_is_one_sentence(engine: Engine, tmp_path: Path) -> None:
    fill(engine)
    (tmp_path / "file").write_text("")
    with pytest.raises(External, match="cannot be written"):
        back_up(engine, tmp_path / "file" / "x.db")


def test_a_damaged_workspace_gives_no_backup_that_looks_sound(
    engine: Engine, tmp_path: Path
) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE revision SET prompt = 'x'")
    with pytest.raises(Invalid, match=r"was not kept.*'a\.r1' was changed"):
        back_up(engine, tmp_path / "backups" / "one.db")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_deleted_text_is_not_in_the_backup(tmp_path: Path, engine: Engine) -> None:
    secret = "the sentence that a person asked to forget "
    fill(engine)
    with engine.begin() as connection:
        insert = sa.text("INSERT INTO event_text (content_hash, text) VALUES ('h', :text)")
        connection.execute(insert, {"text": secret * 200})
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM event_text WHERE content_hash = 'h'")
    made = back_up(engine, tmp_path / "one.db")
    assert secret.encode() not in made.file.read_bytes()


def test_what_a_killed_backup_left_is_removed_later_and_what_is_at_work_is_not(
    tmp_path: Path,
) -> None:
    dead = tmp_path / f"{PREFIX}dead"
    dead.mkdir()
    (dead / "half.db").write_text("half")
    with appearing.appearing(tmp_path / "first") as part:
        hour_ago = datetime.now(UTC).timestamp() - 3_600
        os.utime(dead, (hour_ago, hour_ago))
        os.utime(part.parent, (hour_ago, hour_ago))
        with appearing.appearing(tmp_path / "second"):
            assert not dead.exists()
            assert part.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]


def test_what_somebody_else_sweeps_or_owns_keeps_nobody_from_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{PREFIX}text").write_text("no folder")
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path)
    os.utime(tmp_path / f"{PREFIX}text", (0, 0))
    found = [*tmp_path.iterdir(), tmp_path / f"{PREFIX}gone"]
    # Another process removes the last one between the listing and the look at it.
    monkeypatch.setattr(Path, "glob", lambda *_: iter(found))
    with appearing.appearing(tmp_path / "mine") as part:
        part.write_text("whole")
    assert (tmp_path / "mine").read_text() == "whole"
    assert (tmp_path / f"{PREFIX}text").read_text() == "no folder"


def test_a_workspace_copied_by_hand_is_only_read_and_gets_nothing_beside_it(
    backup: Path, tmp_path: Path
) -> None:
    with opened(backup) as engine:
        set_journal(engine, "WAL")
    copied = tmp_path / "copied"
    copied.mkdir()
    file = Path(shutil.copyfile(backup, copied / "by hand #1?.db"))
    before = file.read_bytes()
    with opened(tmp_path / "new.db") as target:
        restore(file, target)
        assert dump(target) == dump_of(backup)
    assert [path.name for path in copied.iterdir()] == [file.name]
    assert file.read_bytes() == before


def test_a_log_beside_a_workspace_copied_by_hand_is_restored_too(tmp_path: Path) -> None:
    file = tmp_path / "source.db"
    with opened(file) as engine:
        upgrade(engine)
        fill(engine)
        with engine.connect() as held:
            # Who reads keeps the log from being written back.
            held.exec_driver_sql("SELECT * FROM item")
            with writing(engine) as session:
                add_item(session, "late", prompt="Written last.")
            was = dump(engine)
            for end in ("", "-wal"):
                shutil.copyfile(f"{file}{end}", tmp_path / f"copied.db{end}")
    assert (tmp_path / "copied.db-wal").stat().st_size > 0
    with opened(tmp_path / "new.db") as target:
        restore(tmp_path / "copied.db", target)
        assert dump(target) == was


def test_a_backup_is_named_after_its_moment_in_utc(tmp_path: Path) -> None:
    # 08:30 in Beijing is 00:30 UTC.
    now = datetime(2026, 3, 4, 8, 30, 5, tzinfo=timezone(timedelta(hours=8)))
    assert free_name(tmp_path, now=now).name == "gainsay-20260304T003005Z.db"
    first = free_name(tmp_path, now=now, purpose="before-upgrade")
    assert first.name == "gainsay-20260304T003005Z-before-upgrade.db"
    first.touch()
    second = free_name(tmp_path, now=now, purpose="before-upgrade")
    assert second.name == "gainsay-20260304T003005Z-before-upgrade-2.db"


def test_a_name_that_another_takes_in_the_same_second_is_left_to_them(
    engine: Engine, tmp_path: Path
) -> None:
    fill(engine)
    tried = []

    (tmp_path / "b").mkdir()

    def take(file: Path) -> Backup:
        tried.append(file.name)
        if len(tried) == 1:
            file.write_text("theirs")
        return back_up(engine, file)

    made = under_free_name(take, tmp_path / "b", now=datetime(2026, 3, 4, tzinfo=UTC))
    first, second = "gainsay-20260304T000000Z.db", "gainsay-20260304T000000Z-2.db"
    assert (tried, made.file.name) == ([first, second], second)
    assert (made.file.parent / first).read_text() == "theirs"
    assert made.checked["items"] == 1


def test_a_conflict_about_something_else_is_not_tried_again(tmp_path: Path) -> None:
    tried = []

    def take(file: Path) -> None:
        tried.append(file)
        raise Conflict("Somebody changed it.")

    with pytest.raises(Conflict, match="Somebody changed it"):
        under_free_name(take, tmp_path, now=datetime(2026, 3, 4, tzinfo=UTC))
    assert len(tried) == 1


def test_a_backup_of_either_database_restores_into_both_row_for_row(
    engine: Engine, tmp_path: Path, postgres: Server
) -> None:
    made = backed_up(engine, tmp_path)
    was = dump(engine)
    with empty_postgres(postgres) as target:
        restored = restore(made.file, target)
        assert (restored.schema_before, restored.schema) == (head(), head())
        assert restored.checked == made.checked
        assert dump(target) == was
        assert check_database(target).ok
        again = back_up(target, tmp_path / "again.db")
    with opened(tmp_path / "new" / "gainsay.db") as target:
        restore(again.file, target)
        assert dump(target) == was
        assert check_database(target).ok
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["gainsay.db"]


def test_a_restored_workspace_goes_on_with_its_history(backup: Path, engine_url: str) -> None:
    target = open_engine(engine_url)
    restore(backup, target)
    with writing(target) as session:
        add_item(session, "c", prompt="Answer wrongly: 2 + 2?")
    assert check_database(target).ok
    assert len(dump(target)["event"]) == len(dump_of(backup)["event"]) + 1
    target.dispose()
    if target.dialect.name == "sqlite":
        with closing(sqlite3.connect(engine_url.removeprefix("sqlite:///"))) as plain:
            assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_backup_that_was_copied_by_hand_is_a_workspace_that_many_can_use(backup: Path) -> None:
    with opened(backup) as engine:
        assert upgrade(engine).backup is None
    with closing(sqlite3.connect(backup)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_place_that_holds_anything_is_refused_and_stays(engine: Engine, backup: Path) -> None:
    was = dump(engine)
    with pytest.raises(Conflict, match="into a new place only"):
        restore(backup, engine)
    assert dump(engine) == was


@pytest.mark.parametrize("end", ["-wal", "-journal", "-shm"])
def test_a_log_without_its_database_is_something_too(
    backup: Path, tmp_path: Path, end: str
) -> None:
    # SQLite would play it into the restored file.
    target = tmp_path / "new.db"
    (tmp_path / f"new.db{end}").write_text("")
    with opened(target) as engine, pytest.raises(Conflict, match="new place only"):
        restore(backup, engine)
    assert not target.exists()


def test_a_postgresql_database_with_somebody_elses_view_is_refused(
    postgres: Server, backup: Path
) -> None:
    with empty_postgres(postgres) as target:
        with target.begin() as connection:
            connection.exec_driver_sql("CREATE VIEW theirs AS SELECT 1 AS one")
        with pytest.raises(Conflict, match="holds 'theirs'"):
            restore(backup, target)
        assert sa.inspect(target).get_table_names() == []


def no_file(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_text(file: Path) -> None:
    file.write_text("prompt,reference\n")


def of_something_else(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE theirs (id INTEGER)")


def of_a_newer_program(file: Path) -> None:
    with closing(sqlite3.connect(file)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def with_a_page_of_zeros(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.seek(5 * 4096)
        stream.write(bytes(4096))


def with_a_changed_text(file: Path) -> None:
    data = file.read_bytes()
    assert b"Answer wrongly: 1 + 1?" in data
    file.write_bytes(data.replace(b"Answer wrongly: 1 + 1?", b"Answer wrongly: 1 + 9?"))


def without_an_event(file: Path) -> None:
    with closing(sqlite3.connect(file)) as less:
        less.execute("DELETE FROM event WHERE seq = 2")
        less.commit()


NO_BACKUPS = {
    "no file": (no_file, NotFound, "There is no backup"),
    "a folder": (a_folder, Invalid, "is no backup"),
    "a text": (a_text, Invalid, "is no backup"),
    "of something else": (of_something_else, Invalid, "is no backup of a workspace"),
    "of a newer program": (of_a_newer_program, Invalid, "'9999', which is newer"),
    "cut short": (cut_short, Invalid, "nothing was restored"),
    "a page of zeros": (with_a_page_of_zeros, Invalid, "nothing was restored"),
    "a changed text": (with_a_changed_text, Invalid, r"'a\.r1' was changed"),
    "an event less": (without_an_event, Invalid, "is damaged"),
}


@pytest.mark.parametrize("case", NO_BACKUPS, ids=str)
def test_what_is_no_sound_backup_is_refused_and_nothing_is_made(
    case: str, tmp_path: Path, backup: Path
) -> None:
    spoil, error, sentence = NO_BACKUPS[case]
    spoil(backup)
    target = tmp_path / "new" / "new.db"
    with opened(target) as engine, pytest.raises(error, match=sentence):
        restore(backup, engine)
    assert list((tmp_path / "new").glob("*")) == []


def test_a_damaged_backup_leaves_an_empty_postgresql_database_empty(
    postgres: Server, backup: Path
) -> None:
    with_a_changed_text(backup)
    with empty_postgres(postgres) as target:
        with pytest.raises(Invalid, match="is damaged"):
            restore(backup, target)
        assert sa.inspect(target).get_table_names() == []


def test_json_and_moments_travel_as_they_are(engine: Engine, tmp_path: Path) -> None:
    made = backed_up(engine, tmp_path)
    with closing(sqlite3.connect(made.file)) as plain:
        (facts,) = plain.execute("SELECT facts FROM event ORDER BY seq DESC").fetchone()
        (before,) = plain.execute("SELECT before FROM event ORDER BY seq").fetchone()
        (moment,) = plain.execute("SELECT created_at FROM item LIMIT 1").fetchone()
    assert json.loads(facts)["release"]["count"] == 1
    assert before is None
    assert moment == "2026-01-02 12:00:00.123456"
