"""Entry of the app: frame, guard and navigation; the page itself is a script of its own."""

from pathlib import Path

import streamlit as st

from app.components.header import draw_header, draw_not_ready, draw_notices, draw_refusal
from app.components.navigation import pages
from app.resources import workspace_engine
from app.state import keep_ui_language
from app.views.workspace_head import load_workspace_head
from db.engine import reading
from db.errors import GainsayError

PICTURES = Path(__file__).parent / "components"

st.set_page_config(
    page_title="Gainsay", page_icon=str(PICTURES / "mark.svg"), layout="wide", menu_items={}
)
keep_ui_language()
st.logo(str(PICTURES / "wordmark.svg"), icon_image=str(PICTURES / "mark.svg"), size="large")
page = st.navigation(pages(), position="sidebar", expanded=True)

try:
    with reading(workspace_engine()) as session:
        head = load_workspace_head(session)
except GainsayError as error:
    draw_header(None)
    draw_not_ready(error)
    st.stop()

draw_header(head)
draw_notices()
st.title(page.title, anchor=False)
try:
    page.run()
except GainsayError as error:
    draw_refusal(error)
