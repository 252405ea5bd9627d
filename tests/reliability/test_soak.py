"""The long forms, out of the default suite: ``make soak``; their figures are printed."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.reliability.crew import READER, crew, refused, slowest
from tests.reliability.scene import make_scene
from tests.reliability.stored_labels import assert_labels_are_as_told, log_pages
from tests.reliability.stored_texts import assert_texts_are_as_told
from tests.reliability.test_killed_labelling import add_labellers, label_and_be_killed
from tests.reliability.test_killed_reviewing import review_and_be_killed
from tests.reliability.test_killed_writing import add_authors, write_and_be_killed

pytestmark = pytest.mark.soak

KILLS = 100
SECONDS = 60
Property = Callable[[str, object], None]


def test_what_labellers_were_told_is_stored_after_a_hundred_kills(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    """As the short form in test_killed_labelling."""
    label_and_be_killed(engine, migrated_url, tmp_path / "crew", kills=KILLS)


def test_what_authors_were_told_is_stored_after_a_hundred_kills(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    """As the short form in test_killed_writing."""
    write_and_be_killed(engine, migrated_url, tmp_path / "crew", kills=KILLS)


def test_what_reviewers_were_told_is_stored_after_a_hundred_kills(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    """As the short form in test_killed_reviewing."""
    review_and_be_killed(engine, migrated_url, tmp_path / "crew", kills=KILLS)


def test_a_read_transaction_of_a_minute_harms_nobody(
    engine: Engine, migrated_url: str, tmp_path: Path, record_property: Property
) -> None:
    """Fails on SQLite without ``PRAGMA journal_mode = WAL`` in db/engine.py:set_journal."""
    scene = make_scene(engine)
    with crew(migrated_url, tmp_path / "crew", random_state=60) as workers:
        workers.add_reader()
        add_labellers(workers, scene)
        add_authors(workers, scene)
        begin = time.monotonic()
        while time.monotonic() < begin + SECONDS:
            time.sleep(1)
        workers.finish()
        journals = workers.all_entries()
        first, last = workers.entries(READER)
    labels = {name: lines for name, lines in journals.items() if not is_author(name)}
    texts = {name: lines for name, lines in journals.items() if is_author(name)}
    assert_labels_are_as_told(engine, labels)
    assert_texts_are_as_told(engine, texts)
    if engine.dialect.name == "sqlite":
        assert first.told == last.told
        assert log_pages(engine) == (0, 0, 0)
    assert [one for one in refused(journals) if "locked" in one] == []
    answers = sum(entry.word == "answer" for lines in journals.values() for entry in lines)
    figures = f"{answers} answers in {SECONDS} s, the slowest after {slowest(journals):.3f} s"
    record_property("figures", figures)
    sys.stdout.write(f"{engine.dialect.name}: {figures}\n")


def is_author(name: str) -> bool:
    return name.startswith("author-")
