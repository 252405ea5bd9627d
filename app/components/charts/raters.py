"""Owns the map of raters: kappa of every two, with the number of units both decided."""

import altair as alt
import pandas as pd

from app.components.figures import coefficient, coefficient_interval
from app.components.wording import number, plain
from app.views.raters import PairCell

HUE = "#0b6e69"
MOST_OPAQUE = 0.6
CELL_HEIGHT = 58
HEAD_HEIGHT = 70


def rater_chart(cells: tuple[PairCell, ...]) -> alt.LayerChart | alt.FacetChart:
    """Draw the map; the more two raters agree, the stronger their cell."""
    frame = pd.DataFrame(
        [
            {
                "first": cell.first,
                "second": cell.second,
                "shown": coefficient(cell.kappa),
                "of": f"n = {number(cell.n)}",
                "n": cell.n,
                "equal": cell.equal,
                "interval": coefficient_interval(cell.kappa),
                "strength": MOST_OPAQUE * max(0.0, cell.kappa.estimate or 0.0),
            }
            for cell in cells
        ]
    )
    raters = sorted(set(frame["first"]))
    base = alt.Chart(frame).encode(
        x=alt.X(
            "second:N",
            sort=raters,
            axis=alt.Axis(
                title=None, orient="top", labelAngle=0, labelLimit=140, ticks=False, domain=False
            ),
        ),
        y=alt.Y(
            "first:N",
            sort=raters,
            axis=alt.Axis(title=None, labelLimit=200, ticks=False, domain=False),
        ),
        tooltip=[
            alt.Tooltip("first:N", title=plain("raters.rater")),
            alt.Tooltip("second:N", title=plain("raters.other")),
            alt.Tooltip("shown:N", title=plain("figure.kappa")),
            alt.Tooltip("interval:N", title=plain("figure.interval")),
            alt.Tooltip("n:Q", title="n"),
            alt.Tooltip("equal:Q", title=plain("raters.equal")),
        ],
    )
    fills = base.mark_rect(
        fill=HUE, stroke="currentColor", strokeOpacity=0.3, strokeWidth=0.6, cornerRadius=3
    ).encode(fillOpacity=alt.FillOpacity("strength:Q", scale=None, legend=None))
    words = base.mark_text(fontSize=15, dy=-7, color="currentColor").encode(text="shown:N")
    counts = base.mark_text(fontSize=11, dy=11, color="currentColor").encode(text="of:N")
    return alt.layer(fills, words, counts).properties(
        height=CELL_HEIGHT * len(raters) + HEAD_HEIGHT
    )
