"""Owns the list of pages: every entry exists, and its address never changes."""

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
            st.Page(
                OVERVIEW,
                title=t("overview.title"),
                help=t("overview.about"),
                icon=":material/grid_on:",
                url_path="overview",
            ),
            st.Page(
                ITEMS,
                title=t("items.title"),
                help=t("items.about"),
                icon=":material/article:",
                url_path="items",
            ),
            st.Page(
                AUTHOR,
                title=t("author.title"),
                help=t("author.about"),
                icon=":material/edit_note:",
                url_path="author",
            ),
        ],
        t("section.review"): [
            st.Page(
                LABEL,
                title=t("label.title"),
                help=t("label.about"),
                icon=":material/new_label:",
                url_path="label",
            ),
        ],
        t("section.calibrate"): [
            st.Page(
                AGREEMENT,
                title=t("agreement.title"),
                help=t("agreement.about"),
                icon=":material/balance:",
                url_path="agreement",
            ),
        ],
        t("section.release"): [
            st.Page(
                RELEASES,
                title=t("releases.title"),
                help=t("releases.about"),
                icon=":material/inventory_2:",
                url_path="releases",
            ),
        ],
    }


def _start() -> None:
    st.switch_page(OVERVIEW)
