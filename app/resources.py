"""Owns what all sessions share: the workspace's engine, opened once per database URL."""

from threading import Lock

import streamlit as st

from app.connecting import Connecting
from app.identity import hold_to_person
from app.settings import load_settings
from app.views.author_near import PromptIndex, build_prompt_index
from app.views.overview import Overview, load_overview
from app.workspace import existing, upgrade_ledger
from db.engine import Engine, open_engine, reading
from db.history import events
from db.ledger.place import ledger_file, open_ledger
from db.queries.prompts import newest_revision
from exports.cutting import ReleasePreview, preview_release
from exports.differing import Difference, difference


def workspace_engine() -> Engine:
    """Give the engine of the workspace to the person that the page was drawn for.

    The run ends here when that person has signed out or somebody else has signed in: callbacks and
    fragments pass this door too.

    Raises:
        NotFound: There is no workspace yet.
        Conflict: Its schema is not this program's.
        External: The database cannot be reached.
    """
    return hold_to_person(open_workspace())


def open_workspace() -> Engine:
    """Give the engine to what finds out who acts; everything else asks ``workspace_engine``."""
    return _engine(load_settings().database_url)


def ledger_engine() -> Engine:
    """Give the engine of the ledger beside the workspace, which is made where there is none.

    Raises:
        NotFound: There is no workspace yet.
        Conflict: A schema is not this program's.
        External: The database cannot be reached.
    """
    workspace_engine()
    return _ledger(load_settings().database_url)


def ledger_if_there() -> Engine | None:
    """Give the ledger's engine; None while nobody has needed a ledger."""
    file = ledger_file(workspace_engine())
    return None if file is not None and not file.exists() else ledger_engine()


@st.cache_resource(show_spinner=False)
def connecting() -> Connecting:
    """Give the tests of connections that this process makes."""
    return Connecting()


def release_preview() -> ReleasePreview:
    """Say what a cut would hold now; worked out once per state of the history."""
    return _preview(load_settings().database_url, _end_of_history())


def release_difference(before: str, after: str | None) -> Difference:
    """Say what two releases differ in; worked out once per state of the history.

    Raises:
        NotFound: A version was never cut here.
    """
    return _difference(load_settings().database_url, _end_of_history(), before, after)


def overview() -> Overview:
    """Give the overview; worked out once per state of the history."""
    return _overview(load_settings().database_url, _end_of_history())


def _end_of_history() -> str:
    with reading(workspace_engine()) as session:
        newest = events(session, newest=1)
    return newest[0].hash if newest else ""


class _Prompts:
    """Every current prompt, as of the newest revision that was met."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._newest: str | None = None
        self._index: PromptIndex | None = None

    def read(self, engine: Engine) -> PromptIndex:
        with self._lock, reading(engine) as session:
            newest = newest_revision(session)
            if self._index is None or newest != self._newest:
                self._index = build_prompt_index(session, before=self._index)
                self._newest = newest
            return self._index


def prompt_index() -> PromptIndex:
    """Give every current prompt, ready to be compared with; brought up to date when one is new."""
    engine = workspace_engine()
    return _prompts(load_settings().database_url).read(engine)


@st.cache_resource(max_entries=2, show_spinner=False)
def _prompts(url: str) -> _Prompts:
    del url
    return _Prompts()


@st.cache_resource(max_entries=4, show_spinner=False)
def _overview(url: str, history: str) -> Overview:
    del history
    with reading(_engine(url)) as session:
        return load_overview(session)


@st.cache_resource(max_entries=4, show_spinner=False)
def _preview(url: str, history: str) -> ReleasePreview:
    del history
    return preview_release(_engine(url))


@st.cache_resource(max_entries=16, show_spinner=False)
def _difference(url: str, history: str, before: str, after: str | None) -> Difference:
    del history
    return difference(_engine(url), before, after)


@st.cache_resource(show_spinner=False)
def _engine(url: str) -> Engine:
    with existing(url):
        # A refusal is not remembered: the next rerun looks again.
        return open_engine(url)


@st.cache_resource(show_spinner=False)
def _ledger(url: str) -> Engine:
    with existing(url) as engine:
        upgrade_ledger(engine)
        return open_ledger(engine)
