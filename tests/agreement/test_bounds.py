"""How many labels prove an accuracy: the whole published table and the boundary."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from calibration.agreement.bounds import errors_allowed, labels_needed
from calibration.agreement.intervals import lower_one_sided
from calibration.agreement.limits import lower_limit
from db.errors import Invalid

TARGETS = (0.90, 0.95, 0.97, 0.98, 0.99)
# Worked table of the specification: labels needed so that k errors still show the target.
TABLE = {
    0: (29, 59, 99, 149, 299),
    1: (46, 93, 157, 236, 473),
    2: (61, 124, 208, 313, 628),
    3: (76, 153, 257, 386, 773),
    5: (103, 208, 348, 523, 1049),
    10: (167, 336, 562, 845, 1693),
    20: (286, 577, 965, 1449, 2902),
}
CELLS = [
    pytest.param(errors, target, labels, id=f"{errors} errors at {target}")
    for errors, row in TABLE.items()
    for target, labels in zip(TARGETS, row, strict=True)
]


@pytest.mark.parametrize(("errors", "target", "labels"), CELLS)
def test_the_bound_table_is_reproduced(errors: int, target: float, labels: int) -> None:
    assert labels_needed(errors, target) == labels


@pytest.mark.parametrize(("errors", "target", "labels"), CELLS)
def test_one_label_fewer_than_the_table_does_not_do(
    errors: int, target: float, labels: int
) -> None:
    assert errors_allowed(labels, target) == errors
    assert errors_allowed(labels - 1, target) == (errors - 1 if errors else None)


def test_320_labels_may_hold_9_errors_at_95_percent() -> None:
    # The default policy: 320 sealed labels, at most 9 errors.
    assert errors_allowed(320, 0.95) == 9


def test_too_few_labels_allow_no_number_of_errors() -> None:
    assert errors_allowed(58, 0.95) is None
    assert errors_allowed(0, 0.95) is None
    assert errors_allowed(59, 0.95) == 0


@given(st.integers(0, 400), st.sampled_from([0.5, 0.8, *TARGETS, 0.999]))
@settings(max_examples=80, deadline=None)
def test_the_table_is_the_inverse_of_the_one_sided_bound(errors: int, target: float) -> None:
    n = labels_needed(errors, target)
    reached, short = lower_one_sided(n - errors, n).low, lower_one_sided(n - 1 - errors, n - 1).low
    assert reached is not None
    assert reached >= target
    assert short is None or short < target


@given(st.integers(1, 5000), st.floats(0.5, 0.995))
@settings(max_examples=80, deadline=None)
def test_a_judge_exactly_at_the_target_is_certified_falsely_at_most_5_percent_of_the_time(
    n: int, target: float
) -> None:
    # Exact, no simulation: the judge makes Binomial(n, 1 - target) errors and passes with at most
    # k of them, so it passes with probability P(errors <= k).
    allowed = errors_allowed(n, target)
    if allowed is None:
        assert binom.cdf(0, n, 1 - target) > 0.05
        return
    assert binom.cdf(allowed, n, 1 - target) <= 0.05 * (1 + 1e-9)
    # One more error would break the promise: the rule is not merely careful.
    assert binom.cdf(allowed + 1, n, 1 - target) > 0.05 * (1 - 1e-9)


@given(st.integers(1, 3000), st.data())
@settings(max_examples=60, deadline=None)
def test_at_its_own_lower_bound_the_binomial_tail_of_scipy_is_5_percent(
    n: int, data: st.DataObject
) -> None:
    errors = data.draw(st.integers(0, n - 1))
    lower = lower_limit(n - errors, n, alpha=0.05)
    assert float(binom.cdf(errors, n, 1 - lower)) == pytest.approx(0.05, rel=1e-6)


def test_a_printed_bound_shows_itself_for_every_count_up_to_120() -> None:
    # All 7,260 pairs: no bit is lost between the bound, the errors it allows and the labels needed.
    for n in range(1, 121):
        for errors in range(n):
            lower = lower_limit(n - errors, n, alpha=0.05)
            assert errors_allowed(n, lower) == errors, (n, errors)
            assert labels_needed(errors, lower) == n, (n, errors)


def test_a_percentage_is_refused_with_the_fraction_it_means() -> None:
    with pytest.raises(Invalid, match=r"got 97.5: write 97.5 % as 0.975."):
        labels_needed(0, 97.5)


def test_a_target_that_a_billion_labels_cannot_show_is_refused() -> None:
    with pytest.raises(Invalid, match="more than 1,000,000,000 labels; choose a lower target"):
        labels_needed(0, 1 - 1e-12)
