"""Owns what a study costs: files are read once per content, figures once per files and options.

Results are frozen values that nobody changes, so all sessions share them; refusals are not kept.
"""

import pandas as pd
import streamlit as st

from app.views.agreement import StudyChoices, StudyFiles, llmbar_files, study_choices
from calibration.agreement.planner import power_curve
from calibration.agreement.report import render
from calibration.agreement.retrospective import Retrospective, retrospect
from calibration.agreement.study import Options
from db.intake import Table, read_upload

MOST_POINTS = 2_000


def _files_identity(files: StudyFiles) -> tuple[str, ...]:
    # The name is part of what sentences and reports say.
    return files.gold.name, files.gold.sha256, files.verdicts.name, files.verdicts.sha256


def _result_identity(result: Retrospective) -> tuple[str, ...]:
    gold, verdicts = result.gold, result.verdicts
    return gold.name, gold.sha256, verdicts.name, verdicts.sha256, repr(result.study.options)


@st.cache_resource(max_entries=1, show_spinner=False)
def bundled() -> StudyFiles:
    """Read the bundled LLMBar study."""
    return llmbar_files()


@st.cache_resource(max_entries=8, show_spinner=False)
def uploaded(name: str, data: bytes, *, what: str) -> Table:
    """Read an uploaded table.

    Raises:
        FileRefused: It is not what its name says, or too large.
        RowsRefused: Rows are malformed.
    """
    return read_upload(name, data, what=what)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={StudyFiles: _files_identity})
def choices_of(files: StudyFiles) -> StudyChoices:
    """Look at what the files offer; raises what ``study_choices`` raises."""
    return study_choices(files)


@st.cache_resource(
    max_entries=32, show_spinner=False, hash_funcs={StudyFiles: _files_identity, Options: repr}
)
def figures(files: StudyFiles, options: Options) -> Retrospective:
    """Work out a study; raises what ``retrospect`` raises."""
    return retrospect(files.gold, files.verdicts, options)


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs={Retrospective: _result_identity})
def report(result: Retrospective, ending: str) -> str:
    """Write a report of a study as text."""
    return render(result, ending)


@st.cache_data(max_entries=32, show_spinner=False)
def curve(target: float, true_accuracy: float, most_labels: int) -> pd.DataFrame:
    """Work out the planner's curve, at most about 2,000 points."""
    step = max(1, most_labels // MOST_POINTS)
    return power_curve(target, [true_accuracy], most_labels=most_labels, step=step)
