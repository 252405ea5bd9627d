"""What the run engine must be told, and what becomes of its chunks when workers die for good."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

import db
from db.engine import Engine, open_engine, writing
from db.ledger.place import engine_url
from tests.runs.stage import (
    check_books,
    figures,
    order,
    paid_server,
    row,
    target,
    wait_until,
    worker,
)

CALLS = 120
QUERY = """
SELECT status.workflow_uuid, status, application_version, executor_id, status.serialization,
    asked.inputs, said.output
FROM workflow_status AS status
JOIN workflow_input AS asked ON asked.workflow_uuid = status.workflow_uuid
LEFT JOIN workflow_output AS said ON said.workflow_uuid = status.workflow_uuid
"""
PACKAGES = ("app", "calibration", "curation", "db", "exports")


def workflows(url: str) -> list[dict[str, object]]:
    workspace = open_engine(url)
    engine = open_engine(engine_url(workspace), schema="dbos")
    try:
        if not sa.inspect(engine).has_table("workflow_output"):
            return []
        with engine.connect() as connection:
            rows = connection.execute(sa.text(QUERY)).mappings()
            return [dict(one) for one in rows]
    finally:
        engine.dispose()
        workspace.dispose()


def test_its_rows_are_json_of_a_fixed_version_under_the_name_of_the_workers_place(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    with paid_server(tmp_path / "server") as server:
        run = order(ledger, target(server.port), 30, chunk_size=10).run_id
        with worker(run_url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
    found = workflows(run_url)
    assert {one["workflow_uuid"] for one in found} == {f"{run}/{number}/0" for number in range(3)}
    for one in found:
        assert (one["status"], one["application_version"], one["executor_id"]) == (
            "SUCCESS",
            "1",
            "slot-1",
        )
        # No pickle: whoever writes to the database must not run code here.
        assert one["serialization"] == "portable_json"
        asked = json.loads(str(one["inputs"]))
        assert asked["positionalArgs"][0] == run
        assert json.loads(str(one["output"])) == "done"
    if run_url.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / "migrated-engine.db")) as file:
            assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_chunks_of_a_worker_that_died_for_good_move_to_the_one_that_lives(
    run_url: str, ledger: Engine, tmp_path: Path
) -> None:
    with paid_server(tmp_path / "server", latency=0.1) as server:
        with (
            worker(run_url, log=tmp_path / "a") as doomed,
            worker(run_url, log=tmp_path / "b"),
        ):
            first = order(ledger, target(server.port), CALLS, chunk_size=10).run_id
            wait_until(lambda: len({one["executor_id"] for one in workflows(run_url)}) >= 2)
            doomed.kill()
            with writing(ledger) as session:
                # Nothing is heard of it for a minute. The other one beats again at once.
                session.execute(
                    sa.text("UPDATE worker_slot SET heartbeat_at = '2020-01-01' WHERE pid = :pid"),
                    {"pid": doomed.pid},
                )
            wait_until(lambda: row(ledger, first)["state"] == "done")
        with worker(run_url, "--once", log=tmp_path / "c") as last:
            assert last.wait() == 0
        check_books(ledger, server)
        assert row(ledger, first)["done"] == CALLS


def test_chunks_are_brought_back_however_often_their_workers_died(
    sqlite_ledger: tuple[str, Engine], tmp_path: Path
) -> None:
    url, ledger = sqlite_ledger
    with paid_server(tmp_path / "server", latency=0.1) as server:
        run = order(ledger, target(server.port), CALLS, chunk_size=30).run_id
        with worker(url, log=tmp_path / "log") as running:
            wait_until(lambda: len(server.lines()) >= 10)
            running.kill()
        with closing(sqlite3.connect(tmp_path / "w-engine.db")) as file:
            file.execute("UPDATE workflow_status SET recovery_attempts = 5000")
            file.commit()
        with worker(url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
        assert row(ledger, run)["done"] == CALLS
        # Their own turns, not new ones.
        assert figures(ledger, "SELECT max(round) FROM chunk") == (0,)


def test_an_engine_that_was_lost_with_its_file_is_made_anew_from_the_ledger(
    sqlite_ledger: tuple[str, Engine], tmp_path: Path
) -> None:
    url, ledger = sqlite_ledger
    with paid_server(tmp_path / "server", latency=0.1) as server:
        run = order(ledger, target(server.port), CALLS, chunk_size=30).run_id
        with worker(url, log=tmp_path / "log") as running:
            wait_until(lambda: len(server.lines()) >= 10)
            running.kill()
        for file in tmp_path.glob("w-engine.db*"):
            file.unlink()
        with worker(url, "--once", log=tmp_path / "log") as running:
            assert running.wait() == 0
        assert row(ledger, run)["done"] == CALLS
        check_books(ledger, server)


def test_an_edited_program_goes_on_with_the_chunks_of_the_one_before(
    sqlite_ledger: tuple[str, Engine], tmp_path: Path
) -> None:
    url, ledger = sqlite_ledger
    source, copy = Path(db.__file__ or "").parent.parent, tmp_path / "edited"
    for package in PACKAGES:
        shutil.copytree(source / package, copy / package)
    engine = copy / "calibration" / "runs" / "engine.py"
    text = engine.read_text()
    edited = text.replace(
        "return execute(run_id, number)", "return 'edited ' + execute(run_id, number)"
    )
    assert edited != text
    engine.write_text(edited)
    with paid_server(tmp_path / "server", latency=0.1) as server:
        run = order(ledger, target(server.port), CALLS, chunk_size=30).run_id
        with worker(url, log=tmp_path / "log") as running:
            wait_until(lambda: len(server.lines()) >= 10)
            running.kill()
        assert {one["status"] for one in workflows(url)} >= {"PENDING"}
        subprocess.run(
            [sys.executable, "-P", "-m", "app.cli", "worker", "--once", "--db", url],
            env={**os.environ, "PYTHONPATH": str(copy)},
            check=True,
            capture_output=True,
            timeout=120,
        )
        assert row(ledger, run)["done"] == CALLS
        # It was the edited program that ended what the other had begun.
        assert {str(one["output"]) for one in workflows(url)} == {'"edited done"'}
    assert figures(ledger, "SELECT max(round) FROM chunk") == (0,)
