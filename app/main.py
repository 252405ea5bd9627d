"""Owns the entry of the app; the navigation replaces this page."""

import streamlit as st

st.title("Gainsay")
