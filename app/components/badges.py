"""Owns the badges that keep invented things from looking like evidence."""

import streamlit as st

from app.components.wording import t


def machine_written_badge(*, count: int | None = None, is_accepted: bool = False) -> None:
    """Mark what a machine wrote, and whether people of this workspace accepted it."""
    label, explained = t("badge.machine_written"), t("badge.machine_written_help")
    if is_accepted:
        label = t("badge.machine_written_accepted")
        explained = t("badge.machine_written_accepted_help")
    if count is not None:
        label = t("badge.machine_written_count", count=count)
    st.badge(label, icon=":material/precision_manufacturing:", color="orange", help=explained)


def human_evidence_badge(labels: int) -> None:
    """Say how many labels count as human evidence; 0 is said as plainly as any number."""
    st.badge(
        t("badge.human_evidence", count=labels),
        icon=":material/groups:",
        color="green" if labels else "gray",
        help=t("badge.human_evidence_help"),
    )


def simulated_badge() -> None:
    """Mark what no model and no person stands behind."""
    st.badge(
        t("badge.simulated"),
        icon=":material/science:",
        color="orange",
        help=t("badge.simulated_help"),
    )
