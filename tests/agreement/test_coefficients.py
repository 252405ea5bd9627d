"""The coefficients of two raters: worked traps, scikit-learn, and what cannot change them."""

import warnings
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, matthews_corrcoef

from calibration.agreement.bootstrap import Plan, estimate_agreement
from calibration.agreement.coefficients import OF_TABLES, Coefficient, coefficient
from calibration.agreement.tables import cluster_tables
from db.errors import Invalid

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)
QUICK = Plan(replicates=100)


def _columns(pairs: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    return [first for first, _ in pairs], [second for _, second in pairs]


def _all(first: list[int], second: list[int]) -> dict[Coefficient, float | None]:
    return {name: coefficient(name, first, second) for name in Coefficient}


def test_the_prevalence_trap_is_reproduced() -> None:
    # TP 980, FP 20, FN 0, TN 0 (worked check): accuracy .98, kappa 0,
    # AC1 .980, alpha -.010. MCC divides by the spread of a judge that always says 1: undefined.
    found = estimate_agreement([1] * 980 + [0] * 20, [1] * 1000)
    assert found[Coefficient.PERCENT].estimate == 0.98
    assert found[Coefficient.KAPPA].estimate == 0
    assert round(found[Coefficient.AC1].estimate or 0, 3) == 0.980
    assert round(found[Coefficient.ALPHA].estimate or 0, 3) == -0.010
    assert found[Coefficient.MCC].estimate is None
    assert found[Coefficient.MCC].reason == (
        "one of the raters used one class only, so there is nothing to correlate"
    )


def test_an_always_pass_judge_has_kappa_exactly_0_at_every_prevalence() -> None:
    for positives in (1, 333, 500, 999):
        gold = [1] * positives + [0] * (1000 - positives)
        assert coefficient(Coefficient.KAPPA, gold, [1] * 1000) == 0


def test_a_table_by_hand_gives_every_coefficient() -> None:
    # Gold x judge: 40 both 1, 10 gold 1 judge 0, 5 gold 0 judge 1, 45 both 0. n = 100, p_o = .85.
    gold, judge = [1] * 50 + [0] * 50, [1] * 40 + [0] * 10 + [1] * 5 + [0] * 45
    found = _all(gold, judge)
    assert found[Coefficient.PERCENT] == pytest.approx(0.85)
    # p_e = .5 * .45 + .5 * .55 = .5.
    assert found[Coefficient.KAPPA] == pytest.approx(0.7)
    # pi = .475, .525: p_e = 2 * .475 * .525 = .49875.
    assert found[Coefficient.AC1] == pytest.approx((0.85 - 0.49875) / (1 - 0.49875))
    # 200 labels, 95 and 105: D_o = 30/200, D_e = 2 * 95 * 105 / (200 * 199).
    assert found[Coefficient.ALPHA] == pytest.approx(1 - 0.15 * 200 * 199 / (2 * 95 * 105))
    # (40 * 45 - 10 * 5) / sqrt(50 * 50 * 45 * 55).
    assert found[Coefficient.MCC] == pytest.approx(1750 / (50 * 50 * 45 * 55) ** 0.5)


@given(PAIRS)
@settings(max_examples=150, deadline=None)
def test_kappa_and_mcc_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = _columns(pairs)
    found = _all(first, second)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns where it is undefined, as we expect
        kappa = cohen_kappa_score(first, second)
    if found[Coefficient.KAPPA] is None:
        assert np.isnan(kappa)
    else:
        assert found[Coefficient.KAPPA] == pytest.approx(kappa, abs=1e-12)
    if found[Coefficient.MCC] is None:
        assert len(set(first)) == 1 or len(set(second)) == 1  # scikit-learn says 0 by convention
    else:
        assert found[Coefficient.MCC] == pytest.approx(matthews_corrcoef(first, second), abs=1e-12)


@given(PAIRS, st.permutations(range(4)))
@settings(max_examples=80, deadline=None)
def test_renaming_the_classes_changes_nothing(
    pairs: list[tuple[int, int]], names: list[int]
) -> None:
    first, second = _columns(pairs)
    renamed = _all([names[label] for label in first], [names[label] for label in second])
    assert renamed == pytest.approx(_all(first, second), abs=1e-12)


@given(PAIRS, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_neither_the_order_of_units_nor_swapping_the_raters_changes_anything(
    pairs: list[tuple[int, int]], random: Random
) -> None:
    first, second = _columns(pairs)
    mixed = _columns(random.sample(pairs, len(pairs)))
    assert _all(*mixed) == _all(first, second)
    assert _all(second, first) == pytest.approx(_all(first, second), abs=1e-12)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=40).filter(lambda x: len(set(x)) > 1))
@settings(max_examples=40, deadline=None)
def test_perfect_agreement_on_two_or_more_classes_is_1(labels: list[int]) -> None:
    assert _all(labels, labels) == pytest.approx(dict.fromkeys(Coefficient, 1.0))


def test_one_class_only_is_undefined_with_a_reason_and_not_0_or_1() -> None:
    found = estimate_agreement([1] * 10, [1] * 10, categories=[0, 1], plan=QUICK)
    assert found[Coefficient.PERCENT].estimate == 1
    for name in (Coefficient.KAPPA, Coefficient.AC1, Coefficient.ALPHA, Coefficient.MCC):
        assert found[name].estimate is None, name
        assert "one class only" in f"{found[name].reason}" or "only one class" in (
            f"{found[name].reason}"
        )


def test_no_units_are_undefined_with_a_reason() -> None:
    for value in estimate_agreement([], [], categories=[0, 1]).values():
        assert value.reason == "there is nothing to count: n is 0"


def test_only_ac1_depends_on_a_legal_class_that_nobody_used() -> None:
    first, second = [0, 0, 1, 1, 0], [0, 1, 1, 1, 0]
    for name in Coefficient:
        two = coefficient(name, first, second, categories=[0, 1])
        three = coefficient(name, first, second, categories=[0, 1, 2])
        assert (two == pytest.approx(three)) == (name is not Coefficient.AC1), name
    # p_a = .8, pi = .5, .5, 0: p_e = .5 / (q - 1) with q = 3 is .25.
    assert coefficient(Coefficient.AC1, first, second, categories=[0, 1, 2]) == pytest.approx(
        (0.8 - 0.25) / 0.75
    )


def test_a_stack_gives_each_table_the_value_it_has_alone() -> None:
    stack = np.random.default_rng(3).integers(0, 9, size=(50, 3, 3)).astype(float)
    for name, function in OF_TABLES.items():
        alone = np.concatenate([function(stack[i : i + 1]) for i in range(50)])
        np.testing.assert_array_equal(function(stack), alone, err_msg=name)


def test_tables_are_counted_per_cluster() -> None:
    tables = cluster_tables(["yes", "no", "yes"], ["yes", "yes", "no"], clusters=["a", "b", "a"])
    assert tables.categories == ("no", "yes")
    assert (tables.n, tables.clusters) == (3, 2)
    np.testing.assert_array_equal(tables.counts, [[[0, 0], [1, 1]], [[0, 1], [0, 0]]])
    np.testing.assert_array_equal(tables.pooled, [[[0, 1], [1, 1]]])


@pytest.mark.parametrize(
    ("first", "second", "categories", "sentence"),
    [
        pytest.param(["a", None], ["a", "b"], None, "first has no label at position 1", id="None"),
        pytest.param(
            ["a", "b"], ["a", float("nan")], None, "second has no label at position 1", id="NaN"
        ),
        pytest.param(
            ["a", "b"],
            ["a", "c"],
            ["a", "b"],
            r"second holds 'c' at position 1; legal labels are \['a', 'b'\]",
            id="not legal",
        ),
        pytest.param(["a"], ["a", "b"], None, "equally long, got first 1, second 2", id="length"),
        pytest.param(["a"], ["a"], ["a", "a"], "categories must differ", id="twice"),
    ],
)
def test_labels_that_are_missing_or_not_legal_are_refused(
    first: list[object], second: list[object], categories: list[str] | None, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        estimate_agreement(first, second, categories=categories, plan=QUICK)
