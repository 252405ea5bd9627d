"""Databases written by every released schema open here with all they hold.

``old_schemas/NNNN.sql.gz`` is the dump of a SQLite workspace that the program of that schema wrote:
the starter set, one imported item, one release; from 0002 on working copies and a verdict, from
0003 on reviews with solutions and comments.
"""

import gzip
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import select

from curation.people.withdrawing import withdraw
from db.annotators import Annotator
from db.backups import back_up_before_upgrade, restore
from db.comments import Comment
from db.engine import open_engine, reading, sqlite_url, writing
from db.errors import Conflict
from db.hashing import content_hash
from db.migrations import current, head, schema, upgrade
from db.queries.items import count_items
from db.recording import recording
from db.reviews import Solution
from db.verification import check_database, verify_history
from tests.db.dumping import dump

LATER = datetime(2027, 1, 1, tzinfo=UTC)
OLD = sorted((Path(__file__).parent / "old_schemas").glob("*.sql.gz"))


@pytest.fixture(params=OLD, ids=lambda file: file.name.partition(".")[0])
def old_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give a SQLite workspace of an old schema."""
    return _unpack(request.param, tmp_path)


@pytest.fixture
def old_engine(old_file: Path, engine_url: str) -> Iterator[Engine]:
    """Give the same workspace in the database of this run."""
    _copy(old_file, engine_url)
    engine = open_engine(engine_url)
    yield engine
    engine.dispose()


def write_old(dumped: Path, url: str, folder: Path) -> None:
    """Write a workspace of an old schema into an empty database."""
    _copy(_unpack(dumped, folder), url)


def _unpack(dumped: Path, folder: Path) -> Path:
    file = folder / "old.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(gzip.decompress(dumped.read_bytes()).decode())
    connection.close()
    return file


def _copy(old_file: Path, url: str) -> None:
    source, engine = open_engine(sqlite_url(old_file)), open_engine(url)
    version = current(source)
    assert version is not None
    with schema.exclusive(engine) as target:
        schema.migrate(target, version)
    tables = sa.MetaData()
    tables.reflect(engine)
    with source.connect() as old, engine.begin() as new:
        for table in tables.sorted_tables:
            new.execute(table.delete())
            if rows := [dict(row) for row in old.execute(table.select()).mappings()]:
                new.execute(table.insert(), rows)
    source.dispose()
    engine.dispose()


def test_every_released_schema_has_a_workspace_to_upgrade() -> None:
    newest = int(head())
    assert [file.name for file in OLD] == [f"{n:04}.sql.gz" for n in range(1, newest)]


def test_an_old_workspace_is_upgraded_with_all_it_holds(old_engine: Engine) -> None:
    before = _rows(old_engine)
    done = upgrade(old_engine)
    assert (done.after, current(old_engine)) == (head(), head())
    assert check_database(old_engine).findings == ()
    with reading(old_engine) as session:
        # 22 starter items and the imported one.
        assert count_items(session) == 23
        assert verify_history(session).checked["labels"] == 66
    after = _rows(old_engine)
    # A part of items that came later is there and empty in the copies that were open.
    kept = before.get("working_text", [])
    added = [row for row in after["working_text"] if row not in kept]
    lacking = () if "review" in before else after["working_copy"]
    assert [(row["copy_id"], row["part"], row["number"], row["text"]) for row in added] == [
        (row["id"], "checks", 0, "") for row in lacking
    ]
    after["working_text"] = [row for row in after["working_text"] if row not in added]
    for table, rows in before.items():
        assert len(after[table]) == len(rows), table
        assert all(
            new[name] == value
            for old, new in zip(rows, after[table], strict=True)
            for name, value in old.items()
        ), table


def test_the_backup_before_the_upgrade_is_the_old_workspace_and_restores_into_the_new_schema(
    old_engine: Engine, old_file: Path, tmp_path: Path
) -> None:
    version, before = current(old_engine), dump(old_engine)
    file = tmp_path / "backups" / "old.db"
    done = upgrade(old_engine, back_up=lambda: back_up_before_upgrade(old_engine, file))
    assert (done.before, done.backup) == (version, file)
    assert upgrade(old_engine, back_up=lambda: pytest.fail("nothing to do")).backup is None
    old, restored = open_engine(sqlite_url(file)), open_engine(sqlite_url(tmp_path / "new.db"))
    assert (current(old), dump(old)) == (version, before)
    assert restore(file, restored).schema_before == version
    assert (current(old), current(restored)) == (version, head())
    assert dump(restored) == dump(old_engine)
    old.dispose()
    restored.dispose()


def test_an_upgrade_without_its_backup_does_not_happen(old_engine: Engine, old_file: Path) -> None:
    version = current(old_engine)
    with pytest.raises(Conflict, match="is there already"):
        upgrade(old_engine, back_up=lambda: back_up_before_upgrade(old_engine, old_file))
    assert current(old_engine) == version


def _rows(engine: Engine) -> dict[str, list[dict[str, object]]]:
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    table.select().order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def test_only_texts_whose_hash_is_sealed_are_blanked(engine_url: str, tmp_path: Path) -> None:
    """Fails without ``HASHED_LATER`` in leaving.py:_blank, and without it in the seals.

    Until schema 0003 the seals of solutions and of the words that comments quote covered the texts.
    """
    write_old(OLD[2], engine_url, tmp_path)
    engine = open_engine(engine_url)
    upgrade(engine)
    with reading(engine) as session:
        people = {one.handle: one.id for one in session.exec(select(Annotator))}
        old = session.exec(
            select(Comment).where(Comment.annotator_id == people["reviewer-1"])
        ).one()
    _comment_and_solve(engine, old, [people["reviewer-1"], people["reviewer-2"]])
    for name in ("reviewer-1", "reviewer-2"):
        withdraw(engine, people[name], actor_id=people["local"], now=LATER, blanks_texts=True)
    with reading(engine) as session:
        said = {
            (one.id == old.id, one.annotator_id): (one.text, bool(one.quote))
            for one in session.exec(select(Comment))
        }
        # The old words stay, in which the text around them could still be read; the new ones go.
        assert said[True, people["reviewer-1"]] == ("", True)
        assert said[False, people["reviewer-1"]] == said[False, people["reviewer-2"]] == ("", False)
        solved = {one.annotator_id: one.expected for one in session.exec(select(Solution))}
        assert (bool(solved[people["reviewer-1"]]), solved[people["reviewer-2"]]) == (True, "")
        assert verify_history(session).findings == ()
    engine.dispose()


def _comment_and_solve(engine: Engine, like: Comment, people: list[str]) -> None:
    for person in people:
        with (
            writing(engine) as session,
            recording(
                session,
                now=LATER,
                actor_id=person,
                action="comment.add",
                subject_kind="item",
                subject_id=like.item_id,
            ) as record,
        ):
            record.add(
                Comment(
                    id=f"comment-of-{person}",
                    item_id=like.item_id,
                    revision_id=like.revision_id,
                    part=like.part,
                    quote="a word",
                    quote_hash=content_hash("a word"),
                    annotator_id=person,
                    text="said later",
                    text_hash=content_hash("said later"),
                    created_at=LATER,
                )
            )
            if person != like.annotator_id:
                record.add(
                    Solution(
                        id="solution-later",
                        act_id=str(like.act_id),
                        revision_id=like.revision_id,
                        annotator_id=person,
                        type_id="code-without-comments",
                        expected="It has none.",
                        expected_hash=content_hash("It has none."),
                        created_at=LATER,
                    )
                )
