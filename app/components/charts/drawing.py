"""Owns putting a chart on the page: built once per content and language, drawn from then on.

Altair checks every part of a chart against its schema, which takes longer than the rest of a page.
"""

from collections.abc import Callable, Hashable
from typing import Any

import altair as alt
import streamlit as st

from app.catalogues.texts import UiLanguage
from app.state import ui_language

# Altair's own theme sets sizes that are Streamlit's business.
alt.theme.enable("none")


def draw_chart(
    build: Callable[..., alt.LayerChart | alt.FacetChart],
    *content: Hashable,
    key: str,
    alt: str,
) -> None:
    """Draw a chart.

    Args:
        build: Builds it from the content; its words are in the language of the session.
        content: Frozen values whose ``repr`` is all that they say.
        key: Stable id of the element.
        alt: What it shows, for those who cannot see it.
    """
    spec = _spec(build.__name__, repr(content), ui_language(), _build=lambda: build(*content))
    st.vega_lite_chart(spec=spec, key=key, alt=alt)


@st.cache_data(max_entries=64, show_spinner=False)
def _spec(
    name: str,
    content: str,
    language: UiLanguage,
    *,
    _build: Callable[[], alt.LayerChart | alt.FacetChart],
) -> dict[str, Any]:
    del name, content, language
    spec: dict[str, Any] = _build().to_dict()
    return spec
