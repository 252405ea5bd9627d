"""Owns the list of pages: every entry exists, and its address never changes."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from app.catalogues.texts import UiLanguage
from app.components.wording import t
from app.state import PAGES, ui_language

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

OVERVIEW = "app_pages/overview.py"
ITEMS = "app_pages/items.py"
AUTHOR = "app_pages/author.py"
REVIEW = "app_pages/review.py"
ADJUDICATE = "app_pages/adjudicate.py"
LABEL = "app_pages/label.py"
AGREEMENT = "app_pages/agreement.py"
RELEASES = "app_pages/releases.py"


def pages() -> "dict[str, list[StreamlitPage]]":
    """List the pages by section, in the language of the session; built once for it."""
    kept = st.session_state.get(PAGES)
    if isinstance(kept, _Kept) and kept.language is ui_language():
        return kept.sections
    kept = _Kept(language=ui_language(), sections=_sections())
    st.session_state[PAGES] = kept
    return kept.sections


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The pages as one session has them; other sessions have their own."""

    language: UiLanguage
    sections: "dict[str, list[StreamlitPage]]"


def _sections() -> "dict[str, list[StreamlitPage]]":
    return {
        # Streamlit gives the default page no address of its own, and the overview needs one.
        "": [st.Page(_start, title=t("overview.title"), default=True, visibility="hidden")],
        t("section.build"): [
            _page(OVERVIEW, t("overview.title"), t("overview.about"), ":material/grid_on:"),
            _page(ITEMS, t("items.title"), t("items.about"), ":material/article:"),
            _page(AUTHOR, t("author.title"), t("author.about"), ":material/edit_note:"),
        ],
        t("section.review"): [
            _page(REVIEW, t("review.title"), t("review.about"), ":material/rate_review:"),
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
