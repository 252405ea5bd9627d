"""The power planner: worked numbers, the saw-tooth by brute force, and refusals."""

import time

import numpy as np
import pytest
from scipy.stats import binom

from calibration.agreement.bounds import errors_allowed
from calibration.agreement.planner import plan_labels, power_curve
from db.errors import Invalid


@pytest.mark.parametrize(
    ("true_accuracy", "power", "labels"),
    [
        # Worked figures of the specification: power 80 % / 90 % for the 98 % target.
        pytest.param(0.985, 0.8, 4318, id="98.5 % at 80 %"),
        pytest.param(0.985, 0.9, 5895, id="98.5 % at 90 %"),
        pytest.param(0.99, 0.8, 969, id="99 % at 80 %"),
        pytest.param(0.99, 0.9, 1271, id="99 % at 90 %"),
        pytest.param(0.995, 0.8, 386, id="99.5 % at 80 %"),
        pytest.param(0.995, 0.9, 456, id="99.5 % at 90 %"),
    ],
)
def test_the_worked_plans_are_reproduced(true_accuracy: float, power: float, labels: int) -> None:
    assert plan_labels(0.98, true_accuracy, power).labels == labels


def test_the_power_stays_from_1091_labels_on() -> None:
    # The worked saw-tooth: 969 is the first n that reaches 80 %, 1,091 the n from which it stays.
    assert plan_labels(0.98, 0.99, 0.8).labels_stable == 1091


@pytest.mark.parametrize(
    ("target", "true_accuracy", "power"),
    [
        (0.98, 0.99, 0.8),
        (0.98, 0.995, 0.9),
        (0.95, 0.98, 0.8),
        (0.9, 0.95, 0.95),
        (0.9, 0.95, 0.01),
        (0.5, 0.6, 0.5),
        (0.8, 0.9, 0.999),
    ],
)
def test_the_plan_is_what_trying_every_n_finds(
    target: float, true_accuracy: float, power: float
) -> None:
    # Every n up to 4,000, with the binomial quantile and tail of scipy instead of our teeth.
    n = np.arange(1, 4001)
    allowed = binom.ppf(0.05, n, 1 - target)
    allowed -= binom.cdf(allowed, n, 1 - target) > 0.05
    reached = np.where(allowed < 0, 0.0, binom.cdf(allowed, n, 1 - true_accuracy)) >= power
    plan = plan_labels(target, true_accuracy, power)
    assert plan.labels == n[np.argmax(reached)]
    assert plan.labels_stable == n[np.flatnonzero(~reached)[-1] + 1]
    assert plan.errors_allowed == errors_allowed(plan.labels, target)
    assert plan.errors_allowed_stable == errors_allowed(plan.labels_stable, target)


def test_the_slowest_worked_plan_takes_less_than_a_second() -> None:
    started = time.perf_counter()
    plan_labels(0.98, 0.985, 0.9)
    assert time.perf_counter() - started < 1


def test_a_judge_at_or_below_the_target_cannot_be_planned_for() -> None:
    with pytest.raises(Invalid, match=r"true_accuracy must be above target, got 0.98 and 0.98"):
        plan_labels(0.98, 0.98, 0.8)
    with pytest.raises(Invalid, match=r"got 0.97 and 0.98: a judge no better than the target"):
        plan_labels(0.98, 0.97, 0.8)


def test_a_plan_beyond_a_hundred_thousand_labels_is_refused() -> None:
    with pytest.raises(Invalid, match="takes more than 100,000 labels; choose a lower target"):
        plan_labels(0.98, 0.9801, 0.9)


@pytest.mark.parametrize("name", ["target", "true_accuracy", "power"])
def test_percentages_are_refused_by_name(name: str) -> None:
    values = {"target": 0.9, "true_accuracy": 0.95, "power": 0.8} | {name: 80.0}
    with pytest.raises(Invalid, match=rf"{name} must be a fraction .* write 80 % as 0.8."):
        plan_labels(values["target"], values["true_accuracy"], values["power"])


def test_the_power_curve_is_the_saw_tooth_of_the_plan() -> None:
    curve = power_curve(0.98, [0.99, 0.995], most_labels=1500)
    assert list(curve.columns) == ["true_accuracy", "labels", "errors_allowed", "power"]
    assert len(curve) == 2 * 1500
    one = curve[curve["true_accuracy"] == 0.99].set_index("labels")
    assert one.index[one["power"] >= 0.8][0] == 969
    assert one.index[one["power"] < 0.8][-1] == 1090
    # 149 labels without an error are the first that show 98 %.
    assert one.loc[148, "power"] == 0
    assert one["errors_allowed"].isna().sum() == 148
    assert one.loc[149, "power"] == pytest.approx(0.99**149)


def test_a_curve_at_the_target_draws_the_false_success_rate() -> None:
    curve = power_curve(0.95, [0.95], most_labels=1000)
    assert 0.02 < curve["power"].max() <= 0.05


def test_a_curve_without_a_label_is_refused() -> None:
    with pytest.raises(Invalid, match="most_labels must be from 1 to 100,000"):
        power_curve(0.95, [0.97], most_labels=0)
