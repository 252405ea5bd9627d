"""Agreement: how far a judge agrees with people, or people with one another."""

import streamlit as st

from app.components.header import draw_refusal
from app.components.kept_tabs import draw_tabs
from app.components.label_planner import draw_planner
from app.components.markdown import escaped
from app.components.study_cache import (
    choices_of,
    figures,
    judge_here,
    people_here,
    rater_figures,
)
from app.components.study_controls import (
    BUNDLED,
    JUDGE_HERE,
    OWN,
    PEOPLE_HERE,
    RATERS,
    draw_files,
    draw_options,
    draw_source,
)
from app.components.study_disagreements import draw_disagreements
from app.components.study_figures import (
    draw_comparison,
    draw_figures,
    draw_groups,
    draw_headline,
)
from app.components.study_raters import draw_rater_options, draw_raters, draw_ratings_file
from app.components.study_report import draw_downloads
from app.components.study_workspace import draw_judge_question, draw_people_question
from app.components.wording import t
from app.identity import acting_id
from app.resources import workspace_engine
from app.state import STUDY_TAB
from app.views.page_access import load_access
from app.views.workspace_head import load_workspace_head
from calibration.agreement.raters.retrospective import RaterRetrospective
from calibration.agreement.report import Reported
from db.engine import reading
from db.errors import GainsayError, NotFound

result: Reported | None = None
source = draw_source()
annotator_id = acting_id()
with reading(workspace_engine()) as session:
    head = load_workspace_head(session, annotator_id=annotator_id)
    access = load_access(session, head.annotator_id)
try:
    if source in (BUNDLED, OWN):
        if files := draw_files(source):
            options = draw_options(choices_of(files), files=files)
            with st.spinner(t("study.working")):
                result = figures(files, options)
    elif source == RATERS:
        if labels := draw_ratings_file():
            result = rater_figures(labels, draw_rater_options(labels))
    elif source in (JUDGE_HERE, PEOPLE_HERE) and access.labels_blindly:
        st.info(t("here.not_for_labellers"), icon=":material/visibility_off:")
    elif source == JUDGE_HERE:
        if question := draw_judge_question():
            result = judge_here(question)
    elif source == PEOPLE_HERE:
        result = people_here(draw_people_question())
except NotFound as nothing:
    st.info(f"{t('study.nothing')}  \n{escaped(str(nothing))}", icon=":material/info:")
except GainsayError as error:
    draw_refusal(error)

if result is None:
    if source in (OWN, RATERS):
        st.caption(t("study.nothing_yet") if source == OWN else t("raters.nothing_yet"))
    st.subheader(t("plan.heading"), anchor=False)
    draw_planner()
    st.stop()

if isinstance(result, RaterRetrospective):
    draw_raters(result)
    st.stop()

draw_headline(result)
shown, groups, comparison, disagreements, planner, reports = draw_tabs(
    STUDY_TAB,
    {
        "figures": t("study.figures"),
        "groups": t("study.groups"),
        "comparison": t("study.comparison"),
        "disagreements": t("study.disagreements"),
        "planner": t("plan.heading"),
        "report": t("study.report"),
    },
)
with shown:
    draw_figures(result)
with groups:
    draw_groups(result)
with comparison:
    draw_comparison(result)
with disagreements:
    draw_disagreements(result)
with planner:
    draw_planner()
with reports:
    draw_downloads(result, name="agreement")
