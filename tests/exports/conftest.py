"""What import and release tests start from: a workspace with the taxonomy, and files."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet
from sqlalchemy import Engine

from db.engine import open_engine, reading, writing
from db.intake import Table, read_table
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.taxonomy.tables import InstructionType
from db.workspace import ensure_workspace, find_workspace
from exports.importing import ImportReport, import_items
from tests.exports.rows import hostile_rows
from tests.originals import Original, filled

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A workspace that is ready for work, and who works in it."""

    engine: Engine
    actor_id: str

    def take(self, table: Table, now: datetime = NOW) -> ImportReport:
        """Import a table."""
        return import_items(self.engine, table, actor_id=self.actor_id, now=now)


def settle(engine: Engine) -> Place:
    """Put the taxonomy and a local annotator into a migrated database."""
    with writing(engine) as session:
        workspace = ensure_workspace(session, now=NOW)
        install_taxonomy(session, load_taxonomy(), now=NOW)
        return Place(engine=engine, actor_id=workspace.local_annotator_id)


SETTLED = filled("settled", settle)


def settled(engine: Engine) -> Place:
    """Open a workspace that was settled before."""
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    return Place(engine=engine, actor_id=workspace.local_annotator_id)


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """A database with the taxonomy and a local annotator, for tests that want one."""
    return SETTLED if "workspace" in request.fixturenames else original


@pytest.fixture
def workspace(engine: Engine) -> Place:
    """A workspace without items, on each backend."""
    return settled(engine)


@pytest.fixture
def new_place(
    tmp_path: Path, sqlite_original: Callable[[Original], Path]
) -> Iterator[Callable[[], Place]]:
    """Make as many SQLite workspaces as a test wants."""
    opened: list[Engine] = []

    def make() -> Place:
        file = tmp_path / f"workspace-{len(opened)}.db"
        shutil.copyfile(sqlite_original(SETTLED), file)
        opened.append(open_engine(f"sqlite:///{file}"))
        return settled(opened[-1])

    yield make
    for engine in opened:
        engine.dispose()


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    """A SQLite workspace, where the backend makes no difference."""
    return new_place()


@pytest.fixture
def table_of(tmp_path: Path) -> Callable[..., Table]:
    """Write rows as jsonl and read them through the intake door."""

    def write(rows: list[dict[str, Any]], name: str = "items.jsonl") -> Table:
        file = tmp_path / name
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        file.write_text("\n".join(lines), encoding="utf-8", newline="")
        return read_table(file, what="items")

    return write


@pytest.fixture
def hostile_file(tmp_path: Path) -> Callable[[str], Table]:
    """Write the hostile rows in one of the formats and read them through the intake door."""

    def write(ending: str) -> Table:
        rows, file = hostile_rows(), tmp_path / f"hostile.{ending}"
        if ending == "csv":
            with file.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        elif ending == "parquet":
            parquet.write_table(pyarrow.Table.from_pylist(rows), file)
        elif ending == "json":
            file.write_text(json.dumps(rows), encoding="utf-8")
        else:
            file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        return read_table(file, what="items")

    return write


@pytest.fixture
def new_type(workspace: Place) -> str:
    """A type that a team added, for which the program has no judge texts."""
    with writing(workspace.engine) as session:
        session.add(
            InstructionType(
                id="reversed-roles", label="Reversed Roles", abbreviation="RR", position=9
            )
        )
    return "Reversed Roles"
