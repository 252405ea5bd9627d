"""A SQLite file that cannot be written to while people work: an error, and nothing is lost."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.engine import open_engine
from tests.reliability.journal import entries
from tests.reliability.scene import make_scene
from tests.reliability.stored_labels import assert_labels_are_as_told
from tests.reliability.stored_texts import assert_texts_are_as_told

TIMES = 3
PROGRAM = (sys.executable, "-m", "tests.reliability.limited_writer")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="gainsay-disk-", dir="/tmp"))
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_disk_that_refuses_is_an_error_and_work_goes_on_when_it_takes_again(
    how: str, open_folder: Path, sqlite_copy: Callable[[Path], Path]
) -> None:
    """Fails without the last clause of db/engine.py:mapped_errors, which says what to do."""
    (open_folder / "home").mkdir()
    url = f"sqlite:///{sqlite_copy(open_folder / 'home' / 'work.db')}"
    engine = open_engine(url)
    scene = make_scene(engine)
    engine.dispose()
    log = open_folder / "journal"
    for file in (log, log.with_name("journal-texts")):
        file.touch()
        file.chmod(0o666)
    parts = [scene.responses[start : start + TIMES] for start in range(0, 3 * TIMES, TIMES)]
    ended = subprocess.run(
        [*PROGRAM, url, str(log), scene.people[1], json.dumps(parts), how],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    labels, texts = entries(log), entries(log.with_name("journal-texts"))
    for lines in (labels, texts):
        outcomes = [entry.word for entry in lines if entry.word != "intent"]
        assert outcomes == ["answer"] * TIMES + ["failed"] * TIMES + ["answer"] * 2 * TIMES
        for entry in lines:
            if entry.word == "failed":
                assert entry.told["error"] == "External"
                assert "nothing was saved. Check that it is there, not full, writable" in str(
                    entry.told["sentence"]
                )
    engine = open_engine(url)
    assert_labels_are_as_told(engine, {"labels": labels})
    assert_texts_are_as_told(engine, {"texts": texts})
    engine.dispose()
