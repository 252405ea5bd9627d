"""Owns the list of pages: every entry exists, and its address never changes."""

from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from app.components.wording import t

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

OVERVIEW = "app_pages/overview.py"
ITEMS = "app_pages/items.py"
AUTHOR = "app_pages/author.py"
LABEL = "app_pages/label.py"
AGREEMENT = "app_pages/agreement.py"
RELEASES = "app_pages/releases.py"


def pages() -> "dict[str, list[StreamlitPage]]":
    """List the pages by section, in the language of the session."""
    return {
        # Streamlit gives the default page no address of its own, and the overview needs one.
        "": [st.Page(_start, title=t("overview.title"), default=True, visibility="hidden")],
        t("section.build"): [
            _page(OVERVIEW, t("overview.title"), t("overview.about"), ":material/grid_on:"),
            _page(ITEMS, t("items.title"), t("items.about"), ":material/article:"),
            _page(AUTHOR, t("author.title"), t("author.about"), ":material/edit_note:"),
        ],
        t("section.review"): [
            _page(LABEL, t("label.title"), t("label.about"), ":material/new_label:"),
        ],
        t("section.calibrate"): [
            _page(AGREEMENT, t("agreement.title"), t("agreement.about"), ":material/balance:"),
        ],
        t("section.release"): [
            _page(RELEASES, t("releases.title"), t("releases.about"), ":material/inventory_2:"),
        ],
    }


def _page(script: str, title: str, about: str, icon: str) -> "StreamlitPage":
    return st.Page(script, title=title, help=about, icon=icon, url_path=PurePath(script).stem)


def _start() -> None:
    st.switch_page(OVERVIEW)
