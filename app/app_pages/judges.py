"""Judges: the verifiers with their approved cases, and the rule judges that checks make."""

import streamlit as st

from app.components.judges_rules import draw_rule_judges
from app.components.judges_verifiers import draw_verifiers
from app.components.wording import t
from app.resources import workspace_engine
from app.views.judges import load_judges
from db.engine import reading

with reading(workspace_engine()) as session:
    page = load_judges(session)

st.caption(t("judges.lead"))
rules, verifiers = st.tabs([t("judges.tab_rules"), t("judges.tab_verifiers")])
with rules:
    draw_rule_judges(page)
with verifiers:
    draw_verifiers(page)
