"""Admin: to everybody what is theirs, to admins the people of the workspace."""

import streamlit as st

from app.components.admin_forms import draw_adding, draw_sharing
from app.components.admin_own import draw_own
from app.components.admin_people import choose_person, draw_people, draw_person, draw_skips
from app.components.wording import t
from app.identity import acting_id
from app.resources import workspace_engine
from app.views.admin import load_admin, load_person
from app.views.workspace_head import load_workspace_head
from db.engine import reading

engine = workspace_engine()
with reading(engine) as session:
    head = load_workspace_head(session, annotator_id=acting_id())
    view = load_admin(session, head.annotator_id)

draw_own(view)
if not view.is_admin:
    st.stop()

st.subheader(t("admin.people_heading"), anchor=False)
draw_people(view)
if view.is_solo:
    with st.expander(t("admin.share_heading"), icon=":material/group_add:", key="admin_sharing"):
        draw_sharing(view)
else:
    with st.expander(t("admin.add_heading"), icon=":material/person_add:", key="admin_adding"):
        draw_adding(view.taxonomy, actor_id=view.me.id)
draw_skips(view)
chosen = choose_person(view)
with reading(engine) as session:
    one = load_person(session, chosen)
draw_person(view, one)
