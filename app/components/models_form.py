"""Owns the form of a model: name, price, limits and what it takes."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from app.components.models_gestures import actor, empty_form, new_form, told
from app.components.models_table import draw_prices
from app.components.wording import key, plain, t
from app.state import MODELS_MODEL
from app.views.models import ModelRow, ModelsView
from calibration.llm.providers import ModelSpec, ThinkingSwitch, TokenLimit
from calibration.runs.entering import enter_model, remove_model

NEW: Final = ""
LONGEST: Final = 300
EFFORTS: Final = "low, medium, high"
# Numbers that may be left out, with their labels.
COUNTS: Final = {
    "context_tokens": key("models.context"),
    "max_output_tokens": key("models.most_output"),
    "requests_per_minute": key("models.rpm"),
    "tokens_per_minute": key("models.tpm"),
    "max_concurrency": key("models.at_once"),
}
FLAGS: Final = {
    "supports_schema": (key("models.schema"), key("models.schema_help")),
    "is_reasoning": (key("models.reasoning"), key("models.reasoning_help")),
    "can_think": (key("models.can_think"), key("models.can_think_help")),
    "shows_think_tags": (key("models.think_tags"), key("models.think_tags_help")),
}


def draw_model_form(view: ModelsView, *, annotator_id: str) -> None:
    """Draw the form for a new model, or for one that is chosen."""
    rows = {row.name: row for row in view.models}
    chosen = st.selectbox(
        t("models.which_model"),
        [NEW, *rows],
        format_func=lambda one: one or plain("models.new_model"),
        key=MODELS_MODEL,
    )
    row = rows.get(chosen)
    form = f"{chosen}_{row.stamp}" if row else new_form()
    if row is None:
        st.selectbox(
            t("models.provider"),
            [one.provider.id for one in view.providers],
            key=f"models_of_{form}",
        )
    _draw_fields(row.spec if row else None, form)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("models.save_model"),
            type="primary",
            icon=":material/save:",
            key="models_save_model",
            on_click=_save,
            args=(form, row, annotator_id),
        )
        if row is not None:
            st.button(
                t("models.remove_model"),
                icon=":material/delete:",
                key="models_remove_model",
                help=t("models.remove_model_help"),
                on_click=_remove,
                args=(row, annotator_id),
            )
    if row is not None:
        draw_prices(row)


def _draw_fields(spec: ModelSpec | None, form: str) -> None:
    left, right = st.columns(2)
    with left:
        if spec is None:
            st.text_input(
                t("models.model_name"),
                max_chars=LONGEST,
                help=t("models.model_name_help"),
                key=f"models_name_{form}",
            )
        _draw_prices(spec, form)
        st.text_input(
            t("models.snapshot"),
            value=spec.snapshot_expected if spec else "",
            max_chars=LONGEST,
            help=t("models.snapshot_help"),
            key=f"models_snapshot_{form}",
        )
        for name, (label, about) in FLAGS.items():
            st.checkbox(
                t(label),
                value=bool(getattr(spec, name)) if spec else False,
                help=t(about),
                key=f"models_{name}_{form}",
            )
    with right:
        for name, label in COUNTS.items():
            st.number_input(
                t(label),
                min_value=1,
                value=getattr(spec, name) if spec else None,
                placeholder=plain("models.unknown"),
                key=f"models_{name}_{form}",
            )
        _draw_dialect(spec, form)


def _draw_prices(spec: ModelSpec | None, form: str) -> None:
    for name, label in (
        ("input_price", key("models.input_price")),
        ("output_price", key("models.output_price")),
    ):
        st.text_input(
            t(label),
            value=(getattr(spec, name) or "") if spec else "",
            max_chars=30,
            placeholder=plain("models.unknown"),
            help=t("models.price_help"),
            key=f"models_{name}_{form}",
        )
    st.date_input(
        t("models.price_day"),
        value=spec.price_as_of if spec else datetime.now(UTC).date(),
        format="YYYY-MM-DD",
        help=t("models.price_day_help"),
        key=f"models_as_of_{form}",
    )


def _draw_dialect(spec: ModelSpec | None, form: str) -> None:
    st.text_input(
        t("models.efforts"),
        value=", ".join(spec.efforts) if spec else "",
        max_chars=100,
        placeholder=EFFORTS,
        help=t("models.efforts_help"),
        key=f"models_efforts_{form}",
    )
    for name, label, legal, now in (
        ("token_limit", key("models.token_limit"), TokenLimit, spec and spec.token_limit),
        (
            "thinking_switch",
            key("models.thinking_switch"),
            ThinkingSwitch,
            spec and spec.thinking_switch,
        ),
    ):
        values = [one.value for one in legal]
        st.selectbox(
            t(label),
            values,
            index=values.index(now.value) if now else 0,
            key=f"models_{name}_{form}",
        )


def _read(form: str, row: ModelRow | None) -> ModelSpec:
    def value(name: str) -> object:
        return st.session_state[f"models_{name}_{form}"]

    def typed(name: str) -> str:
        return str(value(name) or "").strip()

    prices = {name: typed(name) or None for name in ("input_price", "output_price")}
    return ModelSpec(
        provider_id=row.spec.provider_id if row else typed("of"),
        name=row.spec.name if row else typed("name"),
        snapshot_expected=typed("snapshot"),
        price_as_of=value("as_of") if any(prices.values()) else None,  # type: ignore[arg-type]
        efforts=tuple(filter(None, (part.strip() for part in typed("efforts").split(",")))),
        token_limit=TokenLimit(typed("token_limit")),
        thinking_switch=ThinkingSwitch(typed("thinking_switch")),
        **prices,  # type: ignore[arg-type]
        **{name: value(name) for name in COUNTS},  # type: ignore[arg-type]
        **{name: bool(value(name)) for name in FLAGS},  # type: ignore[arg-type]
    )


def _save(form: str, row: ModelRow | None, annotator_id: str) -> None:
    def gesture() -> str:
        spec = _read(form, row)
        name = f"{spec.provider_id}/{spec.name}"
        entered = enter_model(actor(annotator_id), spec)
        if entered.is_new:
            st.session_state[MODELS_MODEL] = name
            empty_form()
        if not entered.changed:
            return t("models.unchanged")
        return t("models.model_saved", model=name)

    told(gesture)


def _remove(row: ModelRow, annotator_id: str) -> None:
    def gesture() -> str:
        remove_model(actor(annotator_id), row.spec.provider_id, row.spec.name)
        st.session_state[MODELS_MODEL] = NEW
        return t("models.model_removed", model=row.name)

    told(gesture)
