"""Owns the budget of a day on screen: what was used of it, and the field that changes it."""

from decimal import Decimal
from typing import Final

import streamlit as st

from app.components.models_gestures import actor, told
from app.components.runs_words import money, percent
from app.components.wording import plain, t
from app.views.models import ModelsView
from calibration.runs.entering import set_day_cap

MICRO: Final = 1_000_000


def draw_budget(view: ModelsView, *, annotator_id: str) -> None:
    """Draw the day's budget of the workspace."""
    cap, used = view.day_cap_micro, view.today_micro
    if cap is None:
        st.markdown(t("models.day_no_cap", used=money(used)))
    else:
        share = used / cap if cap else 1.0
        st.progress(
            min(1.0, share),
            text=t("models.day_used", used=money(used), cap=money(cap), share=percent(share)),
        )
        if share >= 0.8:
            st.warning(t("models.day_near"), icon=":material/warning:")
    field = f"models_day_cap_{cap}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            t("models.day_cap"),
            min_value=0.0,
            max_value=1_000_000.0,
            value=None if cap is None else cap / MICRO,
            step=1.0,
            format="%.2f",
            placeholder=plain("models.no_cap"),
            help=t("models.day_cap_help"),
            key=field,
            width=320,
        )
        st.button(
            t("models.day_save"),
            icon=":material/save:",
            key="models_day_save",
            on_click=_save,
            args=(field, annotator_id),
        )


def _save(field: str, annotator_id: str) -> None:
    def gesture() -> str:
        typed = st.session_state[field]
        cap = None if typed is None else int(Decimal(str(typed)) * MICRO)
        if not set_day_cap(actor(annotator_id), cap):
            return t("models.unchanged")
        if cap is None:
            return t("models.day_lifted")
        return t("models.day_saved", cap=money(cap))

    told(gesture)
