"""Owns the guideline beside the form: what the chosen type is, and cases at its border."""

import streamlit as st

from app.components.item_responses import DECISIONS
from app.components.markdown import escaped
from app.components.wording import t
from app.views.author_guideline import Borderline, GuidelineShown
from db.labels import Decision


def draw_guideline(guideline: GuidelineShown | None) -> None:
    """Draw the guideline of the chosen type; its words are foreign text like any other."""
    if guideline is None:
        st.caption(t("author.no_guideline"))
        return
    st.markdown(f"**{escaped(guideline.name)}**")
    st.markdown(f"{t('author.definition')} {escaped(guideline.definition)}")
    st.markdown(f"{t('author.convention')} {escaped(guideline.convention)}")
    for paragraph in guideline.paragraphs:
        lead = f"**{escaped(paragraph.lead)}**" if paragraph.lead else ""
        # Chinese goes on with its colon, which takes no blank before it.
        joint = "" if not lead or paragraph.text.startswith("：") else " "
        st.markdown(lead + joint + escaped(paragraph.text))
    if guideline.borderline:
        st.markdown(f"**{t('author.borderline')}**")
    for case in guideline.borderline:
        _draw_case(case)


def _draw_case(case: Borderline) -> None:
    with st.container(border=True, gap="small"):
        st.markdown(escaped(case.case))
        if case.ruling is None:
            st.badge(t("author.belongs_to", type=case.belongs_to), color="gray")
        else:
            follows = case.ruling is Decision.FOLLOWS
            st.badge(t(DECISIONS[case.ruling]), color="blue" if follows else "violet")
        st.caption(escaped(case.why))
