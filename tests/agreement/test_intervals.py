"""Intervals of one proportion, against worked numbers, scipy and statsmodels."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta
from statsmodels.stats.proportion import proportion_confint

from calibration.agreement.estimate import Estimate
from calibration.agreement.intervals import exact, lower_one_sided, upper_one_sided, wilson
from db.errors import Invalid

COUNTS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
EVERY = [wilson, exact, lower_one_sided, upper_one_sided]


def test_wilson_and_exact_reproduce_the_real_judge_figures() -> None:
    # LLMBar, GPT-4/Vanilla, original order: 347 of 419 right (worked figures).
    shown, strict = wilson(347, 419), exact(347, 419)
    assert shown.estimate == pytest.approx(0.82816, abs=5e-6)
    assert (shown.low, shown.high) == pytest.approx((0.78910, 0.86126), abs=5e-6)
    assert (strict.low, strict.high) == pytest.approx((0.78856, 0.86305), abs=5e-6)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        # Wilson intervals of 98 % at the sizes of a published calibration; right is the nearest
        # whole number to .98 n.
        pytest.param(388, 396, 0.961, 0.990, id="n=396"),
        pytest.param(992, 1012, 0.969, 0.987, id="n=1012"),
        pytest.param(1984, 2024, 0.973, 0.985, id="n=2024"),
    ],
)
def test_wilson_of_98_percent_matches_the_published_sizes(
    right: int, n: int, low: float, high: float
) -> None:
    found = wilson(right, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)


@given(COUNTS)
@settings(max_examples=60, deadline=None)
def test_the_bounds_are_those_of_scipy_and_statsmodels(counts: tuple[int, int]) -> None:
    right, n = counts
    low, high = proportion_confint(right, n, alpha=0.05, method="beta")
    assert (exact(right, n).low, exact(right, n).high) == pytest.approx(
        (float(low), float(high)), rel=1e-9, abs=1e-12
    )
    one_sided = beta.ppf(0.05, right, n - right + 1) if right else 0.0
    assert lower_one_sided(right, n).low == pytest.approx(one_sided, rel=1e-9)


@given(COUNTS)
@settings(max_examples=60, deadline=None)
def test_every_interval_holds_its_estimate_and_stays_inside_0_and_1(
    counts: tuple[int, int],
) -> None:
    for method in EVERY:
        found = method(*counts)
        assert found.low is not None
        assert found.estimate is not None
        assert found.high is not None
        assert 0 <= found.low <= found.estimate <= found.high <= 1


@given(COUNTS)
@settings(max_examples=60, deadline=None)
def test_a_lower_bound_of_right_mirrors_an_upper_bound_of_wrong(counts: tuple[int, int]) -> None:
    right, n = counts
    low, high = lower_one_sided(right, n).low, upper_one_sided(n - right, n).high
    assert low is not None
    assert high is not None
    assert low == pytest.approx(1 - high, abs=1e-12)


def test_a_one_sided_bound_is_above_the_two_sided_end() -> None:
    assert lower_one_sided(95, 100).low > exact(95, 100).low  # type: ignore[operator]


def test_nothing_right_gives_the_bound_0_and_all_right_the_bound_1() -> None:
    assert lower_one_sided(0, 20).low == 0.0
    assert upper_one_sided(20, 20).high == 1.0
    # All right: x^n = alpha, so the bound is alpha^(1/n).
    assert lower_one_sided(59, 59).low == pytest.approx(0.05 ** (1 / 59), rel=1e-12)


@pytest.mark.parametrize("method", EVERY)
def test_no_units_are_undefined_with_a_reason(method: Callable[[int, int], Estimate]) -> None:
    found = method(0, 0)
    assert found.estimate is None
    assert found.reason == "there is nothing to count: n is 0"


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize(
    ("right", "n", "sentence"),
    [
        pytest.param(5, 4, "right must be at most n, got right=5 of n=4.", id="too many"),
        pytest.param(-1, 4, "right must be a whole number .* got -1.", id="negative"),
        pytest.param(0, -4, "n must be a whole number .* got -4.", id="negative n"),
        pytest.param(1.5, 4, "right must be a whole number .* got 1.5.", id="fraction"),
        pytest.param(True, 4, "right must be a whole number .* got True.", id="boolean"),
    ],
)
def test_impossible_counts_are_refused(
    method: Callable[[int, int], Estimate], right: int, n: int, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        method(right, n)


def test_a_level_in_percent_is_refused_with_the_fraction_it_means() -> None:
    with pytest.raises(Invalid, match=r"level must be a fraction .* got 95: write 95 % as 0.95."):
        wilson(3, 4, level=95)
