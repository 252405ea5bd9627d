"""The app, an import, a backup, labellers, an author and a long reader, all at one time."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from db.verification import check_database
from tests.exports.rows import six
from tests.reliability.crew import READER, crew, refused, slowest
from tests.reliability.scene import make_scene
from tests.reliability.stored_labels import assert_labels_are_as_told, log_pages
from tests.reliability.stored_texts import assert_texts_are_as_told
from tests.running import running_app
from tests.sessions import open_tab

SECONDS = 4.0
ROWS = 200
RANDOM_STATE = 20_260_612
GAINSAY = Path(sys.executable).with_name("gainsay")


@contextmanager
def command(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a verb of ours beside everything else."""
    process = subprocess.Popen(
        [str(GAINSAY), *words, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def write_rows(file: Path) -> None:
    rows = (six(f"Answer wrongly: what is 7 times {row}?") for row in range(ROWS))
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


async def load_pages(url: str, until: float) -> int:
    """Load two pages again and again; a page that shows an exception raises."""
    loads = 0
    async with open_tab(url, "") as overview, open_tab(url, "items") as items:
        while time.monotonic() < until or not loads:
            for tab in (overview, items):
                await tab.rerun()
                loads += 1
    return loads


def work_together(engine: Engine, url: str, folder: Path, *, seconds: float) -> str:
    """Let everything run at once for that long; say how long answers took."""
    scene = make_scene(engine)
    ann, ben, cho, _ = scene.people
    with crew(url, folder / "crew", random_state=RANDOM_STATE) as workers, ExitStack() as stack:
        app = stack.enter_context(running_app(folder / "home", "--db", url))
        workers.add_reader()
        for name, person in (("ann", ann), ("ben", ben)):
            workers.add(name, "label_writer", person, json.dumps(scene.responses))
        workers.add("cho", "copy_writer", cho, "a")
        for name in workers.all_entries():
            workers.wait_for(name, 1)
        begin = time.monotonic()
        commands = [stack.enter_context(command("db", "backup", str(folder / "b"), "--db", url))]
        write_rows(folder / "rows.jsonl")
        words = ("import", "items", str(folder / "rows.jsonl"), "--db", url)
        commands.append(stack.enter_context(command(*words)))
        loads = asyncio.run(load_pages(app.url, begin + seconds))
        for process in commands:
            output, errors = process.communicate(timeout=120)
            assert (process.returncode, errors) == (0, ""), errors
            assert json.loads(output)
        workers.finish()
        assert "locked" not in app.log.read_text()
        assert "Traceback" not in app.log.read_text()
        first, last = (entry for entry in workers.entries(READER))
        journals = workers.all_entries()
        assert refused(journals) == []
    if engine.dialect.name == "sqlite":
        # One read transaction sees one state; and now that it is over, the log goes back whole.
        assert first.told == last.told
        assert log_pages(engine) == (0, 0, 0)
    labels = {name: journals[name] for name in ("ann", "ben")}
    assert_labels_are_as_told(engine, labels)
    assert_texts_are_as_told(engine, {"cho": journals["cho"]})
    assert check_database(engine).checked["items"] >= ROWS
    return f"{loads} pages, slowest answer to a writer {slowest(journals):.3f} s"


def test_nobody_meets_a_locked_database_when_all_work_at_once(
    engine: Engine,
    migrated_url: str,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Fails on SQLite without BEGIN IMMEDIATE in db/engine.py:_begin_sqlite."""
    record_property("figures", work_together(engine, migrated_url, tmp_path, seconds=SECONDS))
