"""Owns how it is shown what became of one part of an item: the difference under its name."""

import streamlit as st

from app.components.author_parts import LABELS
from app.components.safe_html import draw_difference
from app.components.wording import name_in, t
from app.views.difference import difference
from app.views.naming import Named, Taxonomy
from db.working_copies import Part


def names_of(part: Part, taxonomy: Taxonomy) -> tuple[Named, ...]:
    """Give the rows that a part chooses from; empty for a text."""
    rows = {Part.TYPE: taxonomy.types, Part.DOMAIN: taxonomy.domains}
    return rows.get(part, ())


def draw_part_change(part: Part, before: str, after: str, names: tuple[Named, ...]) -> None:
    """Draw what became of one part."""
    called = {named.id: name_in(named.names) for named in names}
    before, after = called.get(before, before), called.get(after, after)
    st.markdown(f"**{t(LABELS[part])}**")
    draw_difference(difference(before, after), mono="```" in after)
