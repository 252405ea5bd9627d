"""Owns the badges that keep invented things from looking like evidence."""

import streamlit as st

from app.components.wording import t


def machine_written_badge(*, count: int | None = None, is_accepted: bool = False) -> None:
    """Mark what a machine wrote, reviewed by people of this workspace or not."""
    label = t("badge.machine_written_accepted" if is_accepted else "badge.machine_written")
    explained = (
        "badge.machine_written_accepted_help" if is_accepted else "badge.machine_written_help"
    )
    st.badge(
        label if count is None else t("badge.machine_written_count", count=count),
        icon=":material/precision_manufacturing:",
        color="orange",
        help=t(explained),
    )


def human_evidence_badge(labels: int) -> None:
    """Say how many labels count as human evidence; 0 is said as plainly as any number."""
    st.badge(
        t("badge.human_evidence", count=labels),
        icon=":material/groups:",
        color="green" if labels else "gray",
        help=t("badge.human_evidence_help"),
    )
