"""Owns the controls of a study: which files, which judge, which rows, which groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app.components.markdown import escaped
from app.components.study_cache import bundled, uploaded
from app.components.study_link import (
    BY,
    COMPARE,
    JUDGE,
    WHERE,
    keep_link,
    linked,
    seed_source,
)
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

BUNDLED, OWN, RATERS, JUDGE_HERE, PEOPLE_HERE = "llmbar", "files", "raters", "judge", "people"
SOURCES = {
    BUNDLED: key("study.bundled"),
    OWN: key("study.own_files"),
    RATERS: key("study.raters_file"),
    JUDGE_HERE: key("study.judge_here"),
    PEOPLE_HERE: key("study.people_here"),
}
ENDINGS = ["csv", "gz", "jsonl", "parquet"]
# What the study opens with: the judge, order and groups of the paper's own first figure.
FIRST = {JUDGE: ["GPT-4/Vanilla"], WHERE: ["order=original"], BY: ["subset"]}


def draw_source() -> str:
    """Draw the choice of where labels come from."""
    seed_source(list(SOURCES), first=BUNDLED)
    source = st.segmented_control(
        t("study.source"),
        list(SOURCES),
        format_func=lambda one: t(SOURCES[one]),
        required=True,
        key=STUDY_SOURCE,
        persist_state="session",
    )
    return source or BUNDLED


def draw_files(source: str) -> StudyFiles | None:
    """Draw the two files of a judge's study; None until both are there."""
    if source == BUNDLED:
        st.caption(t("study.bundled_explained"))
        return bundled()
    keep_link(source)
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
    first = _first_choices(choices, files)
    columns = st.columns(3)
    with columns[0]:
        judge = st.selectbox(
            t("study.judge"),
            choices.judges,
            index=choices.judges.index(first[JUDGE][0]) if first[JUDGE] else 0,
            key=STUDY_JUDGE + mark,
            persist_state="session",
        )
    with columns[1]:
        others = [one for one in choices.judges if one != judge]
        compare = choose_one(
            STUDY_COMPARE + mark,
            t("study.compare"),
            others,
            nothing=plain("study.nobody"),
            first=next((one for one in first[COMPARE] if one in others), None),
        )
    with columns[2]:
        by = choose_several(
            STUDY_BY + mark,
            t("study.by"),
            list(choices.filters),
            default=first[BY],
            nothing=plain("study.no_groups"),
        )
    where = draw_filters(choices.filters, mark, first=first[WHERE])
    more = _draw_more(choices, mark)
    if files is bundled():
        keep_link(BUNDLED, judge=[judge], compare=[compare] if compare else [], by=by, where=where)
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
            keys = choose_several(
                STUDY_KEY + mark,
                t("study.key"),
                choices.keys,
                default=[],
                nothing=plain("study.usual_key"),
            )
        with columns[1]:
            cluster = choose_one(
                STUDY_CLUSTER + mark,
                t("study.cluster"),
                choices.gold_columns,
                nothing=plain("study.no_cluster"),
            )
        with columns[2]:
            positive = choose_one(
                STUDY_POSITIVE + mark,
                t("study.positive"),
                choices.labels,
                nothing=plain("study.no_positive"),
            )
    return _More(keys=tuple(keys), cluster=cluster, positive=positive)


def choose_one(
    name: str, label: str, legal: Sequence[str], *, nothing: str, first: str | None = None
) -> str | None:
    """Draw a box with at most one choice."""
    return st.selectbox(
        label,
        legal,
        index=None if first is None else list(legal).index(first),
        placeholder=nothing,
        key=name,
        persist_state="session",
    )


def draw_filters(
    filters: Mapping[str, Sequence[str]], mark: str, *, first: Sequence[str]
) -> list[str]:
    """Draw one filter per column, three in a row; give conditions COL=VALUE."""
    where = []
    names = list(filters)
    for start in range(0, len(names), 3):
        for place, name in zip(st.columns(3), names[start : start + 3], strict=False):
            with place:
                values = choose_several(
                    f"{STUDY_WHERE}{name}{mark}",
                    t("study.where", column=name),
                    filters[name],
                    default=[value for value in filters[name] if f"{name}={value}" in first],
                    nothing=plain("study.all_values"),
                )
            where += [f"{name}={value}" for value in values]
    return where


def choose_several(
    name: str, label: str, legal: Sequence[str], *, default: list[str], nothing: str
) -> list[str]:
    """Draw a box with any number of choices."""
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


def _first_choices(choices: StudyChoices, files: StudyFiles) -> dict[str, list[str]]:
    """Give what the boxes open with: the link's choices, else those of the paper's figure."""
    legal: dict[str, Sequence[str]] = {
        JUDGE: choices.judges,
        COMPARE: choices.judges,
        BY: list(choices.filters),
        WHERE: [f"{name}={value}" for name, values in choices.filters.items() for value in values],
    }
    usual = FIRST if FIRST[JUDGE][0] in choices.judges else {}
    if files is bundled():
        return {
            name: linked(name, values, otherwise=usual.get(name, []))
            for name, values in legal.items()
        }
    return {
        name: [value for value in usual.get(name, []) if value in values]
        for name, values in legal.items()
    }


def describe(options: Options) -> str:
    """Say in one line what is shown."""
    where = ", ".join(options.where) or t("study.all_rows")
    return f"{escaped(options.judge)} · {escaped(where)}"
