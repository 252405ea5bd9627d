"""Owns the table of models, and every price that one of them had."""

from typing import Final

import streamlit as st

from app.components.markdown import escaped
from app.components.wording import moment, number, plain, t
from app.views.models import ModelRow, ModelsView
from calibration.llm.providers import ModelSpec

NONE: Final = "—"


def draw_models(view: ModelsView) -> None:
    """Draw every model in one table."""
    if not view.models:
        st.caption(t("models.no_models"))
        return
    st.dataframe(
        [_row(row) for row in view.models],
        hide_index=True,
        key="models_table",
        alt=plain("models.models_alt"),
    )
    lacking = [
        row.name for row in view.models if None in (row.spec.input_price, row.spec.output_price)
    ]
    if lacking:
        names = ", ".join(lacking)
        st.warning(t("models.price_missing", models=names), icon=":material/money_off:")


def draw_prices(row: ModelRow) -> None:
    """Draw every price that a model had, the newest first."""
    st.caption(t("models.prices_explained"))
    for one in row.prices:
        st.text(
            plain(
                "models.price_line",
                input=one.input_price or plain("models.unknown"),
                output=one.output_price or plain("models.unknown"),
                day=plain("models.unknown") if one.as_of is None else one.as_of.isoformat(),
            )
        )
        st.caption(t("models.price_by", at=moment(one.recorded_at), by=escaped(one.by)))


def _row(row: ModelRow) -> dict[str, object]:
    spec = row.spec
    return {
        plain("models.model"): row.name,
        plain("models.marks"): plain("badge.simulated") if row.target.provider.is_simulated else "",
        plain("models.input_short"): _price(spec.input_price),
        plain("models.output_short"): _price(spec.output_price),
        plain("models.price_day"): NONE
        if spec.price_as_of is None
        else spec.price_as_of.isoformat(),
        plain(
            "models.sizes"
        ): f"{_number(spec.context_tokens)} / {_number(spec.max_output_tokens)}",
        plain("models.limits"): _limits(spec),
        plain("models.abilities"): _abilities(spec),
    }


def _price(price: str | None) -> str:
    return plain("models.unknown") if price is None else price


def _number(value: int | None) -> str:
    return NONE if value is None else number(value)


def _limits(spec: ModelSpec) -> str:
    parts = [
        plain("models.rpm_short", count=spec.requests_per_minute)
        if spec.requests_per_minute
        else "",
        plain("models.tpm_short", count=spec.tokens_per_minute) if spec.tokens_per_minute else "",
        plain("models.at_once_short", count=spec.max_concurrency) if spec.max_concurrency else "",
    ]
    return ", ".join(filter(None, parts)) or NONE


def _abilities(spec: ModelSpec) -> str:
    parts = [
        plain("models.schema") if spec.supports_schema else "",
        plain("models.reasoning") if spec.is_reasoning else "",
        plain("models.can_think") if spec.can_think else "",
        "/".join(spec.efforts),
    ]
    return ", ".join(filter(None, parts)) or NONE
