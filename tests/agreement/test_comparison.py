"""Two judges on the same gold: discordant pairs, two exact tests, and the difference."""

from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.agreement.bootstrap import Plan
from calibration.agreement.comparison import compare, sign_flip_p
from db.errors import Invalid

QUICK = Plan(replicates=200)
PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


def _discordant(only_first: int, only_second: int, both: int) -> tuple[list[int], list[int]]:
    first = [1] * only_first + [0] * only_second + [1] * both
    second = [0] * only_first + [1] * only_second + [1] * both
    return first, second


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        # LLMBar, original order (worked figures): against Metrics_Reference, Vanilla has 6 and 20
        # discordant pairs, NoRules 9 and 51.
        pytest.param(6, 20, 0.009355, id="Vanilla"),
        pytest.param(9, 51, 3.085e-8, id="NoRules"),
    ],
)
def test_the_real_comparisons_are_reproduced(only_first: int, only_second: int, p: float) -> None:
    both = 419 - only_first - only_second
    found = compare(*_discordant(only_first, only_second, both))
    assert (found.only_first_right, found.only_second_right) == (only_first, only_second)
    assert found.mcnemar_p == pytest.approx(p, rel=5e-4)
    assert found.difference.estimate == pytest.approx((only_second - only_first) / 419)
    assert found.difference.low is not None
    assert found.difference.low > 0


def test_the_interval_of_a_difference_is_as_wide_as_the_pairs_vary() -> None:
    # 6 against 20 of 419: mean .0334, variance (26/419 - .0334^2) / 419, so 1.96 standard errors
    # are .0237; the percentile interval lies close to that.
    found = compare(*_discordant(6, 20, 393)).difference
    assert (found.low, found.high) == pytest.approx((0.0334 - 0.0237, 0.0334 + 0.0237), abs=0.003)


@given(PAIRS)
@settings(max_examples=80, deadline=None)
def test_with_clusters_of_one_the_sign_flip_is_mcnemar(pairs: list[tuple[bool, bool]]) -> None:
    found = compare([f for f, _ in pairs], [s for _, s in pairs], plan=QUICK)
    assert found.sign_flip_p == pytest.approx(found.mcnemar_p, rel=1e-9)
    assert found.clusters == found.n == len(pairs)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=9))
@settings(max_examples=60, deadline=None)
def test_the_sign_flip_is_what_trying_all_signs_finds(differences: list[int]) -> None:
    observed = abs(sum(differences))
    patterns = [
        abs(sum(sign * size for sign, size in zip(signs, differences, strict=True))) >= observed
        for signs in product((-1, 1), repeat=len(differences))
    ]
    assert sign_flip_p(differences) == pytest.approx(sum(patterns) / len(patterns))


def test_families_that_differ_together_are_weaker_evidence() -> None:
    # 12 units in 3 families of 4, the second judge better on all: as units p = 2 / 2^12, as
    # families p = 2 / 2^3.
    first, second = [0] * 12, [1] * 12
    found = compare(first, second, clusters=np.repeat([1, 2, 3], 4), plan=QUICK)
    assert found.mcnemar_p == pytest.approx(2 / 4096)
    assert found.sign_flip_p == pytest.approx(2 / 8)


def test_a_large_study_is_tested_exactly_too() -> None:
    # 20,000 families; 600 against 500 discordant. Normal approximation: z = 100 / sqrt(1100) = 3.0.
    differences = np.r_[np.full(600, 1), np.full(500, -1), np.zeros(18_900)]
    assert sign_flip_p(differences) == pytest.approx(0.0028, abs=3e-4)


def test_judges_that_never_differ_have_p_1_and_no_width() -> None:
    found = compare([1, 0, 1], [1, 0, 1], plan=QUICK)
    assert (found.mcnemar_p, found.sign_flip_p) == (1.0, 1.0)
    assert (found.difference.estimate, found.difference.low, found.difference.high) == (0, 0, 0)
    assert "zero width" in found.difference.method


@given(PAIRS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_swapping_the_judges_turns_the_sign_and_order_changes_nothing(
    pairs: list[tuple[bool, bool]], random: Random
) -> None:
    mixed = random.sample(pairs, len(pairs))
    one = compare([f for f, _ in pairs], [s for _, s in pairs], plan=QUICK)
    two = compare([s for _, s in pairs], [f for f, _ in pairs], plan=QUICK)
    assert compare([f for f, _ in mixed], [s for _, s in mixed], plan=QUICK) == one
    assert two.difference.estimate == pytest.approx(-(one.difference.estimate or 0))
    assert (two.only_first_right, two.mcnemar_p) == (one.only_second_right, one.mcnemar_p)


def test_the_same_seed_gives_the_same_interval() -> None:
    first, second = _discordant(9, 15, 100)
    runs = [compare(first, second, plan=Plan(random_state=seed)).difference for seed in (3, 3, 4)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


@pytest.mark.parametrize(
    ("first", "second", "clusters", "sentence"),
    [
        pytest.param([], [], None, "needs at least one unit", id="nothing"),
        pytest.param([1], [1, 0], None, "got first_right 1, second_right 2", id="length"),
        pytest.param([1, 3], [1, 0], None, "first_right must hold only 0 and 1, got 3", id="3"),
        pytest.param([1, 0], [1, 0], ["a", None], "Every unit needs a cluster", id="cluster"),
    ],
)
def test_columns_that_cannot_be_compared_are_refused(
    first: list[int], second: list[int], clusters: list[str | None] | None, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        compare(first, second, clusters=clusters, plan=QUICK)


def test_a_fraction_of_a_right_answer_is_refused() -> None:
    with pytest.raises(Invalid, match=r"whole numbers .* got 0.5"):
        sign_flip_p([1, 0.5])
