"""Owns how items are counted by where they stand; a click opens the list of them."""

from collections.abc import Mapping

import streamlit as st

from app.components.item_filters import STATUSES
from app.components.navigation import ITEMS
from app.components.wording import number, plain
from app.state import FILTER_STATUS
from db.queries.status import ItemStatus


def draw_status_counts(counts: Mapping[ItemStatus, int]) -> None:
    """Draw one link per status, in the order of the workflow."""
    with st.container(horizontal=True, gap="small", key="overview_statuses"):
        for status, count in counts.items():
            st.page_link(
                ITEMS,
                label=f"{plain(STATUSES[status.value])} {number(count)}",
                query_params={FILTER_STATUS: status.value},
                icon=":material/flag:",
            )
