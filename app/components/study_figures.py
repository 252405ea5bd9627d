"""Owns the figures of a study: the headline, the plots and the tables, each with n and interval."""

import streamlit as st

from app.components import figures
from app.components.charts.confusion import confusion_chart
from app.components.charts.drawing import draw_chart
from app.components.charts.intervals import interval_chart
from app.components.study_controls import describe
from app.components.study_standing import draw_standing
from app.components.wording import key, number, plain, t
from app.views.agreement import confusion_cells, group_rows
from calibration.agreement.estimate import Estimate
from calibration.agreement.report_document import percent
from calibration.agreement.retrospective import Retrospective, estimates
from calibration.agreement.standing import Kind

STATISTICS = {
    "accuracy": key("figure.accuracy"),
    "exact": key("figure.exact"),
    "counted_wrong": key("figure.counted_wrong"),
    "lower_one_sided": key("figure.lower_one_sided"),
    "kappa": key("figure.kappa"),
    "ac1": key("figure.ac1"),
    "alpha": key("figure.alpha"),
    "mcc": key("figure.mcc"),
    "tpr": key("figure.tpr"),
    "tnr": key("figure.tnr"),
}
RATES = ("tpr", "tnr")
METHODS = {
    "Wilson": key("method.wilson"),
    "exact (Clopper-Pearson)": key("method.exact"),
    "cluster bootstrap": key("method.bootstrap"),
    "Korn-Graubard": key("method.korn_graubard"),
}
COEFFICIENTS = ("kappa", "ac1", "alpha", "mcc")


def draw_headline(result: Retrospective) -> None:
    """Draw the accuracy with its interval and n, and what the figures are not."""
    one = result.study.whole.summary
    counts = one.counts
    with st.container(border=True, key="study_headline"):
        st.caption(describe(result.study.options))
        with st.container(horizontal=True, vertical_alignment="center", gap="large"):
            st.metric(t("figure.accuracy"), figures.share(one.accuracy), width="content")
            people = result.standing.kind is Kind.RETROSPECTIVE
            told = key("headline.interval") if people else key("headline.interval_labels")
            st.markdown(
                t(
                    told,
                    interval=figures.share_interval(one.accuracy),
                    right=counts.right,
                    scored=counts.scored,
                    n=counts.n,
                    unscored=counts.unscored,
                ),
                width="content",
            )
        if one.accuracy.reason:
            st.caption(t("figure.because", reason=one.accuracy.reason))
        draw_standing(result.standing)


def draw_figures(result: Retrospective) -> None:
    """Draw intervals, confusion and every statistic."""
    left, right = st.columns([7, 4], gap="large")
    with left:
        st.subheader(t("figure.intervals_heading"), anchor=False)
        draw_chart(
            interval_chart, group_rows(result), key="study_intervals", alt=t("figure.intervals_alt")
        )
    with right:
        st.subheader(t("figure.confusion_heading"), anchor=False)
        draw_chart(
            confusion_chart,
            confusion_cells(result),
            key="study_confusion",
            alt=t("figure.confusion_alt"),
        )
        st.caption(t("figure.confusion_explained"))
    st.subheader(t("figure.all_heading"), anchor=False)
    _draw_statistics(result)


def draw_groups(result: Retrospective) -> None:
    """Draw the table of groups."""
    if not result.study.by:
        st.caption(t("figure.no_groups"))
        return
    gold = result.study.ground.gold
    alone = [column for column in result.study.options.by if column not in gold]
    if alone:
        st.caption(t("figure.groups_of_verdicts", columns=", ".join(alone)))
    st.dataframe(
        [
            {
                plain("figure.group"): row.name or plain("figure.all"),
                "n": row.n,
                plain("figure.right"): row.right,
                plain("figure.unscored"): row.unscored,
                plain("figure.accuracy_short"): figures.share(row.accuracy),
                plain("figure.interval"): figures.share_interval(row.accuracy),
                plain("figure.counted_wrong_short"): figures.share(row.counted_wrong),
                plain("figure.kappa"): figures.coefficient(row.kappa),
                plain("figure.ac1"): figures.coefficient(row.ac1),
            }
            for row in group_rows(result)
        ],
        hide_index=True,
        key="study_groups",
        height="content",
        column_config={
            plain("figure.counted_wrong_short"): st.column_config.TextColumn(
                help=plain("figure.counted_wrong")
            )
        },
        alt=plain("figure.groups_alt"),
    )


def draw_comparison(result: Retrospective) -> None:
    """Draw how the second judge differs."""
    versus = result.study.whole.versus
    if versus is None:
        st.caption(t("compare.none"))
        return
    found, first = versus.comparison, result.study.whole.summary
    st.markdown(
        t(
            "compare.said",
            second=versus.judge,
            first=first.judge,
            difference=figures.points(found.difference),
            interval=figures.points_interval(found.difference),
            n=found.n,
        )
    )
    with st.container(horizontal=True):
        st.metric(t("compare.only_first"), number(found.only_first_right), border=True)
        st.metric(t("compare.only_second"), number(found.only_second_right), border=True)
        st.metric(t("compare.mcnemar"), f"p = {found.mcnemar_p:.4g}", border=True)
        st.metric(t("compare.sign_flip"), f"p = {found.sign_flip_p:.4g}", border=True)
    st.caption(t("compare.explained"))


def _draw_statistics(result: Retrospective) -> None:
    one = result.study.whole.summary
    st.dataframe(
        [_line(name, estimate) for name, estimate in estimates(one).items()],
        hide_index=True,
        key="study_statistics",
        height="content",
        column_config={
            plain("figure.statistic"): st.column_config.TextColumn(width=310),
            plain("figure.estimate"): st.column_config.TextColumn(width=90),
            plain("figure.interval"): st.column_config.TextColumn(width=140),
            "n": st.column_config.NumberColumn(width=60),
            plain("figure.method"): st.column_config.TextColumn(width=400),
        },
        alt=plain("figure.all_alt"),
    )
    st.caption(t("figure.prevalence_explained"))


def _line(name: str, estimate: Estimate) -> dict[str, object]:
    in_points = name in COEFFICIENTS
    told = figures.coefficient if in_points else figures.share
    interval = figures.coefficient_interval if in_points else figures.share_interval
    label = (
        plain(STATISTICS[name])
        if name in STATISTICS
        else plain("figure.prevalence", label=name.removeprefix("prevalence of "))
    )
    one_sided = name == "lower_one_sided" and estimate.low is not None
    return {
        plain("figure.statistic"): label,
        plain("figure.estimate"): told(estimate),
        plain("figure.interval"): plain("figure.at_least", low=percent(estimate.low or 0.0))
        if one_sided
        else interval(estimate),
        "n": estimate.n,
        plain("figure.method"): method(name, estimate),
    }


def method(name: str, estimate: Estimate) -> str:
    """Say how an interval was made, or why there is none."""
    if estimate.reason:
        unnamed = name in RATES and not estimate.n
        reason = plain("figure.needs_positive") if unnamed else estimate.reason
        return plain("figure.because", reason=reason)
    for start, told in METHODS.items():
        if estimate.method.startswith(start):
            return plain(told)
    return estimate.method
