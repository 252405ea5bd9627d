"""Owns the providers on screen: the table, where each key is found, and the form."""

import asyncio
from dataclasses import replace
from typing import Final

import streamlit as st

from app.components.markdown import escaped
from app.components.models_gestures import actor, empty_form, new_form, told
from app.components.wording import key, plain, t
from app.settings import KeyPlace
from app.state import MODELS_PROVIDER
from app.views.models import ModelsView, ProviderRow
from calibration.llm.providers import Provider
from calibration.llm.recognising import look_at
from calibration.runs.entering import enter_provider, remove_provider

NEW: Final = ""
LONGEST: Final = 300
SLUG: Final = "openai"
ADDRESS: Final = "https://api.openai.com/v1"
KEY_NAME: Final = "OPENAI_API_KEY"
# Label, help and length of each text.
TEXTS: Final = {
    "id": (key("models.provider_id"), key("models.provider_id_help"), 64),
    "called": (key("models.called"), key("models.called_help"), LONGEST),
    "url": (key("models.base_url"), key("models.base_url_help"), LONGEST),
    "key": (key("models.key_name"), key("models.key_name_help"), 100),
    "ca": (key("models.ca_bundle"), key("models.ca_bundle_help"), LONGEST),
}
PLACES: Final = {
    KeyPlace.ENVIRONMENT: key("models.key_environment"),
    KeyPlace.FILE: key("models.key_file"),
}


def draw_providers(view: ModelsView) -> None:
    """Draw every provider in one table."""
    if not view.providers:
        st.caption(t("models.no_providers"))
        return
    st.dataframe(
        [
            {
                plain("models.provider"): row.provider.id,
                plain("models.called"): row.provider.name,
                plain("models.marks"): plain("badge.simulated")
                if row.provider.is_simulated
                else "",
                plain("models.base_url"): row.provider.base_url,
                plain("models.key_name"): row.provider.key_name,
                plain("models.key"): key_state(row),
                plain("models.timeout"): f"{row.provider.timeout_seconds:g} s",
                plain("models.ca_bundle"): row.provider.ca_bundle,
                plain("models.models"): row.models,
            }
            for row in view.providers
        ],
        hide_index=True,
        key="models_providers",
        alt=plain("models.providers_alt"),
    )
    for row in view.providers:
        if row.key_problem:
            st.warning(escaped(row.key_problem), icon=":material/key_off:")


def key_state(row: ProviderRow) -> str:
    """Say where the key is found, and never what it is."""
    if not row.provider.key_name:
        return plain("models.key_not_needed")
    return plain("models.key_missing") if row.key is None else plain(PLACES[row.key])


def draw_provider_form(view: ModelsView, *, annotator_id: str) -> None:
    """Draw the form for a new provider, or for one that is chosen."""
    rows = {row.provider.id: row for row in view.providers}
    chosen = st.selectbox(
        t("models.which_provider"),
        [NEW, *rows],
        format_func=lambda one: one or plain("models.new_provider"),
        key=MODELS_PROVIDER,
    )
    row = rows.get(chosen)
    form = f"{chosen}_{row.stamp}" if row else new_form()
    _draw_fields(row.provider if row else None, form)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("models.save_provider"),
            type="primary",
            icon=":material/save:",
            key="models_save_provider",
            on_click=_save,
            args=(form, chosen, annotator_id),
        )
        if row is not None:
            st.button(
                t("models.remove_provider"),
                icon=":material/delete:",
                key="models_remove_provider",
                disabled=row.models > 0,
                help=t("models.remove_provider_help"),
                on_click=_remove,
                args=(chosen, annotator_id),
            )


def _draw_fields(provider: Provider | None, form: str) -> None:
    left, right = st.columns(2)
    with left:
        if provider is None:
            _draw_text("id", "", form, example=SLUG)
        _draw_text("called", provider.name if provider else "", form)
        _draw_text("url", provider.base_url if provider else "", form, example=ADDRESS)
        st.checkbox(
            t("models.simulated"),
            value=provider.is_simulated if provider else False,
            help=t("models.simulated_help"),
            key=f"models_simulated_{form}",
        )
    with right:
        _draw_text("key", provider.key_name if provider else "", form, example=KEY_NAME)
        _draw_text("ca", provider.ca_bundle if provider else "", form)
        st.number_input(
            t("models.timeout_seconds"),
            min_value=1.0,
            max_value=3600.0,
            value=provider.timeout_seconds if provider else 120.0,
            help=t("models.timeout_help"),
            key=f"models_timeout_{form}",
        )


def _draw_text(name: str, value: str, form: str, *, example: str = "") -> None:
    label, about, most = TEXTS[name]
    st.text_input(
        t(label),
        value=value,
        max_chars=most,
        placeholder=example,
        help=t(about),
        key=f"models_{name}_{form}",
    )


def _save(form: str, chosen: str, annotator_id: str) -> None:
    def field(name: str) -> str:
        return str(st.session_state[f"models_{name}_{form}"]).strip()

    def gesture() -> str:
        provider_id = chosen or field("id")
        provider = Provider(
            id=provider_id,
            name=field("called") or provider_id,
            base_url=field("url"),
            key_name=field("key"),
            ca_bundle=field("ca"),
            is_simulated=bool(st.session_state[f"models_simulated_{form}"]),
            timeout_seconds=float(st.session_state[f"models_timeout_{form}"]),
        )
        # A server of this machine is asked what it is, for three seconds at most and for nothing.
        found = asyncio.run(look_at(provider)).is_simulated and not provider.is_simulated
        entered = enter_provider(
            actor(annotator_id), replace(provider, is_simulated=True) if found else provider
        )
        if entered.is_new:
            st.session_state[MODELS_PROVIDER] = provider_id
            empty_form()
        if found:
            return t("models.found_simulator", provider=provider_id)
        if not entered.changed:
            return t("models.unchanged")
        return t("models.provider_saved", provider=provider_id)

    told(gesture)


def _remove(provider_id: str, annotator_id: str) -> None:
    def gesture() -> str:
        remove_provider(actor(annotator_id), provider_id)
        st.session_state[MODELS_PROVIDER] = NEW
        return t("models.provider_removed", provider=provider_id)

    told(gesture)
