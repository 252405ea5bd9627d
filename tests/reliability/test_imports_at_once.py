"""Two processes import items at the same moment: they take turns, and nothing is there twice."""

import json
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine

from db.engine import Session, lock_workspace, writing
from db.verification import check_database
from tests.exports.rows import TEMPLATE, six
from tests.reliability.scene import make_scene
from tests.reliability.test_together import command

ROWS = 40
PATIENCE_SECONDS = 60
WAITING = sa.text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
    "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
)


def write_rows(file: Path, word: str) -> None:
    """Write questions of which half are in every file, with a template that is in all of them."""
    rows = (
        six(
            f"Answer wrongly: what is {row} {'times' if row % 2 else word} seven?",
            judge_prompt_template=f"{TEMPLATE}\n(the one of both files)",
        )
        for row in range(ROWS)
    )
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def wait_for_both(session: Session, processes: Sequence["subprocess.Popen[str]"]) -> None:
    """Keep both processes in front of the lock until they have come to it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while session.execute(WAITING).scalar_one() < len(processes):
        assert {process.poll() for process in processes} == {None}, "one did not wait for its turn"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_two_imports_of_items_that_share_a_template_and_rows_both_succeed(
    engine: Engine, migrated_url: str, tmp_path: Path
) -> None:
    """Fails on PostgreSQL without lock_workspace in exports/importing.py:import_items."""
    make_scene(engine)
    before = check_database(engine).checked["items"]
    with ExitStack() as stack:
        for word in ("plus", "minus"):
            write_rows(tmp_path / f"{word}.jsonl", word)
        # SQLite's write lock is waited for by itself, so there both begin as they come.
        with writing(engine) if engine.dialect.name == "postgresql" else ExitStack() as held:
            if isinstance(held, Session):
                lock_workspace(held)
            processes = [
                stack.enter_context(
                    command("import", "items", str(tmp_path / name), "--db", migrated_url)
                )
                for name in ("plus.jsonl", "minus.jsonl")
            ]
            if isinstance(held, Session):
                wait_for_both(held, processes)
        reports = []
        for process in processes:
            output, errors = process.communicate(timeout=120)
            assert (process.returncode, errors) == (0, "")
            reports.append(json.loads(output))
    # Of 40 rows 20 are in both files: whoever is second finds them.
    assert sorted(report["created"] for report in reports) == [ROWS // 2, ROWS]
    checked = check_database(engine)
    assert checked.findings == ()
    assert checked.checked["items"] - before == ROWS + ROWS // 2
