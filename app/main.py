"""Entry of the app: frame, guard and navigation; the page itself is a script of its own."""

from pathlib import Path

import streamlit as st

from app.components import label_claim
from app.components.admin_own import draw_closed
from app.components.drafts.kept_text import draw_keeper
from app.components.header import draw_header, draw_not_ready, draw_notices, draw_refusal
from app.components.navigation import pages
from app.components.sign_in.screens import draw_choose_password, draw_other_person, draw_sign_in
from app.identity import acting_id, bind, find_person
from app.resources import open_workspace
from app.state import keep_ui_language
from app.views.page_access import open_pages
from app.views.workspace_head import load_workspace_head
from curation.sign_in.sessions import SignedOut
from db.engine import reading
from db.errors import GainsayError

PICTURES = Path(__file__).parent / "components"

st.set_page_config(
    page_title="Gainsay", page_icon=str(PICTURES / "mark.svg"), layout="wide", menu_items={}
)
keep_ui_language()
st.logo(str(PICTURES / "wordmark.svg"), icon_image=str(PICTURES / "mark.svg"), size="large")

try:
    engine = open_workspace()
    person = find_person(engine)
except GainsayError as error:
    st.navigation(pages(), position="sidebar", expanded=True)
    draw_header(None)
    draw_not_ready(error)
    st.stop()

is_open = not isinstance(person, SignedOut) and not person.must_change
opened = None
if not isinstance(person, SignedOut):
    with reading(engine) as session:
        opened = open_pages(session, person.annotator_id)
page = st.navigation(pages(opened), position="sidebar" if is_open else "hidden", expanded=True)
if isinstance(person, SignedOut):
    draw_header(None)
    if acting_id() is None:
        draw_notices()
    draw_sign_in(person, acted_before=acting_id() is not None)
    st.stop()
if acting_id() not in {None, person.annotator_id}:
    draw_header(None)
    draw_other_person(person)
    st.stop()
bind(person)
if person.must_change:
    draw_header(None)
    draw_choose_password(person)
    st.stop()

with reading(engine) as session:
    head = load_workspace_head(session, annotator_id=person.annotator_id)
draw_header(head)
draw_keeper(person.annotator_id)
draw_notices()
label_claim.leave_unless(page.url_path)
st.title(page.title, anchor=False)
if page.url_path and page.url_path not in (opened or ()):
    # The start page has no address and leads on to one that is asked for here.
    draw_closed(page.url_path, handle=head.handle)
    st.stop()
try:
    page.run()
except GainsayError as error:
    draw_refusal(error)
