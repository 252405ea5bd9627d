"""The shape of an estimate: numbers with an interval, or a reason."""

import json
import math

import pytest

from calibration.agreement.estimate import Estimate, undefined


def test_an_estimate_writes_its_six_fields_unrounded() -> None:
    value = Estimate(estimate=1 / 3, low=0.1, high=0.6, n=3, method="by hand", reason=None)
    assert json.loads(json.dumps(value.as_json(), allow_nan=False)) == {
        "estimate": 1 / 3,
        "low": 0.1,
        "high": 0.6,
        "n": 3,
        "method": "by hand",
        "reason": None,
    }


def test_an_undefined_estimate_has_a_reason_and_no_number() -> None:
    value = undefined("there is nothing", 0, "by hand")
    assert (value.estimate, value.low, value.high) == (None, None, None)
    assert value.as_json()["reason"] == "there is nothing"


@pytest.mark.parametrize(
    ("estimate", "low", "high", "reason"),
    [
        pytest.param(math.nan, 0.1, 0.9, None, id="nan"),
        pytest.param(0.5, 0.1, math.inf, None, id="infinity"),
        pytest.param(None, None, None, None, id="undefined without reason"),
        pytest.param(0.5, 0.1, 0.9, "why", id="defined with a reason"),
        pytest.param(0.5, 0.1, None, "why", id="half an interval"),
        pytest.param(0.5, 0.9, 0.1, None, id="interval upside down"),
    ],
)
def test_an_impossible_estimate_cannot_be_built(
    estimate: float | None, low: float | None, high: float | None, reason: str | None
) -> None:
    with pytest.raises(ValueError, match=r"(?i)estimate|interval"):
        Estimate(estimate=estimate, low=low, high=high, n=3, method="by hand", reason=reason)
