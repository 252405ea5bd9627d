"""The door to the database: URLs, transactions, moments, stale saves, errors."""

import os
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, exc
from sqlmodel import select

from db.annotators import Annotator, AnnotatorKind
from db.engine import (
    ensure_folder,
    open_engine,
    reading,
    redacted,
    shown_url,
    sqlite_file,
    sqlite_url,
    writing,
)
from db.errors import Conflict, External, Invalid
from db.items import Item
from db.migrations import current, upgrade
from tests.db.content import NOON, fill

URLS = {
    "another kind": ("mysql://u:secret@h/d", "'mysql' is not supported"),
    "no URL": ("gainsay.db", "cannot be read"),
    "in memory": ("sqlite://", "cannot live in memory"),
    "in shared memory": ("sqlite:///file::memory:?uri=true", "cannot live in memory"),
    "options of SQLite": ("sqlite:///x.db?mode=ro", "no options after"),
    "password among options": ("postgresql://u@/d?host=h&password=secret", "between the user"),
    "password with an at sign": ("postgresql://u:p@secret@h/d", "between the user"),
    "password for a port": ("postgresql://user:secret/d", "cannot be read"),
}


@pytest.mark.parametrize("case", URLS, ids=str)
def test_an_unusable_url_is_one_sentence_without_its_password(case: str) -> None:
    url, sentence = URLS[case]
    with pytest.raises(Invalid, match=sentence) as caught:
        open_engine(url)
    assert "secret" not in str(caught.value)
    assert "sqlite:///FILE or postgresql://" in str(caught.value)


def test_a_password_is_never_shown() -> None:
    assert redacted("postgresql://u:secret@h/d") == "postgresql+psycopg://u:***@h/d"


def test_sqlite_runs_with_the_settings_that_keep_peoples_work(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    upgrade(engine)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    # synchronous 2 is FULL: an acknowledged write survives a power cut.
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_reading_a_file_of_somebody_else_leaves_every_byte_of_it(tmp_path: Path) -> None:
    file = tmp_path / "theirs.db"
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE t (x)")
    theirs.close()
    before = file.read_bytes()
    engine = open_engine(f"sqlite:///{file}")
    assert current(engine) is None
    engine.dispose()
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["a?x", "a%20b", "a#b", "a&b=c", "空 格", "a%3Fb"])
def test_any_folder_can_hold_a_workspace(tmp_path: Path, name: str) -> None:
    file = tmp_path / name / "gainsay.db"
    engine = open_engine(sqlite_url(file))
    upgrade(engine)
    assert sqlite_file(engine) == file
    assert file.stat().st_mode & 0o777 == 0o600
    assert shown_url(engine) == f"sqlite:///{file}"
    engine.dispose()


def test_a_reading_block_rolls_back_and_a_writing_block_commits(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as session:
        session.get_one(Item, "a").domain_id = "physics"
        session.flush()
    with reading(engine) as session:
        assert session.get_one(Item, "a").domain_id == "math"
    with writing(engine) as session:
        session.get_one(Item, "a").domain_id = "physics"
    with reading(engine) as session:
        assert session.get_one(Item, "a").domain_id == "physics"


def test_the_second_of_two_stale_saves_is_a_conflict(engine: Engine) -> None:
    fill(engine)
    with reading(engine) as session:
        mine = session.get_one(Item, "a")
    with writing(engine) as session:
        session.get_one(Item, "a").domain_id = "physics"
    mine.domain_id = None
    with pytest.raises(Conflict, match="Somebody else changed this"), writing(engine) as session:
        session.add(mine)
    with reading(engine) as session:
        item = session.get_one(Item, "a")
        assert (item.domain_id, item.version) == ("physics", 2)


def test_moments_come_back_in_utc_whatever_zone_they_had(engine: Engine) -> None:
    fill(engine)
    with engine.connect() as connection:
        stored = connection.execute(sa.select(Item.created_at)).scalar_one()
    assert stored == NOON
    assert stored.utcoffset() == timedelta(0)
    beijing = timezone(timedelta(hours=8))
    with writing(engine) as session:
        session.add(
            Annotator(
                id="n",
                kind=AnnotatorKind.HUMAN,
                handle="n",
                created_at=datetime(2026, 1, 2, 20, 0, tzinfo=beijing),
            )
        )
    with reading(engine) as session:
        assert session.get_one(Annotator, "n").created_at == datetime(2026, 1, 2, 12, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(exc.StatementError, match="time zone"), engine.connect() as connection:
        connection.execute(sa.select(Item.id).where(Item.created_at == naive))  # type: ignore[arg-type]


REFUSED = {
    "unknown kind": "UPDATE annotator SET kind = 'robot'",
    "item without a type": "UPDATE item SET type_id = 'nothing'",
    "empty prompt": "UPDATE revision SET prompt = ''",
    "revision zero": "UPDATE revision SET number = 0",
    "constructed response without a role": "UPDATE response SET role = NULL",
    "model response without its model": "UPDATE response SET source = 'model', role = NULL",
    "unknown decision": "UPDATE label SET decision = 'correct'",
    "second workspace": "UPDATE workspace SET id = 2",
    "negative target": "UPDATE target SET target = -1",
    "fact without its event": "UPDATE revision SET event_id = 'nothing'",
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_the_database_itself_keeps_the_rules_that_matter(engine: Engine, case: str) -> None:
    fill(engine)
    with pytest.raises(exc.IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(REFUSED[case])


def test_writers_wait_for_each_other_instead_of_failing(engine: Engine) -> None:
    fill(engine)
    failures: list[BaseException] = []

    def add(name: str) -> None:
        try:
            for number in range(25):
                with writing(engine) as session:
                    # Reads before it writes: without BEGIN IMMEDIATE this is what gets locked out.
                    session.exec(select(Annotator)).all()
                    handle = f"{name}-{number}"
                    session.add(
                        Annotator(
                            id=handle, kind=AnnotatorKind.HUMAN, handle=handle, created_at=NOON
                        )
                    )
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with reading(engine) as session:
        added = sa.select(sa.func.count()).where(Annotator.created_at == NOON)  # type: ignore[arg-type]
        # 4 x 25 here, and the local person and the machine of fill().
        assert session.execute(added).scalar_one() == 102


def test_the_data_folder_is_its_owners_only(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'x.db'}")
    ensure_folder(engine)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    engine = open_engine(f"sqlite:///{tmp_path / 'file' / 'x.db'}")
    with pytest.raises(External, match="GAINSAY_HOME"):
        ensure_folder(engine)


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    engine = open_engine("postgresql://u:secret@127.0.0.1:1/d")
    with pytest.raises(External, match="could not be used") as caught, reading(engine) as session:
        session.get(Item, "a")
    assert caught.value.retryable
    assert "secret" not in str(caught.value)
    assert os.linesep not in str(caught.value)
