"""The address without a path leads to the overview, whose own address is /overview."""

import streamlit as st

from app.components.navigation import OVERVIEW

st.switch_page(OVERVIEW)
