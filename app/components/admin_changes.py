"""Owns how the changes about one person are told: who did what when, from what to what."""

from typing import Final

import streamlit as st

from app.components.admin_words import said
from app.components.markdown import escaped
from app.components.wording import key, moment, plain, t
from app.views.admin import Change
from app.views.naming import Taxonomy

ACTIONS: Final = {
    "annotator.create": key("admin.was_added"),
    "annotator.describe": key("admin.was_described"),
    "annotator.withdraw": key("admin.has_left"),
    "annotator.blank_texts": key("admin.was_blanked"),
    "role.grant": key("admin.was_granted"),
    "role.revoke": key("admin.was_revoked"),
}
PARTS: Final = {
    "languages": key("admin.languages"),
    "domains": key("admin.domains"),
    "daily_cap": key("admin.daily_cap"),
    "background": key("admin.background"),
}


def draw_changes(changes: tuple[Change, ...], taxonomy: Taxonomy) -> None:
    """Draw one line per event, newest first, with what changed below it."""
    for change in changes:
        told = ACTIONS.get(change.action)
        roles = [
            *(f"+ {said(held, taxonomy)}" for held in change.gained),
            *(f"\N{MINUS SIGN} {said(held, taxonomy)}" for held in change.lost),
        ]
        known = [
            f"{plain(PARTS[name])}: {_shown(change.before.get(name))} \N{RIGHTWARDS ARROW} "
            f"{_shown(value)}"
            for name, value in change.after.items()
        ]
        with st.container(gap=None):
            st.markdown(f"**{t(told) if told else escaped(change.action)}**")
            for line in (*roles, *known):
                st.text(line)
            st.caption(t("history.line", at=moment(change.at), actor=change.actor, seq=change.seq))


def _shown(value: str | None) -> str:
    return value or plain("admin.nothing")
