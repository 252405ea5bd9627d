"""Owns the guideline beside the form: what the chosen type is, and cases at its border."""

from collections.abc import Iterator

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
    # One element for all paragraphs: each costs every rerun as much as a question to the database.
    st.markdown("\n\n".join(_paragraphs(guideline)))
    for case in guideline.borderline:
        _draw_case(case)


def _paragraphs(guideline: GuidelineShown) -> Iterator[str]:
    yield f"**{escaped(guideline.name)}**"
    yield f"{t('author.definition')} {escaped(guideline.definition)}"
    yield f"{t('author.convention')} {escaped(guideline.convention)}"
    for paragraph in guideline.paragraphs:
        lead = f"**{escaped(paragraph.lead)}**" if paragraph.lead else ""
        # Chinese goes on with its colon, which takes no blank before it.
        joint = "" if not lead or paragraph.text.startswith("：") else " "
        yield lead + joint + escaped(paragraph.text)
    if guideline.borderline:
        yield f"**{t('author.borderline')}**"


def _draw_case(case: Borderline) -> None:
    with st.container(border=True, gap="small"):
        if case.ruling is None:
            badge = f":gray-badge[{t('author.belongs_to', type=case.belongs_to)}]"
        else:
            colour = "blue" if case.ruling is Decision.FOLLOWS else "violet"
            badge = f":{colour}-badge[{t(DECISIONS[case.ruling])}]"
        st.markdown(f"{escaped(case.case)}\n\n{badge}")
        st.caption(escaped(case.why))
