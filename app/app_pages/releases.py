"""Releases: what a cut would hold now, the cut itself, and what was released so far."""

import streamlit as st

from app.components.release_list import draw_releases
from app.components.release_preview import draw_preview
from app.components.wording import t
from app.identity import acting_id
from app.resources import overview, release_preview, workspace_engine
from app.settings import load_settings
from app.views.page_access import load_access
from app.views.releases import load_releases
from app.views.workspace_head import load_workspace_head
from db.engine import reading

engine = workspace_engine()
with reading(engine) as session:
    head = load_workspace_head(session, annotator_id=acting_id())
    access = load_access(session, head.annotator_id)
view = load_releases(
    engine,
    preview=release_preview(),
    data_folder=load_settings().data_folder,
    counted=overview().totals,
)

st.subheader(t("release.now_heading"), anchor=False)
if access.judges_blindly:
    # Items in dispute are left out of a cut, so that what it holds tells of them.
    st.info(t("release.kept_blind"), icon=":material/visibility_off:")
elif view.preview.rows:
    draw_preview(view, annotator_id=head.annotator_id, cuts=access.leads_all)
else:
    st.info(t("release.nothing"), icon=":material/inbox:")

st.subheader(t("release.list_heading"), anchor=False)
draw_releases(view.releases, annotator_id=head.annotator_id, publishes=access.leads_all)
