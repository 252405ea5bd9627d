"""Owns what all sessions share: the workspace's engine, opened once per database URL."""

import streamlit as st

from app.settings import load_settings
from app.workspace import existing
from db.engine import Engine, open_engine


def workspace_engine() -> Engine:
    """Give the engine of the workspace that the environment names.

    Raises:
        NotFound: There is no workspace yet.
        Conflict: Its schema is not this program's.
        External: The database cannot be reached.
    """
    return _engine(load_settings().database_url)


@st.cache_resource(show_spinner=False)
def _engine(url: str) -> Engine:
    with existing(url):
        # A refusal is not remembered: the next rerun looks again.
        return open_engine(url)
