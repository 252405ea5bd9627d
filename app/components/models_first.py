"""Owns the offer of the first start: connect a provider, or practise with simulated models."""

from typing import Final

import streamlit as st

from app.components.badges import simulated_badge
from app.components.header import draw_refusal
from app.components.models_gestures import actor, told
from app.components.navigation import ADMIN
from app.components.wording import t, tn
from app.resources import ledger_if_there
from app.state import ADMIN_WANTED
from calibration.runs.practising import COMMAND, USUAL_ADDRESS, practise
from db.engine import reading
from db.errors import GainsayError
from db.ledger.queries.catalogue import models

MODELS: Final = "models"
ADDRESS: Final = "first_address"


def draw_first_start(*, annotator_id: str) -> None:
    """Draw both offers while no model is entered; neither starts or asks anything by itself."""
    try:
        if _has_models():
            return
    except GainsayError as error:
        # The rest of the page needs no ledger.
        draw_refusal(error)
        return
    st.subheader(t("first.heading"), anchor=False)
    st.caption(t("first.explained"))
    connect, practising = st.columns(2, gap="medium")
    with connect, st.container(border=True, height="stretch", key="first_connect"):
        st.markdown(t("first.connect"))
        st.page_link(
            ADMIN,
            label=t("first.connect_go"),
            query_params={ADMIN_WANTED: MODELS},
            icon=":material/arrow_forward:",
        )
    with practising, st.container(border=True, height="stretch", key="first_practise"):
        simulated_badge()
        st.markdown(t("first.practise"))
        st.code(COMMAND, language="bash")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                t("first.address"), value=USUAL_ADDRESS, max_chars=200, key=ADDRESS, width=230
            )
            st.button(
                t("first.practise_go"),
                icon=":material/science:",
                key="first_practise_do",
                on_click=_practise,
                args=(annotator_id,),
            )


def _has_models() -> bool:
    ledger = ledger_if_there()
    if ledger is None:
        return False
    with reading(ledger) as session:
        return bool(models(session))


def _practise(annotator_id: str) -> None:
    def gesture() -> str:
        made = practise(actor(annotator_id), st.session_state[ADDRESS].strip())
        return tn("first.practising", len(made.models), address=made.base_url)

    told(gesture)
