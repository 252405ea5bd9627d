"""Agreement: how far a judge agrees with people, on files that were handed in or bundled."""

import streamlit as st

from app.components.header import draw_refusal
from app.components.kept_tabs import draw_tabs
from app.components.label_planner import draw_planner
from app.components.study_cache import choices_of, figures, report
from app.components.study_controls import draw_options, draw_source
from app.components.study_disagreements import draw_disagreements
from app.components.study_figures import (
    draw_comparison,
    draw_figures,
    draw_groups,
    draw_headline,
)
from app.components.wording import t
from app.state import STUDY_TAB
from db.errors import GainsayError

MIME = {".md": "text/markdown", ".html": "text/html", ".csv": "text/csv"}

result = None
try:
    files = draw_source()
    if files is not None:
        options = draw_options(choices_of(files), files=files)
        with st.spinner(t("study.working")):
            result = figures(files, options)
except GainsayError as error:
    draw_refusal(error)

if result is None:
    st.caption(t("study.nothing_yet"))
    st.subheader(t("plan.heading"), anchor=False)
    draw_planner()
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
    st.markdown(t("study.report_explained"))
    with st.container(horizontal=True):
        for ending, mime in MIME.items():
            st.download_button(
                t("study.download", ending=ending),
                report(result, ending),
                file_name=f"agreement{ending}",
                mime=mime,
                icon=":material/download:",
                key=f"study_report_{ending.removeprefix('.')}",
                on_click="ignore",
            )
