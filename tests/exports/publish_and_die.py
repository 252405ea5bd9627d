"""Publish a release in a process that a test may kill."""

from pathlib import Path

from huggingface_hub.utils import _http

from db.engine import open_engine
from exports.hub import Hub
from exports.publishing import publish_release
from tests.exports.hub_connection import TOKEN
from tests.exports.publishing_place import LATER, REPO, NoWaiting


def publish_once(folder: str, endpoint: str, actor_id: str) -> None:
    """Publish 1.0.0 of a copied workspace."""
    setattr(_http, "time", NoWaiting)  # noqa: B010
    engine = open_engine(f"sqlite:///{Path(folder) / 'workspace.db'}")
    publish_release(
        engine,
        Hub(endpoint=endpoint, token=TOKEN),
        "1.0.0",
        Path(folder) / "releases" / "1.0.0",
        repo=REPO,
        private=False,
        actor_id=actor_id,
        now=LATER,
    )
