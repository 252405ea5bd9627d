"""Owns the planner on screen: how many labels a target takes, and how sure that is."""

import altair as alt
import streamlit as st

from app.components.charts.drawing import draw_chart
from app.components.charts.power import power_chart
from app.components.header import draw_refusal
from app.components.study_cache import curve
from app.components.wording import plain, t
from calibration.agreement.planner import MOST_LABELS, LabelPlan, plan_labels
from calibration.agreement.report_document import percent
from db.errors import GainsayError

TARGETS = (0.90, 0.95, 0.97, 0.98, 0.99)
POWERS = (0.8, 0.9, 0.95)


def draw_planner() -> None:
    """Draw the planner: three choices, one sentence, one curve."""
    st.markdown(t("plan.explained"))
    columns = st.columns(3)
    target = columns[0].selectbox(
        t("plan.target"), TARGETS, index=1, format_func=percent, key="plan_target"
    )
    true_accuracy = (
        columns[1].number_input(
            t("plan.true_accuracy"),
            min_value=50.0,
            max_value=99.9,
            value=98.0,
            step=0.5,
            format="%.1f",
            key="plan_true_accuracy",
        )
        / 100
    )
    power = columns[2].selectbox(t("plan.power"), POWERS, format_func=percent, key="plan_power")
    try:
        plan = plan_labels(target, round(true_accuracy, 4), power)
    except GainsayError as error:
        draw_refusal(error)
        return
    st.markdown(
        t(
            "plan.said",
            target=percent(target),
            true=percent(true_accuracy),
            power=percent(power),
            labels=plan.labels,
            stable=plan.labels_stable,
            errors=plan.errors_allowed,
        )
    )
    most = min(MOST_LABELS, max(60, round(plan.labels_stable * 1.35)))
    draw_chart(
        _chart,
        target,
        round(true_accuracy, 4),
        most,
        plan,
        key="plan_curve",
        alt=plain("plan.alt"),
    )
    st.caption(t("plan.caveat"))


def _chart(
    target: float, true_accuracy: float, most: int, plan: LabelPlan
) -> alt.LayerChart | alt.FacetChart:
    return power_chart(curve(target, true_accuracy, most), plan)
