"""Owns the table of labels by where they come from, and which of them are human evidence."""

import streamlit as st

from app.components.item_responses import LABEL_SOURCES
from app.components.wording import plain
from db.labels import HUMAN_EVIDENCE
from db.queries.totals import Totals


def draw_evidence(totals: Totals) -> None:
    """Draw one row per source, those without a label included."""
    st.dataframe(
        [
            {
                plain("evidence.kind"): plain(label),
                "n": totals.labels_by_source.get(source.value, 0),
                plain("evidence.counts"): plain("evidence.yes")
                if source in HUMAN_EVIDENCE
                else plain("evidence.no"),
            }
            for source, label in LABEL_SOURCES.items()
        ],
        hide_index=True,
        key="overview_evidence",
        height="content",
        alt=plain("evidence.alt"),
    )
