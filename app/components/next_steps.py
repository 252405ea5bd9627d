"""Owns how the things to do next are told; each leads to the page where it is done."""

import streamlit as st

from app.components.navigation import AGREEMENT, ITEMS, RELEASES, REVIEW
from app.components.wording import key, name_in, t
from app.views.overview import Overview, Step
from db.queries.status import ItemStatus

TITLES = {
    Step.REVIEW: key("step.review"),
    Step.IMPORT: key("step.import"),
    Step.FILL: key("step.fill"),
    Step.AGREEMENT: key("step.agreement"),
    Step.CUT: key("step.cut"),
}
WHERE = {
    Step.REVIEW: (REVIEW, key("step.review_go")),
    Step.IMPORT: (ITEMS, key("step.import_go")),
    Step.FILL: (ITEMS, key("step.fill_go")),
    Step.AGREEMENT: (AGREEMENT, key("step.agreement_go")),
    Step.CUT: (RELEASES, key("step.cut_go")),
}


def draw_next_steps(
    overview: Overview, language_id: str | None, *, reviews: bool, leads_all: bool
) -> None:
    """Draw the steps in their order; without any, say that nothing is open.

    Args:
        overview: The workspace at a glance.
        language_id: Whose cells are looked at; None for all.
        reviews: Whether the person may review.
        leads_all: Whether they may import, and cut a release.
    """
    if not overview.steps:
        st.caption(t("step.none"))
    closed = set() if reviews else {Step.REVIEW}
    closed |= set() if leads_all else {Step.IMPORT, Step.CUT}
    for step in overview.steps:
        if step in closed:
            continue
        page, go = WHERE[step]
        with st.container(border=True, gap="xsmall"):
            st.markdown(
                t(
                    TITLES[step],
                    unreleased=overview.totals.unreleased,
                    count=overview.by_status.get(ItemStatus.IN_REVIEW, 0),
                )
                if step is not Step.FILL
                else _emptiest(overview, language_id)
            )
            st.page_link(page, label=t(go), icon=":material/arrow_forward:")


def _emptiest(overview: Overview, language_id: str | None) -> str:
    types = {named.id: name_in(named.names) for named in overview.taxonomy.types}
    domains = {named.id: name_in(named.names) for named in overview.taxonomy.domains}
    cells = [
        t(
            "step.fill_cell",
            type=types[cell.type_id],
            domain=domains[cell.domain_id],
            missing=cell.missing,
        )
        for cell in overview.emptiest(language_id)
        if cell.domain_id is not None
    ]
    return "\n".join([t(TITLES[Step.FILL]), "", *(f"- {cell}" for cell in cells)])
