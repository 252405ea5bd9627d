"""Judges: the verifiers with their approved cases, and the rule judges that checks make."""

import streamlit as st

from app.components.judges_rules import draw_rule_judges
from app.components.judges_verifiers import draw_verifiers
from app.components.wording import t, tn
from app.identity import acting_id
from app.resources import workspace_engine
from app.views.judges import load_judges
from app.views.workspace_head import load_workspace_head
from db.engine import reading

with reading(workspace_engine()) as session:
    head = load_workspace_head(session, annotator_id=acting_id())
    page = load_judges(session, annotator_id=head.annotator_id)

st.caption(t("judges.lead"))
rules, verifiers = st.tabs([t("judges.tab_rules"), t("judges.tab_verifiers")])
with rules:
    draw_rule_judges(page)
    if page.left_out:
        st.caption(tn("judges.left_out", page.left_out))
with verifiers:
    draw_verifiers(page)
