"""Owns the controls of a study: which files, which judge, which rows, which groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app.components.markdown import escaped
from app.components.study_cache import bundled, uploaded
from app.components.wording import key, plain, t
from app.state import (
    STUDY_BY,
    STUDY_CLUSTER,
    STUDY_COMPARE,
    STUDY_JUDGE,
    STUDY_KEY,
    STUDY_POSITIVE,
    STUDY_SOURCE,
    STUDY_WHERE,
)
from app.views.agreement import StudyChoices, StudyFiles
from calibration.agreement.study import Options

BUNDLED, OWN = "llmbar", "files"
SOURCES = {BUNDLED: key("study.bundled"), OWN: key("study.own_files")}
ENDINGS = ["csv", "gz", "jsonl", "parquet"]
# What the study opens with: the judge, order and groups of the paper's own first figure.
FIRST_JUDGE, FIRST_WHERE, FIRST_BY = "GPT-4/Vanilla", {"order": ["original"]}, ["subset"]


def draw_source() -> StudyFiles | None:
    """Draw the choice of files; None until both are there."""
    source = st.segmented_control(
        t("study.source"),
        list(SOURCES),
        format_func=lambda one: t(SOURCES[one]),
        default=BUNDLED,
        required=True,
        key=STUDY_SOURCE,
        persist_state="session",
    )
    if source == BUNDLED:
        st.caption(t("study.bundled_explained"))
        return bundled()
    st.caption(t("study.own_explained"))
    left, right = st.columns(2)
    gold = left.file_uploader(t("study.gold_file"), type=ENDINGS, key="study_gold")
    verdicts = right.file_uploader(t("study.verdicts_file"), type=ENDINGS, key="study_verdicts")
    if gold is None or verdicts is None:
        return None
    return StudyFiles(
        gold=uploaded(gold.name, gold.getvalue(), what="gold"),
        verdicts=uploaded(verdicts.name, verdicts.getvalue(), what="verdicts"),
    )


def draw_options(choices: StudyChoices, *, files: StudyFiles) -> Options:
    """Draw what can be chosen for these files."""
    # Other files offer other values: their widgets are others, too.
    mark = f"_{files.gold.sha256[:8]}{files.verdicts.sha256[:8]}"
    known = FIRST_JUDGE in choices.judges
    columns = st.columns(3)
    with columns[0]:
        judge = st.selectbox(
            t("study.judge"),
            choices.judges,
            index=choices.judges.index(FIRST_JUDGE) if known else 0,
            key=STUDY_JUDGE + mark,
            persist_state="session",
        )
    with columns[1]:
        others = [one for one in choices.judges if one != judge]
        compare = _one(
            STUDY_COMPARE + mark, t("study.compare"), others, nothing=plain("study.nobody")
        )
    with columns[2]:
        by = _several(
            STUDY_BY + mark,
            t("study.by"),
            list(choices.filters),
            default=[column for column in FIRST_BY if known and column in choices.filters],
            nothing=plain("study.no_groups"),
        )
    where = _draw_filters(choices, mark, known=known)
    more = _draw_more(choices, mark)
    return Options(
        judge=judge,
        compare=compare,
        by=tuple(by),
        where=tuple(where),
        key=more.keys,
        cluster=more.cluster,
        positive=more.positive,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _More:
    """What most studies leave as it is."""

    keys: tuple[str, ...]
    cluster: str | None
    positive: str | None


def _draw_more(choices: StudyChoices, mark: str) -> _More:
    with st.expander(t("study.more"), icon=":material/tune:"):
        columns = st.columns(3)
        with columns[0]:
            keys = _several(
                STUDY_KEY + mark,
                t("study.key"),
                choices.keys,
                default=[],
                nothing=plain("study.usual_key"),
            )
        with columns[1]:
            cluster = _one(
                STUDY_CLUSTER + mark,
                t("study.cluster"),
                choices.gold_columns,
                nothing=plain("study.no_cluster"),
            )
        with columns[2]:
            positive = _one(
                STUDY_POSITIVE + mark,
                t("study.positive"),
                choices.labels,
                nothing=plain("study.no_positive"),
            )
    return _More(keys=tuple(keys), cluster=cluster, positive=positive)


def _one(name: str, label: str, legal: Sequence[str], *, nothing: str) -> str | None:
    return st.selectbox(
        label, legal, index=None, placeholder=nothing, key=name, persist_state="session"
    )


def _draw_filters(choices: StudyChoices, mark: str, *, known: bool) -> list[str]:
    """Draw one filter per column, three in a row; give conditions COL=VALUE."""
    where = []
    names = list(choices.filters)
    for start in range(0, len(names), 3):
        for place, name in zip(st.columns(3), names[start : start + 3], strict=False):
            first = FIRST_WHERE.get(name, []) if known else []
            with place:
                values = _several(
                    f"{STUDY_WHERE}{name}{mark}",
                    t("study.where", column=name),
                    choices.filters[name],
                    default=[value for value in first if value in choices.filters[name]],
                    nothing=plain("study.all_values"),
                )
            where += [f"{name}={value}" for value in values]
    return where


def _several(
    name: str, label: str, legal: Sequence[str], *, default: list[str], nothing: str
) -> list[str]:
    values: list[str] = st.multiselect(
        label,
        legal,
        default=default,
        placeholder=nothing,
        key=name,
        wrap=True,
        persist_state="session",
    )
    return values


def describe(options: Options) -> str:
    """Say in one line what is shown."""
    where = ", ".join(options.where) or t("study.all_rows")
    return f"{escaped(options.judge)} · {escaped(where)}"
