"""Owns the interval plot: accuracy per group, with its interval, and unscored counted wrong."""

import altair as alt
import pandas as pd

from app.components.figures import share, share_interval
from app.components.wording import plain
from app.views.agreement import GroupRow
from calibration.agreement.estimate import Estimate

ROW_HEIGHT = 54
HEAD_HEIGHT = 96


def interval_chart(rows: tuple[GroupRow, ...]) -> alt.LayerChart | alt.FacetChart:
    """Draw a line from low to high and a point at the estimate, two per row."""
    frame = _frame(rows)
    kinds = [plain("figure.accuracy"), plain("figure.counted_wrong")]
    base = _base(frame, kinds)
    scale = alt.Scale(domain=[_lowest(rows), 1.0], nice=False)
    axis = alt.Axis(title=plain("figure.share_axis"), format=".0%", grid=True, tickCount=6)
    lines = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )
    at = alt.X("estimate:Q", scale=scale)
    dots = base.mark_point(filled=True, size=85, opacity=1).encode(x=at)
    # One above its line and one below: the two lie close together.
    words = [
        base.transform_filter(alt.datum.kind == kind)
        .mark_text(align="center", dy=dy, fontSize=11)
        .encode(x=at, text="shown:N")
        for kind, dy in zip(kinds, (-10, 12), strict=True)
    ]
    height = ROW_HEIGHT * len(rows) + HEAD_HEIGHT
    return alt.layer(lines, dots, *words).properties(height=height)


def _base(frame: pd.DataFrame, kinds: list[str]) -> alt.Chart:
    order = list(dict.fromkeys(frame["group"]))
    return alt.Chart(frame).encode(
        y=alt.Y("group:N", sort=order, axis=alt.Axis(title=None, labelLimit=260, ticks=False)),
        yOffset=alt.YOffset(
            "kind:N", sort=kinds, scale=alt.Scale(paddingInner=0.3, paddingOuter=1)
        ),
        color=alt.Color(
            "kind:N",
            sort=kinds,
            scale=alt.Scale(domain=kinds),
            legend=alt.Legend(title=None, orient="top", labelLimit=360, symbolType="circle"),
        ),
        tooltip=[
            alt.Tooltip("group:N", title=plain("figure.group")),
            alt.Tooltip("kind:N", title=plain("figure.statistic")),
            alt.Tooltip("shown:N", title=plain("figure.estimate")),
            alt.Tooltip("interval:N", title=plain("figure.interval")),
            alt.Tooltip("right:Q", title=plain("figure.right")),
            alt.Tooltip("of:Q", title="n"),
        ],
    )


def _lowest(rows: tuple[GroupRow, ...]) -> float:
    """Give where the axis begins: a tenth below the tenth of the lowest limit."""
    limits = [one.low or 0.0 for row in rows for one in (row.accuracy, row.counted_wrong)]
    return max(0.0, (int(min(limits) * 10) - 1) / 10)


def _frame(rows: tuple[GroupRow, ...]) -> pd.DataFrame:
    lines: list[dict[str, object]] = []
    for row in rows:
        name = row.name or plain("figure.all")
        both = [
            (plain("figure.accuracy"), row.accuracy, row.scored),
            (plain("figure.counted_wrong"), row.counted_wrong, row.n),
        ]
        lines += [_line(name, kind, estimate, row.right, of) for kind, estimate, of in both]
    return pd.DataFrame(lines)


def _line(group: str, kind: str, estimate: Estimate, right: int, of: int) -> dict[str, object]:
    return {
        "group": group,
        "kind": kind,
        "estimate": estimate.estimate,
        "low": estimate.low,
        "high": estimate.high,
        "shown": share(estimate),
        "interval": share_interval(estimate),
        "right": right,
        "of": of,
    }
