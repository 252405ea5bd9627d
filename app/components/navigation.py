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
JUDGES = "app_pages/judges.py"
AGREEMENT = "app_pages/agreement.py"
RELEASES = "app_pages/releases.py"
RUNS = "app_pages/runs.py"
ADMIN = "app_pages/admin.py"


def pages(opened: frozenset[str] | None = None) -> "dict[str, list[StreamlitPage]]":
    """List the pages by section, in the language of the session; built once for it.

    Args:
        opened: Addresses of the pages that the person may open. The others are not listed, but
            are known, so that whoever comes by the address is told why it does not open. None
            lists all: nobody is known yet.
    """
    kept = st.session_state.get(PAGES)
    if isinstance(kept, _Kept) and (kept.language, kept.opened) == (ui_language(), opened):
        return kept.sections
    kept = _Kept(language=ui_language(), opened=opened, sections=_sections(opened))
    st.session_state[PAGES] = kept
    return kept.sections


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The pages as one session has them; other sessions have their own."""

    language: UiLanguage
    opened: frozenset[str] | None
    sections: "dict[str, list[StreamlitPage]]"


def _sections(opened: frozenset[str] | None) -> "dict[str, list[StreamlitPage]]":
    def _page(script: str, title: str, about: str, icon: str) -> "StreamlitPage":
        address = PurePath(script).stem
        return st.Page(
            script,
            title=title,
            help=about,
            icon=icon,
            url_path=address,
            visibility="visible" if opened is None or address in opened else "hidden",
        )

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
            _page(ADJUDICATE, t("adjudicate.title"), t("adjudicate.about"), ":material/gavel:"),
            _page(LABEL, t("label.title"), t("label.about"), ":material/new_label:"),
        ],
        t("section.calibrate"): [
            _page(JUDGES, t("judges.title"), t("judges.about"), ":material/gavel:"),
            _page(AGREEMENT, t("agreement.title"), t("agreement.about"), ":material/balance:"),
        ],
        t("section.release"): [
            _page(RELEASES, t("releases.title"), t("releases.about"), ":material/inventory_2:"),
        ],
        t("section.admin"): [
            _page(RUNS, t("runs.title"), t("runs.about"), ":material/directions_run:"),
            _page(ADMIN, t("admin.title"), t("admin.about"), ":material/group:"),
        ],
    }


def _start() -> None:
    st.switch_page(OVERVIEW)
