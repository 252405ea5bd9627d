"""Owns tabs that stay on the chosen one when the language of the screens changes."""

from collections.abc import Mapping

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from app.state import chosen_tab, keep_tab, ui_language


def draw_tabs(
    name: str, labels: Mapping[str, str], *, wanted: str | None = None
) -> list[TabContainer]:
    """Draw tabs.

    Streamlit knows a tab by its label, which changes with the language: the id is remembered here.

    Args:
        name: Where the session remembers the choice.
        labels: What each tab is called, by its id.
        wanted: The tab that the URL names; it is opened when it is another than the last one.
    """
    field = f"{name}_{ui_language().value}"
    before = chosen_tab(name)
    if before is not None and before.language is not ui_language() and before.id in labels:
        st.session_state[field] = labels[before.id]
    if wanted is not None and wanted in labels and (before is None or before.id != wanted):
        st.session_state[field] = labels[wanted]
    tabs = st.tabs(list(labels.values()), key=field, on_change="rerun")
    keep_tab(name, next(one for one, tab in zip(labels, tabs, strict=True) if tab.open))
    return list(tabs)
