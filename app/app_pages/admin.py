"""Admin: to everybody what is theirs; to admins the people; to who may spend models and budgets."""

import streamlit as st

from app.components.admin_forms import draw_adding, draw_sharing
from app.components.admin_own import draw_own
from app.components.admin_people import choose_person, draw_people, draw_person, draw_skips
from app.components.kept_tabs import draw_tabs
from app.components.models_tab import draw_models_tab
from app.components.wording import t
from app.identity import acting_id
from app.resources import workspace_engine
from app.state import ADMIN_TAB, ADMIN_WANTED, chosen_tab, set_url
from app.views.admin import AdminView, load_admin, load_person
from app.views.workspace_head import load_workspace_head
from calibration.runs.permission import may_spend
from db.engine import reading

PEOPLE = "people"
MODELS = "models"


def _draw_people(view: AdminView) -> None:
    draw_people(view)
    if view.is_solo:
        with st.expander(
            t("admin.share_heading"), icon=":material/group_add:", key="admin_sharing"
        ):
            draw_sharing(view)
    else:
        with st.expander(t("admin.add_heading"), icon=":material/person_add:", key="admin_adding"):
            draw_adding(view.taxonomy, actor_id=view.me.id)
    draw_skips(view)
    chosen = choose_person(view)
    with reading(workspace_engine()) as session:
        one = load_person(session, chosen)
    draw_person(view, one)


with reading(workspace_engine()) as session:
    head = load_workspace_head(session, annotator_id=acting_id())
    view = load_admin(session, head.annotator_id)
    spends = may_spend(session, head.annotator_id)

draw_own(view)
titles = {PEOPLE: t("admin.people_heading")} if view.is_admin else {}
if spends:
    titles[MODELS] = t("models.heading")
if not titles:
    st.stop()
wanted = st.query_params.get(ADMIN_WANTED)
tabs = dict(zip(titles, draw_tabs(ADMIN_TAB, titles, wanted=wanted), strict=True))
chosen = chosen_tab(ADMIN_TAB)
set_url(ADMIN_WANTED, chosen.id if chosen else None)
for name, tab in tabs.items():
    with tab:
        if tab.open and name == PEOPLE:
            _draw_people(view)
        elif tab.open:
            draw_models_tab(annotator_id=view.me.id)
