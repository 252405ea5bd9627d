"""Items: find them, read one whole; files in and out."""

from datetime import UTC, datetime

import streamlit as st

from app.components.badges import machine_written_badge
from app.components.data_transfer import draw_export, draw_transfer
from app.components.header import draw_refusal
from app.components.item_detail import draw_item
from app.components.item_filters import draw_filters
from app.components.item_hidden import draw_hidden
from app.components.item_table import draw_item_table
from app.components.navigation import AUTHOR
from app.components.wording import t, tn
from app.identity import acting_id
from app.resources import workspace_engine
from app.state import ITEM, ITEM_PAGE
from app.views.item_list import load_choices, load_item_list
from app.views.item_page import is_item_hidden, load_item_page
from app.views.item_standing import load_item_standing
from app.views.page_access import load_access
from app.views.workspace_head import load_workspace_head
from curation.labelling.revealing import reveal_item
from curation.review.seeing import see_item
from db.engine import reading
from db.errors import Forbidden, NotFound

engine = workspace_engine()
item_id = st.query_params.get(ITEM)
if item_id is not None:
    try:
        with reading(engine) as session:
            choices = load_choices(session)
            head = load_workspace_head(session, annotator_id=acting_id())
            hidden = is_item_hidden(session, item_id, annotator_id=head.annotator_id)
        if not hidden and not head.is_solo:
            # Remembered before it is read: what this page says about responses ends blindness.
            now = datetime.now(UTC)
            see_item(engine, item_id, annotator_id=head.annotator_id, now=now)
            reveal_item(engine, annotator_id=head.annotator_id, item_id=item_id, now=now)
        with reading(engine) as session:
            item = None if hidden else load_item_page(session, item_id)
            standing = load_item_standing(session, item_id, annotator_id=head.annotator_id)
    except (NotFound, Forbidden) as error:
        draw_refusal(error)
    else:
        if item is None:
            draw_hidden(item_id, annotator_id=head.annotator_id)
        else:
            draw_item(item, standing, choices.taxonomy, annotator_id=head.annotator_id)
        st.stop()

with reading(engine) as session:
    choices = load_choices(session)
    head = load_workspace_head(session, annotator_id=acting_id())
    access = load_access(session, head.annotator_id)

if access.writes:
    st.page_link(AUTHOR, label=t("items.write"), icon=":material/edit_note:")
if access.leads_all:
    with st.expander(t("transfer.heading"), icon=":material/upload_file:", key="items_import"):
        draw_transfer(engine, choices.taxonomy, annotator_id=head.annotator_id)
    # What is exported says who wrote and decided what: it would end everybody's blindness.
    with st.expander(t("transfer.export_heading"), icon=":material/download:", key="items_export"):
        draw_export(engine, annotator_id=head.annotator_id)

wanted = draw_filters(choices)
with reading(engine) as session:
    view = load_item_list(
        session,
        wanted,
        page=st.session_state.get(ITEM_PAGE, 1),
        annotator_id=head.annotator_id,
    )

if not view.total:
    st.info(t("items.none_at_all"), icon=":material/inbox:")
elif not view.found:
    st.info(t("items.none_found"), icon=":material/filter_alt_off:")
else:
    st.caption(
        tn("items.found", view.found)
        if view.found == view.total
        else tn("items.found_of", view.found, total=view.total)
    )
    if view.starters:
        machine_written_badge(count=view.starters)
    draw_item_table(view, choices.taxonomy)
if view.left_out:
    st.caption(tn("items.left_out", view.left_out), help=t("standing.hidden"))
if view.pages > 1:
    st.pagination(view.pages, key=ITEM_PAGE, bind="query-params")
