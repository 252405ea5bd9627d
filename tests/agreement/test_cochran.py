"""Cochran's Q and Holm's correction, against figures worked by hand."""

import math

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from calibration.agreement.cochran import cochran_q
from calibration.agreement.holm import holm
from db.errors import Invalid

TABLE = [[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0], [1, 0, 1]]


def test_q_is_what_its_formula_gives() -> None:
    # Columns 4, 2, 2; rows 2, 1, 3, 0, 2: Q = 2 (3 (16 + 4 + 4) - 64) / (3 x 8 - 18) = 16 / 6.
    found = cochran_q(TABLE)
    assert found.q == pytest.approx(16 / 6)
    assert found.df == 2
    # The tail of a chi-square with two degrees of freedom is exp(-Q / 2).
    assert found.p == pytest.approx(math.exp(-16 / 12))
    assert (found.n, found.left_out, found.reason) == (5, 0, None)


def test_calling_yes_no_and_no_yes_changes_nothing() -> None:
    turned = [[1 - said for said in row] for row in TABLE]
    assert cochran_q(turned).q == pytest.approx(16 / 6)


def test_units_that_share_clusters_get_no_p_value() -> None:
    found = cochran_q(TABLE, clusters=["a", "a", "b", "c", "d"], left_out=2)
    assert found.q == pytest.approx(16 / 6)
    assert found.p is None
    assert found.reason == "units share clusters, and the test takes them as independent"
    assert found.left_out == 2


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1, 0], [0, 1]], "the test compares three raters or more, and there are 2"),
        ([[1, 1, 1], [0, 0, 0]], "no unit that every rater rated has two different labels"),
    ],
)
def test_q_is_undefined_with_the_reason(table: list[list[int]], reason: str) -> None:
    found = cochran_q(table)
    assert (found.q, found.df, found.p, found.reason) == (None, None, None, reason)
    assert found.n == 2


def test_a_table_that_is_not_binary_is_refused() -> None:
    with pytest.raises(Invalid, match="ratings must hold only 0 and 1, got 2 at position 2"):
        cochran_q([[0, 1, 2], [0, 1, 1]])
    with pytest.raises(Invalid, match=r"shape \(units, raters\), got shape \(2,\)"):
        cochran_q([0, 1])


def test_holm_multiplies_by_the_tests_that_remain_and_never_falls() -> None:
    # Sorted .01 x 3 = .03, .03 x 2 = .06, .04 x 1 = .04, raised to .06.
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


def test_holm_is_that_of_statsmodels() -> None:
    random = np.random.default_rng(20260506)
    for size in (1, 2, 3, 45):
        p_values = [float(p) for p in random.random(size) ** 3]
        # Equal ones too.
        p_values += p_values[:1]
        expected = multipletests(p_values, method="holm")[1]
        assert holm(p_values) == pytest.approx(tuple(expected), abs=1e-15)


def test_holm_leaves_out_what_was_not_tested() -> None:
    assert holm([None, 0.04, None]) == (None, pytest.approx(0.04), None)
    assert holm([None]) == (None,)
    assert holm([]) == ()


def test_statsmodels_still_takes_a_two_by_two_table() -> None:
    # The pairs of raters rest on the exact McNemar test: 1 against 5, two-sided 14 / 64.
    assert float(mcnemar([[0, 1], [5, 0]], exact=True).pvalue) == pytest.approx(14 / 64)
