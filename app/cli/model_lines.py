"""Owns how models, prices and tests of connections are written on the command line."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli.money import dollars

if TYPE_CHECKING:
    from calibration.llm.connection import ConnectionReport
    from calibration.llm.providers import ModelSpec
    from db.ledger.models import ModelPrice

Row = dict[str, object]


def model_row(spec: "ModelSpec") -> Row:
    """Write a model as an object."""
    from calibration.runs.specs import spec_to_json

    return {"model": f"{spec.provider_id}/{spec.name}", **spec_to_json(spec)}


def model_line(spec: "ModelSpec", *, is_simulated: bool = False) -> str:
    """Write a model as a line."""
    day = "" if spec.price_as_of is None else f", as of {spec.price_as_of.isoformat()}"
    simulated = "  SIMULATED" if is_simulated else ""
    return (
        f"{spec.provider_id}/{spec.name}  {spec.input_price or 'unknown'} in, "
        f"{spec.output_price or 'unknown'} out (USD per million tokens{day}){simulated}"
    )


def price_rows(prices: "Sequence[ModelPrice]") -> list[Row]:
    """Write every price of a model, the newest first."""
    return [
        {
            "input_price": one.input_price,
            "output_price": one.output_price,
            "as_of": None if one.as_of is None else one.as_of.isoformat(),
            "recorded_at": one.recorded_at.isoformat(),
            "recorded_by": one.recorded_by,
        }
        for one in reversed(prices)
    ]


def price_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Write the same as lines."""
    for row in rows:
        yield (
            f"{row['input_price'] or 'unknown'} in, {row['output_price'] or 'unknown'} out, as of "
            f"{row['as_of'] or 'unknown'}"
        )


def report_row(report: "ConnectionReport") -> Row:
    """Write what a test of a connection found."""
    return {
        **asdict(report),
        "works": report.works,
        "kind": None if report.kind is None else report.kind.value,
        "schema": report.schema.value,
    }


def report_lines(model: str, report: "ConnectionReport") -> Iterator[str]:
    """Write the same as lines."""
    if report.works:
        yield f"{model} answers and can be used as it is entered."
    yield from report.problems
    yield from report.hints
    if report.latency_ms is not None:
        cost = (
            "an unknown amount"
            if report.cost_micro is None
            else f"{dollars(report.cost_micro)} USD"
        )
        yield f"Answered as {report.snapshot} in {report.latency_ms} ms; the test cost {cost}."
        yield f"JSON schema: {report.schema.value.replace('_', ' ')}."
    if report.is_simulated:
        yield "It is simulated: no model is behind it."
