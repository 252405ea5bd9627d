"""What transfer tests start from: a workspace with items, and files of every kind."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from db.engine import open_engine, reading
from db.history import Event, events
from db.intake import read_upload
from db.queries.transfer import KnownLabel, VerdictLine, stream_labels, stream_verdicts
from db.verification import verify_history
from db.workspace import find_workspace
from exports.importing import import_items
from exports.transfer import Kind, TransferReport, export_bytes, plan_transfer, transfer
from tests.exports.conftest import settle
from tests.exports.rows import six
from tests.originals import Original, filled

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FIRST, SECOND = "river-trap", "fruit-trap"
Rows = list[dict[str, Any]]


def item(item_id: str, prompt: str) -> dict[str, Any]:
    """Make a row of our own form with three requirements."""
    return {**six(prompt), "id": item_id, "requirements": ["Say so.", "Say why.", "Mend it."]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A workspace with two items, and short ways to hand files in and out."""

    engine: Engine
    actor_id: str

    def items(self, *rows: dict[str, Any]) -> None:
        """Import items."""
        table = read_upload("items.json", json.dumps(rows).encode(), what="items")
        import_items(self.engine, table, actor_id=self.actor_id, now=NOW)

    def take(self, kind: str, rows: Rows, *, now: datetime = NOW) -> TransferReport:
        """Import rows as jsonl."""
        return self.take_bytes(kind, f"{kind}.jsonl", jsonl(rows), now=now)

    def take_bytes(
        self, kind: str, name: str, data: bytes, *, now: datetime = NOW
    ) -> TransferReport:
        """Import a file."""
        table = read_upload(name, data, what=kind)
        return transfer(self.engine, table, kind=Kind(kind), actor_id=self.actor_id, now=now)

    def plan(self, kind: str, rows: Rows) -> TransferReport:
        """Say what importing rows would do."""
        table = read_upload(f"{kind}.jsonl", jsonl(rows), what=kind)
        return plan_transfer(self.engine, table, kind=Kind(kind), actor_id=self.actor_id, now=NOW)

    def give(self, kind: str, ending: str = ".jsonl", *, names: bool = False) -> bytes:
        """Export everything of a kind."""
        return export_bytes(
            self.engine, annotator_id=self.actor_id, kind=Kind(kind), ending=ending, names=names
        )

    def rows(self, kind: str, *, names: bool = False) -> Rows:
        """Export everything of a kind and read it."""
        return [json.loads(line) for line in self.give(kind, names=names).splitlines()]

    def labels(self) -> list[KnownLabel]:
        """Read all labels."""
        with reading(self.engine) as session:
            return list(stream_labels(session))

    def verdicts(self) -> list[VerdictLine]:
        """Read all verdicts."""
        with reading(self.engine) as session:
            return list(stream_verdicts(session))

    def history(self) -> list[Event]:
        """Read the events, the newest first, and check the chain and every fact."""
        with reading(self.engine) as session:
            checked = verify_history(session)
            assert checked.ok, checked.summary
            return events(session)


def jsonl(rows: Rows) -> bytes:
    """Write rows as JSON lines."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def desk_on(engine: Engine) -> Desk:
    """Put two items into a migrated database."""
    place = settle(engine)
    desk = Desk(engine=engine, actor_id=place.actor_id)
    desk.items(item(FIRST, "Which river?"), item(SECOND, "Which fruit?"))
    return desk


def answer(response_id: str, text: str = "An answer.", **changes: Any) -> dict[str, Any]:
    """Make a row of a model's response."""
    return {
        "response_id": response_id,
        "item_id": FIRST,
        "response": text,
        "model": "model-a-2026",
        **changes,
    }


DESK = filled("transfer-desk", desk_on)


@pytest.fixture
def original(original: Original, request: pytest.FixtureRequest) -> Original:
    """A database with a workspace of two items, for tests that want one."""
    return DESK if "desk" in request.fixturenames else original


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """A workspace with two items, on each backend."""
    return _opened(engine)


@pytest.fixture
def new_desk(
    tmp_path: Path, sqlite_original: Callable[[Original], Path]
) -> Iterator[Callable[[], Desk]]:
    """Make as many SQLite workspaces with the same two items as a test wants."""
    opened: list[Engine] = []

    def make() -> Desk:
        file = tmp_path / f"desk-{len(opened)}.db"
        shutil.copyfile(sqlite_original(DESK), file)
        opened.append(open_engine(f"sqlite:///{file}"))
        return _opened(opened[-1])

    yield make
    for engine in opened:
        engine.dispose()


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> dict[bool, Path]:
    """Make a SQLite workspace with two items once, and the same with responses."""
    files = {}
    for answered in (False, True):
        folder = tmp_path_factory.mktemp("prepared")
        files[answered] = sqlite_copy(folder / "desk.db")
        engine = open_engine(f"sqlite:///{files[answered]}")
        desk = desk_on(engine)
        if answered:
            desk.take("responses", ANSWERS)
        engine.dispose()
    return files


@pytest.fixture
def place(tmp_path: Path, prepared: dict[bool, Path]) -> Iterator[Desk]:
    """A SQLite workspace, where the backend makes no difference."""
    yield from _copied(prepared[False], tmp_path / "place.db")


@pytest.fixture
def answered(tmp_path: Path, prepared: dict[bool, Path]) -> Iterator[Desk]:
    """A SQLite workspace with two responses of a model and one by construction."""
    yield from _copied(prepared[True], tmp_path / "answered.db")


def _copied(file: Path, target: Path) -> Iterator[Desk]:
    shutil.copyfile(file, target)
    engine = open_engine(f"sqlite:///{target}")
    yield _opened(engine)
    engine.dispose()


def _opened(engine: Engine) -> Desk:
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    return Desk(engine=engine, actor_id=workspace.local_annotator_id)


ANSWERS: Rows = [
    answer("answer-1", "First."),
    answer("answer-2", "Second.", item_id=SECOND),
    {
        "response_id": "built-1",
        "item_id": FIRST,
        "response": "Built.",
        "source": "construction",
        "role": "near_miss",
    },
]
