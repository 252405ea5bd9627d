"""Owns what a study costs: files are read once per content, figures once per files and options.

Results are frozen values that nobody changes, so all sessions share them; refusals are not kept.
"""

import pandas as pd
import streamlit as st

from app.resources import workspace_engine
from app.settings import load_settings
from app.views.agreement import StudyChoices, StudyFiles, llmbar_files, study_choices
from app.views.raters import (
    RaterChoices,
    WorkspaceChoices,
    rater_choices,
    workspace_choices,
)
from calibration.agreement.planner import power_curve
from calibration.agreement.raters.retrospective import RaterRetrospective, retrospect_raters
from calibration.agreement.raters.study import RaterOptions
from calibration.agreement.report import Reported, render
from calibration.agreement.retrospective import Retrospective, retrospect
from calibration.agreement.study import Options
from calibration.agreement.workspace.judge import JudgeQuestion, study_judge
from calibration.agreement.workspace.people import PeopleQuestion, study_people
from db.engine import reading
from db.history import events
from db.intake import Table, read_upload

MOST_POINTS = 2_000


def _files_identity(files: StudyFiles) -> tuple[str, ...]:
    # The name is part of what sentences and reports say.
    return files.gold.name, files.gold.sha256, files.verdicts.name, files.verdicts.sha256


def _table_identity(table: Table) -> tuple[str, ...]:
    return table.name, table.sha256


def _result_identity(result: Retrospective) -> tuple[str, ...]:
    gold, verdicts = result.gold, result.verdicts
    files = gold.name, gold.sha256, verdicts.name, verdicts.sha256
    return *files, repr(result.study.options), repr(result.standing)


def _raters_identity(result: RaterRetrospective) -> tuple[str, ...]:
    labels = result.labels
    return labels.name, labels.sha256, repr(result.study.options), repr(result.standing)


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


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Table: _table_identity})
def choices_of_raters(labels: Table) -> RaterChoices:
    """Look at what a file of several raters offers; raises what ``rater_choices`` raises."""
    return rater_choices(labels)


@st.cache_resource(
    max_entries=32, show_spinner=False, hash_funcs={Table: _table_identity, RaterOptions: repr}
)
def rater_figures(labels: Table, options: RaterOptions) -> RaterRetrospective:
    """Work out a study of raters; raises what ``retrospect_raters`` raises."""
    return retrospect_raters(labels, options)


def choices_here() -> WorkspaceChoices:
    """Look at what the workspace offers now."""
    with reading(workspace_engine()) as session:
        return workspace_choices(session)


def judge_here(question: JudgeQuestion) -> Retrospective:
    """Measure a judge of the workspace, once per state of the history; raises as `study_judge`."""
    return _judge_here(load_settings().database_url, _newest_event(), question)


def people_here(question: PeopleQuestion) -> RaterRetrospective:
    """Measure the people of the workspace, once per state of the history."""
    return _people_here(load_settings().database_url, _newest_event(), question)


def _newest_event() -> str:
    with reading(workspace_engine()) as session:
        newest = events(session, newest=1)
    return newest[0].hash if newest else ""


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={JudgeQuestion: repr})
def _judge_here(url: str, history: str, question: JudgeQuestion) -> Retrospective:
    del url, history
    with reading(workspace_engine()) as session:
        return study_judge(session, question)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={PeopleQuestion: repr})
def _people_here(url: str, history: str, question: PeopleQuestion) -> RaterRetrospective:
    del url, history
    with reading(workspace_engine()) as session:
        return study_people(session, question)


@st.cache_data(
    max_entries=32,
    show_spinner=False,
    hash_funcs={Retrospective: _result_identity, RaterRetrospective: _raters_identity},
)
def report(result: Reported, ending: str) -> str:
    """Write a report of a study as text."""
    return render(result, ending)


@st.cache_data(max_entries=32, show_spinner=False)
def curve(target: float, true_accuracy: float, most_labels: int) -> pd.DataFrame:
    """Work out the planner's curve, at most about 2,000 points."""
    step = max(1, most_labels // MOST_POINTS)
    return power_curve(target, [true_accuracy], most_labels=most_labels, step=step)
