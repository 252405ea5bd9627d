"""Owns the heat map of type x domain: how much of each cell's target is reached.

Fills are one hue at growing opacity, a darker one when reached, and texts take the page's own
colour, so that the map reads the same on a light and on a dark page and changes with it.
"""

import altair as alt
import pandas as pd

from app.components.wording import name_in, plain
from app.views.naming import Taxonomy
from app.views.overview import GridCell

FILLS = (
    *(f"rgba(26, 160, 150, {opacity})" for opacity in (0, 0.18, 0.32, 0.46)),
    "rgba(12, 128, 121, 1)",
)
ON_FULL = "#ffffff"
PAGE_TEXT = "currentColor"
ROW_HEIGHT = 34
# What stands above and below the rows: the slanted names of the domains, the legend.
HEAD_HEIGHT = 170


def coverage_chart(
    cells: tuple[GridCell, ...], taxonomy: Taxonomy
) -> alt.LayerChart | alt.FacetChart:
    """Draw the grid; every cell says how many items it has and how many it should get."""
    classes = _classes()
    base = _base(_frame(cells, taxonomy, classes), cells, taxonomy)
    fills = base.mark_rect(
        stroke=PAGE_TEXT, strokeOpacity=0.16, strokeWidth=1, cornerRadius=3
    ).encode(
        fill=alt.Fill(
            "reached:N",
            sort=classes,
            scale=alt.Scale(domain=classes, range=list(FILLS)),
            legend=_legend(),
        )
    )
    words = base.mark_text(fontSize=10.5, baseline="middle").encode(
        text="shown:N",
        color=alt.condition(
            alt.datum.reached == classes[-1], alt.value(ON_FULL), alt.value(PAGE_TEXT)
        ),
        opacity=alt.condition("datum.items > 0", alt.value(1.0), alt.value(0.62)),
    )
    height = ROW_HEIGHT * len(taxonomy.types) + HEAD_HEIGHT
    return alt.layer(fills, words).properties(height=height)


def _base(frame: pd.DataFrame, cells: tuple[GridCell, ...], taxonomy: Taxonomy) -> alt.Chart:
    types = [name_in(named.names) for named in taxonomy.types]
    domains = [name_in(named.names) for named in taxonomy.domains]
    if any(cell.domain_id is None for cell in cells):
        domains.append(plain("domain.unassigned"))
    across = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        orient="top",
        labelAngle=-42,
        labelLimit=170,
        labelPadding=4,
        labelOverlap=False,
    )
    down = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        labelLimit=250,
        labelBaseline="middle",
        labelPadding=8,
    )
    return alt.Chart(frame).encode(
        x=alt.X("domain:N", sort=domains, scale=alt.Scale(domain=domains), axis=across),
        y=alt.Y("type:N", sort=types, axis=down),
        tooltip=[
            alt.Tooltip("type:N", title=plain("grid.type")),
            alt.Tooltip("domain:N", title=plain("grid.domain")),
            alt.Tooltip("items:Q", title=plain("grid.items")),
            alt.Tooltip("target:Q", title=plain("grid.target")),
            alt.Tooltip("missing:Q", title=plain("grid.missing")),
        ],
    )


def _legend() -> alt.Legend:
    return alt.Legend(
        title=plain("grid.legend"),
        orient="bottom",
        direction="horizontal",
        titleOrient="top",
        titleLimit=400,
        labelLimit=220,
        symbolType="square",
        symbolStrokeColor="#7f8c90",
        symbolSize=170,
        symbolStrokeWidth=1,
        columnPadding=18,
    )


def _classes() -> list[str]:
    return [
        plain("grid.reached_none"),
        plain("grid.reached_third"),
        plain("grid.reached_two_thirds"),
        plain("grid.reached_most"),
        plain("grid.reached_all"),
    ]


def _class_of(cell: GridCell, classes: list[str]) -> str:
    if cell.items == 0:
        return classes[0]
    if cell.items >= cell.target:
        return classes[4]
    share = cell.items / cell.target
    return classes[1] if share <= 1 / 3 else classes[2] if share <= 2 / 3 else classes[3]


def _frame(cells: tuple[GridCell, ...], taxonomy: Taxonomy, classes: list[str]) -> pd.DataFrame:
    types = {named.id: name_in(named.names) for named in taxonomy.types}
    domains: dict[str | None, str] = {named.id: name_in(named.names) for named in taxonomy.domains}
    return pd.DataFrame(
        [
            {
                "type": types[cell.type_id],
                "domain": domains.get(cell.domain_id, plain("domain.unassigned")),
                "items": cell.items,
                "target": cell.target,
                "missing": cell.missing,
                "shown": f"{cell.items}/{cell.target}" if cell.target else str(cell.items or "·"),
                "reached": _class_of(cell, classes),
            }
            for cell in cells
        ],
        columns=["type", "domain", "items", "target", "missing", "shown", "reached"],
    )
