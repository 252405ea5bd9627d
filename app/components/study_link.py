"""Owns the choices of a study in the link, so that who opens it sees the same figures.

A link carries what does not hang on a file of one's own: the bundled study and the workspace. One
that names no source opens with the page's own first choices.
"""

from collections.abc import Sequence

import streamlit as st

from app.state import STUDY_LINKED, STUDY_SOURCE, set_url

SOURCE = "study"
JUDGE, COMPARE, BY, WHERE, LABELS = "judge", "compare", "by", "where", "labels"


def seed_source(legal: Sequence[str], *, first: str) -> None:
    """Take the source from the link, once; remember whether the link made the choices."""
    if STUDY_SOURCE in st.session_state:
        return
    named = st.query_params.get(SOURCE)
    st.session_state[STUDY_LINKED] = named in legal
    st.session_state[STUDY_SOURCE] = named if named in legal else first


def linked(name: str, legal: Sequence[str], *, otherwise: Sequence[str] = ()) -> list[str]:
    """Give the values that the link names, or the page's own where it names no source."""
    if not st.session_state.get(STUDY_LINKED):
        return [value for value in otherwise if value in legal]
    return [value for value in st.query_params.get_all(name) if value in legal]


def keep_link(source: str, **choices: Sequence[str]) -> None:
    """Put the source and its choices into the link; choices that are not named leave it."""
    set_url(SOURCE, source)
    for name in (JUDGE, COMPARE, BY, WHERE, LABELS):
        values = list(choices.get(name, ()))
        if st.query_params.get_all(name) == values:
            continue
        if values:
            st.query_params[name] = values
        else:
            del st.query_params[name]
