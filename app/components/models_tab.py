"""Owns the tab Models and budgets of the page Admin, in its order."""

from datetime import UTC, datetime

import streamlit as st

from app.components.models_budget import draw_budget
from app.components.models_form import draw_model_form
from app.components.models_providers import draw_provider_form, draw_providers
from app.components.models_table import draw_models
from app.components.models_trial import draw_trial
from app.components.wording import t
from app.resources import ledger_engine, workspace_engine
from app.settings import key_place
from app.views.models import load_models
from db.engine import reading


def draw_models_tab(*, annotator_id: str) -> None:
    """Draw providers, models, the test of a connection and the day's budget."""
    with reading(workspace_engine()) as work, reading(ledger_engine()) as ledger:
        view = load_models(work, ledger, find_place=key_place, now=datetime.now(UTC))
    st.subheader(t("models.providers"), anchor=False)
    st.caption(t("models.key_never"))
    draw_providers(view)
    with st.expander(
        t("models.provider_form"),
        icon=":material/dns:",
        key="models_provider_form",
        expanded=not view.providers,
    ):
        draw_provider_form(view, annotator_id=annotator_id)
    st.subheader(t("models.models"), anchor=False)
    draw_models(view)
    if view.providers:
        with st.expander(
            t("models.model_form"),
            icon=":material/smart_toy:",
            key="models_model_form",
            expanded=not view.models,
        ):
            draw_model_form(view, annotator_id=annotator_id)
    draw_trial(view, annotator_id=annotator_id)
    st.subheader(t("models.budget"), anchor=False)
    draw_budget(view, annotator_id=annotator_id)
