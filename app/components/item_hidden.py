"""Owns what stands in place of an item that somebody may yet review: a choice, nothing else."""

from datetime import UTC, datetime

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import t
from app.resources import workspace_engine
from app.state import ITEM, Tone, queue_notice
from curation.review.seeing import see_item
from db.errors import GainsayError


def draw_hidden(item_id: str, *, annotator_id: str) -> None:
    """Say why nothing is shown, and offer to look all the same."""
    st.button(t("item.back"), icon=":material/arrow_back:", key="item_back", on_click=_close)
    st.info(t("standing.hidden"), icon=":material/visibility_off:")
    st.button(
        t("standing.look"),
        icon=":material/visibility:",
        key="item_look",
        help=t("standing.look_help"),
        on_click=_look,
        args=(item_id, annotator_id),
    )


def _look(item_id: str, annotator_id: str) -> None:
    try:
        see_item(workspace_engine(), item_id, annotator_id=annotator_id, now=datetime.now(UTC))
    except GainsayError as error:
        queue_notice(Tone.REFUSED, escaped(str(error)))


def _close() -> None:
    del st.query_params[ITEM]
