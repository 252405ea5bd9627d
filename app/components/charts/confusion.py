"""Owns the confusion heat map: gold label by verdict, with counts."""

import altair as alt
import pandas as pd

from app.components.wording import number, plain
from app.views.agreement import ConfusionCell

HUE = "#0b6e69"
MOST_OPAQUE = 0.55
CELL_HEIGHT = 62
HEAD_HEIGHT = 74


def confusion_chart(cells: tuple[ConfusionCell, ...]) -> alt.LayerChart | alt.FacetChart:
    """Draw the counts; agreement is framed, a fuller cell is stronger."""
    most = max(1, *(cell.count for cell in cells))
    unscored = plain("figure.unscored")
    frame = pd.DataFrame(
        [
            {
                "gold": cell.gold,
                "verdict": unscored if cell.verdict is None else cell.verdict,
                "count": cell.count,
                "shown": number(cell.count),
                "strength": MOST_OPAQUE * cell.count / most,
                "agrees": cell.gold == cell.verdict,
            }
            for cell in cells
        ]
    )
    verdicts = list(dict.fromkeys(frame["verdict"]))
    base = alt.Chart(frame).encode(
        x=alt.X(
            "verdict:N",
            sort=verdicts,
            axis=alt.Axis(
                title=plain("figure.verdict"), orient="top", labelAngle=0, ticks=False, domain=False
            ),
        ),
        y=alt.Y("gold:N", axis=alt.Axis(title=plain("figure.gold"), ticks=False, domain=False)),
        tooltip=[
            alt.Tooltip("gold:N", title=plain("figure.gold")),
            alt.Tooltip("verdict:N", title=plain("figure.verdict")),
            alt.Tooltip("count:Q", title=plain("figure.count")),
        ],
    )
    fills = base.mark_rect(fill=HUE, stroke="currentColor", cornerRadius=3).encode(
        fillOpacity=alt.FillOpacity("strength:Q", scale=None, legend=None),
        strokeWidth=alt.condition("datum.agrees", alt.value(2), alt.value(0.6)),
        strokeOpacity=alt.condition("datum.agrees", alt.value(0.75), alt.value(0.3)),
    )
    words = base.mark_text(fontSize=16, color="currentColor").encode(text="shown:N")
    return alt.layer(fills, words).properties(
        height=CELL_HEIGHT * frame["gold"].nunique() + HEAD_HEIGHT
    )
