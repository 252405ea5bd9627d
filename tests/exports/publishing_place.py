"""Owns what tests of publishing start from: a workspace with a cut release, and a hub."""

import dataclasses
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from db.engine import open_engine, reading
from db.history import Event, events
from db.intake import read_table
from exports.cutting import cut_release
from exports.folder import read_folder
from exports.hub import Hub
from exports.publishing import PublishReport, publish_release
from tests.exports.conftest import Place, settle
from tests.exports.hub_connection import TOKEN, LocalHub
from tests.exports.hub_server import running_hub

REPO = "some-team/counter-intuitive"
LATER = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


class NoWaiting:
    """A clock on which every wait between two tries is over at once."""

    @staticmethod
    def sleep(seconds: float) -> None:
        assert seconds >= 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """A workspace, its releases' folders and a hub.

    Attributes:
        folders: Where the folder of each version is.
    """

    place: Place
    server: LocalHub
    folders: Path

    def cut(self, version: str) -> Path:
        """Cut what the workspace holds."""
        out = self.folders / version
        cut_release(self.place.engine, version, out, actor_id=self.place.actor_id, now=LATER)
        return out

    def hub(self, token: str = TOKEN) -> Hub:
        """Speak to the hub."""
        return Hub(endpoint=self.server.endpoint, token=token)

    def publish(self, version: str = "1.0.0", **changes: Any) -> PublishReport:
        """Publish a version from its folder."""
        asked: dict[str, Any] = {
            "repo": REPO,
            "private": False,
            "actor_id": self.place.actor_id,
            "now": LATER,
            **changes,
        }
        hub = asked.pop("hub", self.hub())
        folder = asked.pop("folder", self.folders / version)
        return publish_release(self.place.engine, hub, version, folder, **asked)

    def files(self, version: str = "1.0.0") -> dict[str, bytes]:
        """Read the folder of a version."""
        return read_folder(self.folders / version)

    def published(self) -> list[Event]:
        """List the publications in the history, oldest first."""
        with reading(self.place.engine) as session:
            found = [e for e in events(session) if e.action == "release.publish"]
        return found[::-1]

    def tags(self) -> dict[str, str]:
        """Give the tags on the hub; none without the dataset."""
        dataset = self.server.datasets.get(REPO)
        return dict(dataset.tags) if dataset else {}

    def main_files(self) -> dict[str, bytes]:
        """Give the files at the end of the main branch; none without the dataset."""
        return self.server.contents(REPO, "main") if REPO in self.server.datasets else {}

    def commits(self) -> list[str]:
        """Give the titles of the commits, oldest first."""
        dataset = self.server.datasets.get(REPO)
        return [commit.title for commit in dataset.commits.values()] if dataset else []


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A workspace with release 1.0.0 that tests copy.

    Attributes:
        folder: Holds ``workspace.db`` and ``releases/1.0.0``.
    """

    folder: Path
    actor_id: str

    @contextmanager
    def copied(self, target: Path, *, path: str = "") -> Iterator[Publishing]:
        """Copy it, and start a hub below a path of its host."""
        shutil.copytree(self.folder, target)
        engine = open_engine(f"sqlite:///{target / 'workspace.db'}")
        try:
            with running_hub(path) as server:
                place = Place(engine=engine, actor_id=self.actor_id)
                yield Publishing(place=place, server=server, folders=target / "releases")
        finally:
            engine.dispose()


def original(
    folder: Path, sqlite_copy: Callable[[Path], Path], rows: list[dict[str, Any]]
) -> Original:
    """Make a workspace with these items and cut 1.0.0."""
    engine = open_engine(f"sqlite:///{sqlite_copy(folder / 'workspace.db')}")
    try:
        place = settle(engine)
        file = folder / "items.jsonl"
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8", newline="")
        place.take(read_table(file, what="items"))
        out = folder / "releases" / "1.0.0"
        cut_release(engine, "1.0.0", out, actor_id=place.actor_id, now=LATER)
    finally:
        engine.dispose()
    return Original(folder=folder, actor_id=place.actor_id)


def hub_environment(server: LocalHub, home: Path, *, token: str | None = TOKEN) -> dict[str, str]:
    """Build the environment of a process whose hub is the local one, with nothing in its caches."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("HF_")}
    given = {"HF_TOKEN": token} if token else {}
    return {
        **kept,
        **given,
        "HF_ENDPOINT": server.endpoint,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }


@contextmanager
def cut_at(server: LocalHub, point: str) -> Iterator[None]:
    """Let the hub cut every connection at a point."""
    server.cuts.add(point)
    try:
        yield
    finally:
        server.cuts.discard(point)
