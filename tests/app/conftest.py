"""Owns what a test of the app gets: a workspace on disk and the entry script ready to run."""

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from app.identity import Credential
from app.settings import Settings, load_settings
from app.workspace import prepare
from curation.sign_in.sessions import begin_session, hash_token
from db.engine import Engine, open_engine, writing

MAIN = Path(__file__).parents[2] / "app" / "main.py"
# Loading a page for the first time took longer than 20 s on a machine that did much else.
PATIENCE_SECONDS = 120
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """Give a database file that was prepared once, with or without the starter items."""
    made: dict[bool, Path] = {}

    def file(starter: bool) -> Path:
        if starter not in made:
            folder = tmp_path_factory.mktemp("prepared")
            target = folder / "gainsay.db"
            settings = Settings(data_folder=folder, database_url=f"sqlite:///{target}")
            prepare(settings, now=NOW, starter=starter)
            made[starter] = target
        return made[starter]

    return file


@pytest.fixture(scope="session", autouse=True)
def packages_scanned_once() -> Iterator[None]:
    """Remember which installed packages bring components, for which every AppTest looks again."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(autouse=True)
def forgotten_resources() -> Iterator[None]:
    """Keep what Streamlit caches, and the main module that it swaps, from later tests.

    A process that a later test spawns would run the app's script as its own main module.
    """
    main = sys.modules["__main__"]
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()
    sys.modules["__main__"] = main


@pytest.fixture
def empty_workspace(prepared: Callable[[bool], Path], own_data_folder: Path) -> Settings:
    """A workspace with the taxonomy and a local annotator, and no items."""
    return _placed(prepared(False), own_data_folder)


@pytest.fixture
def starter_workspace(prepared: Callable[[bool], Path], own_data_folder: Path) -> Settings:
    """A workspace as it is on the first start: the starter items are in it."""
    return _placed(prepared(True), own_data_folder)


@pytest.fixture
def starter_engine(starter_workspace: Settings) -> Iterator[Engine]:
    """An engine on the workspace with the starter items."""
    engine = open_engine(starter_workspace.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def entry() -> AppTest:
    """The app's entry script, not run yet, in an English browser."""
    script = AppTest.from_file(os.fspath(MAIN), default_timeout=PATIENCE_SECONDS)
    script.context = {"locale": "en-GB", "timezone": "UTC"}
    return script


@pytest.fixture
def opened(entry: AppTest) -> Callable[..., AppTest]:
    """Run the entry script on a page; what the URL holds is given by name."""

    def open_page(page: str, **query: str | list[str]) -> AppTest:
        if page != "overview":
            # Its file is called what its address is, so it is found before anything has run.
            entry.switch_page(f"app_pages/{page}.py")
        for name, value in query.items():
            entry.query_params[name] = value
        entry.run()
        assert not entry.exception, entry.exception
        return entry

    return open_page


@pytest.fixture
def acting_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[Engine, str | None], str]:
    """Let what runs from now on run in the browser of a person who has signed in.

    ``acting_as(engine, annotator_id)`` begins a real session in a shared workspace and gives the
    hash of its token; only the cookie is stood in for. None is a browser without a cookie. One
    AppTest is one tab: for a second person take a second AppTest, or see the first one refused.
    A solo workspace needs none of this.
    """

    def act(engine: Engine, annotator_id: str | None) -> str:
        shown = Credential()
        if annotator_id is not None:
            with writing(engine) as session:
                begun = begin_session(session, annotator_id, now=datetime.now(UTC))
            shown = Credential(token_hash=hash_token(begun.token))
        monkeypatch.setattr("app.identity.presented", lambda: shown)
        return shown.token_hash

    return act


def _placed(prepared: Path, folder: Path) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(prepared, folder / "gainsay.db")
    return load_settings()
