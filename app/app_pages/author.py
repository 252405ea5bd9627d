"""Author: the working copies of a person, and the form of the one that is open."""

import streamlit as st

from app.components.author_bar import draw_bar
from app.components.author_form import draw_form
from app.components.author_list import draw_copies
from app.components.author_saving import Author
from app.components.header import draw_refusal
from app.identity import acting_id
from app.resources import workspace_engine
from app.state import AUTHOR_CLOSED_SHOWN, COPY
from app.views.workspace_head import load_workspace_head
from curation.authoring.copies import list_copies, load_copy
from curation.review.said import returned_to
from db.engine import reading
from db.errors import Forbidden, NotFound

engine = workspace_engine()
copy_id = st.query_params.get(COPY)
with reading(engine) as session:
    annotator_id = load_workspace_head(session, annotator_id=acting_id()).annotator_id

if copy_id is not None:
    try:
        with reading(engine) as session:
            copy = load_copy(session, copy_id, annotator_id=annotator_id)
    except (NotFound, Forbidden) as error:
        draw_refusal(error)
    else:
        author = Author(annotator_id=annotator_id, copy_id=copy.id)
        draw_bar(author, copy)
        draw_form(author)
        st.stop()

with reading(engine) as session:
    copies = list_copies(
        session,
        annotator_id=annotator_id,
        include_closed=bool(st.session_state.get(AUTHOR_CLOSED_SHOWN)),
    )
    returned = returned_to(session, annotator_id=annotator_id)
draw_copies(copies, returned, annotator_id=annotator_id)
