"""Owns several raters on the page: the file's controls, the headline, the map, the tables."""

import pandas as pd
import streamlit as st

from app.components import figures
from app.components.charts.drawing import draw_chart
from app.components.charts.raters import rater_chart
from app.components.kept_tabs import draw_tabs
from app.components.study_cache import choices_of_raters, uploaded
from app.components.study_controls import ENDINGS, RATERS, choose_one, choose_several, draw_filters
from app.components.study_figures import method
from app.components.study_link import keep_link
from app.components.study_report import draw_downloads
from app.components.study_standing import draw_standing
from app.components.wording import beside, key, number, plain, t, tn
from app.state import (
    RATERS_TAB,
    STUDY_BY,
    STUDY_CLUSTER,
    STUDY_KEY,
    STUDY_LEVEL,
    STUDY_RATER,
)
from app.views.raters import pair_cells
from calibration.agreement.estimate import Estimate
from calibration.agreement.raters.level import Level
from calibration.agreement.raters.retrospective import RaterRetrospective, rater_estimates
from calibration.agreement.raters.study import RaterOptions, RaterPart, RatingCounts
from calibration.agreement.report_document import conditions_text
from db.intake import Table

LEVELS = {
    Level.NOMINAL: key("raters.nominal"),
    Level.ORDINAL: key("raters.ordinal"),
    Level.INTERVAL: key("raters.interval_level"),
}
STATISTICS = {
    "percent": key("raters.percent"),
    "fleiss": key("raters.fleiss"),
    "ac1": key("figure.ac1"),
    "alpha": key("figure.alpha"),
}
SHARES = ("percent",)


def draw_ratings_file() -> Table | None:
    """Draw the file of several raters; None until it is there."""
    keep_link(RATERS)
    st.caption(t("raters.explained"))
    file = st.file_uploader(t("raters.file"), type=ENDINGS, key="study_ratings")
    return None if file is None else uploaded(file.name, file.getvalue(), what="labels")


def draw_rater_options(labels: Table) -> RaterOptions:
    """Draw what can be chosen for a file of several raters."""
    choices, mark = choices_of_raters(labels), f"_{labels.sha256[:8]}"
    left, right = st.columns(2)
    with left:
        level = st.selectbox(
            t("raters.level"),
            list(LEVELS),
            format_func=lambda one: plain(LEVELS[one]),
            key=STUDY_LEVEL + mark,
            persist_state="session",
        )
    with right:
        by = choose_several(
            STUDY_BY + mark,
            t("study.by"),
            list(choices.filters),
            default=[],
            nothing=plain("study.no_groups"),
        )
    where = draw_filters(choices.filters, mark, first=[])
    usual = plain("study.usual_key")
    with st.expander(t("raters.more"), icon=":material/tune:"):
        columns = st.columns(3)
        with columns[0]:
            keys = choose_several(
                STUDY_KEY + mark, t("study.key"), choices.columns, default=[], nothing=usual
            )
        with columns[1]:
            rater = choose_one(
                STUDY_RATER + mark, t("raters.rater_column"), choices.columns, nothing=usual
            )
        with columns[2]:
            cluster = choose_one(
                STUDY_CLUSTER + mark,
                t("study.cluster"),
                choices.columns,
                nothing=plain("study.no_cluster"),
            )
    return RaterOptions(
        where=tuple(where),
        by=tuple(by),
        key=tuple(keys),
        rater=rater,
        cluster=cluster,
        level=Level(level),
    )


def draw_raters(result: RaterRetrospective) -> None:
    """Draw everything about several raters."""
    _draw_headline(result)
    shown, pairs, groups, differing, reports = draw_tabs(
        RATERS_TAB,
        {
            "figures": t("study.figures"),
            "pairs": t("raters.pairs"),
            "groups": t("study.groups"),
            "differing": t("study.disagreements"),
            "report": t("study.report"),
        },
    )
    with shown:
        _draw_figures(result)
    with pairs:
        _draw_pairs(result)
    with groups:
        _draw_groups(result)
    with differing:
        _draw_differing(result)
    with reports:
        draw_downloads(result, name="raters")


def _draw_headline(result: RaterRetrospective) -> None:
    whole = result.study.whole
    alpha = rater_estimates(whole)["alpha"]
    with st.container(border=True, key="raters_headline"):
        with st.container(horizontal=True, vertical_alignment="center", gap="large"):
            label = beside(t("figure.alpha"), t(LEVELS[result.study.options.level]))
            st.metric(label, figures.coefficient(alpha), width="content")
            st.markdown(
                t(
                    "raters.headline",
                    interval=figures.coefficient_interval(alpha),
                    n=alpha.n,
                    raters=len(whole.raters),
                    differing=whole.differing,
                ),
                width="content",
            )
        if alpha.reason:
            st.caption(t("figure.because", reason=alpha.reason))
        counts = whole.counts
        st.caption(
            t(
                "raters.counted",
                units=whole.units,
                once=whole.rated_once,
                none=whole.undecided,
                decided=counts.decided,
                cannot_tell=counts.cannot_tell,
                empty=counts.empty,
                absent=counts.absent,
            )
        )
        draw_standing(result.standing)


def _draw_figures(result: RaterRetrospective) -> None:
    whole = result.study.whole
    st.dataframe(
        [_line(name, one) for name, one in rater_estimates(whole).items()],
        hide_index=True,
        key="raters_statistics",
        height="content",
        alt=plain("figure.all_alt"),
    )
    fewest, most = whole.figures.fewest, whole.figures.most
    if fewest != most:
        st.caption(t("raters.uneven", fewest=fewest, most=most))
    st.caption(_q_text(whole))
    st.subheader(t("raters.each"), anchor=False)
    st.dataframe(
        [_rater_line(rater, counts) for rater, counts in whole.raters.items()],
        hide_index=True,
        key="raters_each",
        height="content",
        alt=plain("raters.each"),
    )


def _line(name: str, one: Estimate) -> dict[str, object]:
    label = (
        plain(STATISTICS[name])
        if name in STATISTICS
        else plain("raters.prevalence", label=name.removeprefix("prevalence of "))
    )
    as_share = name in SHARES or name not in STATISTICS
    told = figures.share if as_share else figures.coefficient
    interval = figures.share_interval if as_share else figures.coefficient_interval
    return {
        plain("figure.statistic"): label,
        plain("figure.estimate"): told(one),
        plain("figure.interval"): interval(one),
        "n": one.n,
        plain("figure.method"): method(name, one),
    }


def _q_text(whole: RaterPart) -> str:
    q = whole.q
    if q.q is None:
        return t("raters.q_undefined", n=q.n, reason=q.reason or "")
    if q.p is None:
        return t("raters.q_clustered", q=f"{q.q:.3f}", n=q.n, left_out=q.left_out)
    return t("raters.q", q=f"{q.q:.3f}", df=q.df or 0, p=f"{q.p:.4g}", n=q.n, left_out=q.left_out)


def _rater_line(rater: str, counts: RatingCounts) -> dict[str, object]:
    return {
        plain("raters.rater"): rater,
        plain("raters.decided"): counts.decided,
        plain("raters.cannot_tell"): counts.cannot_tell,
        plain("raters.empty"): counts.empty,
        plain("raters.absent"): counts.absent,
    }


def _draw_pairs(result: RaterRetrospective) -> None:
    cells = pair_cells(result)
    if not cells:
        st.caption(t("raters.alone"))
        return
    st.caption(t("raters.map_explained"))
    draw_chart(rater_chart, cells, key="raters_map", alt=t("raters.map_alt"))
    st.dataframe(
        [
            {
                plain("raters.rater"): pair.first,
                plain("raters.other"): pair.second,
                "n": pair.n,
                plain("raters.equal"): pair.equal,
                plain("figure.kappa"): figures.coefficient(pair.kappa),
                plain("figure.interval"): figures.coefficient_interval(pair.kappa),
                plain("raters.p"): figures.NOTHING if pair.p is None else f"{pair.p:.4g}",
                plain("raters.p_holm"): figures.NOTHING
                if pair.p_holm is None
                else f"{pair.p_holm:.4g}",
            }
            for pair in result.study.whole.pairs
        ],
        hide_index=True,
        key="raters_pairs",
        height="content",
        alt=plain("raters.pairs"),
    )
    st.caption(t("raters.p_explained"))


def _draw_groups(result: RaterRetrospective) -> None:
    if not result.study.by:
        st.caption(t("figure.no_groups"))
        return
    rows = []
    for part in (result.study.whole, *result.study.by):
        found = rater_estimates(part)
        rows.append(
            {
                plain("figure.group"): conditions_text(part.where) or plain("figure.all"),
                "n": part.rated_twice,
                plain("raters.differing"): part.differing,
                plain("raters.percent"): figures.share(found["percent"]),
                plain("figure.alpha"): figures.coefficient(found["alpha"]),
                plain("figure.interval"): figures.coefficient_interval(found["alpha"]),
                plain("figure.ac1"): figures.coefficient(found["ac1"]),
            }
        )
    st.dataframe(
        rows, hide_index=True, key="raters_groups", height="content", alt=plain("figure.groups_alt")
    )


def _draw_differing(result: RaterRetrospective) -> None:
    found, raters = result.study.differing, list(result.study.whole.raters)
    st.caption(tn("raters.differ", len(found)))
    if not found:
        return
    st.dataframe(
        pd.DataFrame(
            [(*one.unit, *(one.said.get(rater, "") for rater in raters)) for one in found],
            columns=[*result.study.ground.key, *(f"{rater} " for rater in raters)],
        ),
        hide_index=True,
        key="raters_differing",
        height=min(420, 38 * (len(found) + 1)),
        alt=plain("raters.differ_alt", n=number(len(found))),
    )
