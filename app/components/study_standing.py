"""Owns the line that says what figures stand on; it is drawn wherever figures are."""

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import key, t
from calibration.agreement.standing import Kind, Standing

KINDS = {
    Kind.RETROSPECTIVE: key("standing.retrospective"),
    Kind.SELF_TEST: key("standing.self_test"),
    Kind.NO_HUMAN_EVIDENCE: key("standing.no_human_evidence"),
    Kind.SIMULATED: key("standing.simulated"),
}
ICONS = {
    Kind.SELF_TEST: ":material/science:",
    Kind.NO_HUMAN_EVIDENCE: ":material/person_off:",
    Kind.SIMULATED: ":material/smart_toy:",
}


def draw_standing(standing: Standing) -> None:
    """Draw what the figures stand on; a badge where it is no human evidence."""
    if standing.kind is Kind.RETROSPECTIVE:
        files = not standing.workspace
        told = t("headline.retrospective") if files else t("standing.retrospective")
        st.caption(f":material/history: {told}")
    else:
        st.badge(t(KINDS[standing.kind]), icon=ICONS[standing.kind], color="orange")
    facts = standing.workspace
    if not facts:
        return
    entered = t(
        "standing.entered", labels=_count(standing, "labels"), raters=_count(standing, "raters")
    )
    undecided = ""
    if "undecided" in facts:
        undecided = t("standing.undecided", undecided=_count(standing, "undecided"))
    left_out = t(
        "standing.left_out",
        earlier=_count(standing, "earlier_left_out"),
        demonstration=_count(standing, "demonstration_left_out"),
        simulated=_count(standing, "simulated_left_out"),
        surplus=_count(standing, "surplus_left_out"),
    )
    st.caption(f"{entered} {undecided} {left_out}")
    if standing.kind is not Kind.RETROSPECTIVE:
        st.caption(escaped(standing.note))


def _count(standing: Standing, name: str) -> int:
    value = standing.workspace.get(name, 0)
    return value if isinstance(value, int) else 0
