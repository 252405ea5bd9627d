"""Owns the reports of a study as downloads."""

import streamlit as st

from app.components.study_cache import report
from app.components.wording import t
from calibration.agreement.report import Reported

MIME = {".md": "text/markdown", ".html": "text/html", ".csv": "text/csv"}


def draw_downloads(result: Reported, *, name: str) -> None:
    """Draw one button per format."""
    st.markdown(t("study.report_explained"))
    with st.container(horizontal=True):
        for ending, mime in MIME.items():
            st.download_button(
                t("study.download", ending=ending),
                report(result, ending),
                file_name=f"{name}{ending}",
                mime=mime,
                icon=":material/download:",
                key=f"study_report_{ending.removeprefix('.')}",
                on_click="ignore",
            )
