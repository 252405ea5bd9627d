"""Owns the table of labels by where they come from, and which of them are human evidence."""

import streamlit as st

from app.components.item_responses import LABEL_SOURCES
from app.components.wording import plain, t, tn
from db.labels import HUMAN_EVIDENCE
from db.queries.totals import Totals
from db.verdicts import VerdictSource


def draw_evidence(totals: Totals) -> None:
    """Draw one row per source, those without a label included, then what is none of them."""
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
    verdicts = totals.verdicts_by_source
    if verdicts or totals.simulated_responses:
        st.caption(
            t(
                "evidence.verdicts",
                imported=verdicts.get(VerdictSource.IMPORTED.value, 0),
                run=verdicts.get(VerdictSource.RUN.value, 0),
                simulated=totals.simulated_responses,
            )
        )
    if totals.surplus_labels:
        st.caption(tn("evidence.surplus", totals.surplus_labels))
    if totals.undecidable_responses:
        st.caption(tn("evidence.undecidable", totals.undecidable_responses))
