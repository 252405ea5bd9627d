"""Owns the table of items: one page of it, a click opens an item."""

from functools import partial

import pandas as pd
import streamlit as st

from app.components.item_filters import ORIGINS, STATUSES
from app.components.wording import name_in, plain
from app.state import ITEM
from app.views.item_list import ItemList
from app.views.naming import Taxonomy

TABLE = "items_table"
SHOWN_CHARACTERS = 160
# What somebody may yet be asked about blindly does not say what it is.
HIDDEN = "—"


def draw_item_table(view: ItemList, taxonomy: Taxonomy) -> None:
    """Draw a page of items; texts are cut to one line."""
    frame = _frame(view, taxonomy)
    st.dataframe(
        frame,
        hide_index=True,
        key=TABLE,
        on_select=partial(_open_selected, tuple(row.id for row in view.rows)),
        selection_mode="single-row",
        height="content" if len(frame) <= 25 else 920,
        alt=plain("items.table_alt"),
        column_config={
            "prompt": st.column_config.TextColumn(plain("items.prompt"), width=150),
            "type": st.column_config.TextColumn(plain("grid.type"), width=175),
            "domain": st.column_config.TextColumn(plain("grid.domain"), width=105),
            "language": st.column_config.TextColumn(plain("items.language"), width=76),
            "origin": st.column_config.TextColumn(plain("items.origin"), width=65),
            "status": st.column_config.TextColumn(plain("items.status"), width=66),
            "responses": st.column_config.NumberColumn(plain("overview.responses"), width=82),
            "id": st.column_config.TextColumn(plain("items.id"), width=91),
        },
    )


def _open_selected(ids: tuple[str, ...]) -> None:
    rows = st.session_state[TABLE].selection.rows
    if rows and rows[0] < len(ids):
        st.query_params[ITEM] = ids[rows[0]]


def _frame(view: ItemList, taxonomy: Taxonomy) -> pd.DataFrame:
    types = {named.id: name_in(named.names) for named in taxonomy.types}
    domains: dict[str | None, str] = {named.id: name_in(named.names) for named in taxonomy.domains}
    languages = {named.id: name_in(named.names) for named in taxonomy.languages}
    return pd.DataFrame(
        [
            {
                "prompt": _line(row.prompt) if row.id not in view.hidden else HIDDEN,
                "type": types[row.type_id] if row.id not in view.hidden else HIDDEN,
                "domain": domains.get(row.domain_id, plain("domain.unassigned"))
                if row.id not in view.hidden
                else HIDDEN,
                "language": languages[row.language_id],
                "origin": plain(ORIGINS[row.origin.value]) if row.id not in view.hidden else HIDDEN,
                "status": plain(STATUSES[row.status.value]),
                "responses": row.responses if row.id not in view.hidden else None,
                "id": row.id,
            }
            for row in view.rows
        ],
        columns=["prompt", "type", "domain", "language", "origin", "status", "responses", "id"],
    )


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + "…"
