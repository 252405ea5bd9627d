"""Owns the planner's curve: how probably n labels show a target; a saw-tooth by nature."""

import altair as alt
import pandas as pd

from app.components.wording import plain
from calibration.agreement.planner import LabelPlan

HEIGHT = 300


def power_chart(curve: pd.DataFrame, plan: LabelPlan) -> alt.LayerChart | alt.FacetChart:
    """Draw the curve, the power asked for, and the two numbers of labels that answer."""
    scale = alt.Scale(domain=[0, 1])
    line = (
        alt.Chart(curve)
        .mark_line(strokeWidth=1.6, interpolate="step-after")
        .encode(
            x=alt.X("labels:Q", axis=alt.Axis(title=plain("plan.labels_axis"), grid=False)),
            y=alt.Y(
                "power:Q", scale=scale, axis=alt.Axis(title=plain("plan.power_axis"), format=".0%")
            ),
            tooltip=[
                alt.Tooltip("labels:Q", title=plain("plan.labels_axis"), format=","),
                alt.Tooltip("power:Q", title=plain("plan.power_axis"), format=".1%"),
                alt.Tooltip("errors_allowed:Q", title=plain("plan.errors_axis")),
            ],
        )
    )
    asked = (
        alt.Chart(pd.DataFrame([{"power": plan.power}]))
        .mark_rule(strokeDash=[4, 4], color="currentColor", opacity=0.6)
        .encode(y=alt.Y("power:Q", scale=scale))
    )
    answers = pd.DataFrame(
        [
            {"labels": plan.labels, "said": plain("plan.first", n=plan.labels), "at": 0.16},
            {
                "labels": plan.labels_stable,
                "said": plain("plan.stable", n=plan.labels_stable),
                "at": 0.06,
            },
        ]
    )
    marks = alt.Chart(answers).mark_rule(color="currentColor", opacity=0.8).encode(x="labels:Q")
    words = (
        alt.Chart(answers)
        .mark_text(align="left", dx=6, color="currentColor", fontSize=12)
        .encode(x="labels:Q", y=alt.Y("at:Q", scale=scale), text="said:N")
    )
    return alt.layer(line, asked, marks, words).properties(height=HEIGHT)
