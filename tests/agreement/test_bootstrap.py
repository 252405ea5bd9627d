"""The cluster bootstrap: same seed same bytes, a plain loop, coverage, undefined replicates."""

import json
import tracemalloc

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from calibration.agreement.bootstrap import (
    Plan,
    estimate_agreement,
    estimate_difference,
    interval_from,
    resample,
)
from calibration.agreement.coefficients import Coefficient, coefficient
from calibration.agreement.estimate import Estimate
from db.errors import Invalid

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


def _families(count: int, size: int, seed: int) -> Columns:
    """Draw gold and verdicts of families whose members share gold and the judge's mistake."""
    random = np.random.default_rng(seed)
    gold = np.repeat(random.integers(0, 2, size=count), size)
    wrong = np.repeat(random.random(count) < 0.2, size)
    return gold, np.where(wrong, 1 - gold, gold), np.repeat(np.arange(count), size)


def _bytes(estimates: dict[Coefficient, Estimate]) -> bytes:
    return json.dumps({name: value.as_json() for name, value in estimates.items()}).encode()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    gold, verdict, families = _families(80, 3, seed=1)
    runs = [
        _bytes(estimate_agreement(gold, verdict, clusters=families, plan=Plan(random_state=seed)))
        for seed in (7, 7, 8)
    ]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_the_order_of_rows_and_the_names_of_clusters_do_not_change_a_byte() -> None:
    gold, verdict, families = _families(80, 3, seed=1)
    order = np.random.default_rng(5).permutation(gold.size)
    names = np.array([f"family {99 - family}" for family in families])
    one = estimate_agreement(gold, verdict, clusters=families)
    two = estimate_agreement(gold[order], verdict[order], clusters=names[order])
    assert _bytes(one) == _bytes(two)


def test_clusters_of_one_member_are_the_independent_bootstrap() -> None:
    gold, verdict, _ = _families(120, 1, seed=2)
    names = [f"unit {i}" for i in range(gold.size)]
    assert estimate_agreement(gold, verdict) == estimate_agreement(gold, verdict, clusters=names)


def test_the_block_size_does_not_change_a_byte() -> None:
    sums = np.random.default_rng(0).integers(0, 5, size=(90, 4)).astype(float)

    def ratio(totals: np.ndarray) -> np.ndarray:
        return totals[:, :1] / totals.sum(axis=1, keepdims=True)

    whole = resample(sums, ratio, Plan())
    assert resample(sums, ratio, Plan(), block_cells=64).tobytes() == whole.tobytes()
    assert resample(sums, ratio, Plan(), block_cells=1_000).tobytes() == whole.tobytes()


def test_memory_stays_bounded_when_every_cluster_differs() -> None:
    # 4,000 replicates x 5,000 distinct clusters would be 160 MB of weights at once.
    sums = np.random.default_rng(0).random((5_000, 4))
    tracemalloc.start()
    replicates = resample(sums, lambda totals: totals[:, :1] / totals[:, 1:2], Plan())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert replicates.shape == (4_000, 1)
    assert peak < 64e6


def test_the_interval_is_that_of_a_plain_loop_over_clusters() -> None:
    gold, verdict, families = _families(60, 3, seed=3)
    random = np.random.default_rng(11)
    rows = [np.flatnonzero(families == family) for family in range(60)]
    loop = []
    for _ in range(1_500):
        chosen = np.concatenate([rows[family] for family in random.integers(0, 60, size=60)])
        loop.append(cohen_kappa_score(gold[chosen], verdict[chosen]))
    found = estimate_agreement(gold, verdict, clusters=families)[Coefficient.KAPPA]
    # The spread of kappa is about .1; 1,500 and 4,000 draws place its 2.5 % quantile to about .01.
    assert (found.low, found.high) == pytest.approx(np.quantile(loop, [0.025, 0.975]), abs=0.03)
    assert found.estimate == pytest.approx(cohen_kappa_score(gold, verdict))


def test_the_interval_covers_the_truth_with_families_and_not_without_them() -> None:
    # Gold is fair, the judge errs in 20 % of families: kappa of the population is .6. 300 trials
    # of 100 families of 4; the interval that ignores families is half as wide as it should be.
    covered = ignored = 0
    for seed in range(300):
        gold, verdict, families = _families(100, 4, seed=seed)
        plan = Plan(replicates=400, random_state=seed)
        names = [Coefficient.KAPPA]
        right = estimate_agreement(gold, verdict, clusters=families, names=names, plan=plan)
        wrong = estimate_agreement(gold, verdict, names=names, plan=plan)
        for found, hit in ((right, "right"), (wrong, "wrong")):
            value = found[Coefficient.KAPPA]
            assert value.low is not None
            assert value.high is not None
            inside = value.low <= 0.6 <= value.high
            covered += inside and hit == "right"
            ignored += inside and hit == "wrong"
    # 95 % nominal; 300 trials give a standard error of 1.3 points.
    assert covered / 300 >= 0.91
    assert ignored / 300 < 0.80


def test_point_and_replicates_come_from_one_function() -> None:
    # A single pattern cannot vary: every replicate equals the point estimate, to the last bit.
    gold, verdict, families = [1, 0, 1] * 20, [1, 0, 0] * 20, np.repeat(np.arange(20), 3)
    for name, value in estimate_agreement(gold, verdict, clusters=families).items():
        assert value.low == value.high == value.estimate, name
        assert "zero width: every replicate gave this value" in value.method
        assert value.estimate == coefficient(name, gold, verdict)


def test_undefined_replicates_are_counted_in_the_method() -> None:
    # 4 of 100 units are of class 0 and the judge is always right: a resample without one of them
    # has one class only. P = .96^100 = .0169, about 67 of 4,000.
    gold = [0] * 4 + [1] * 96
    found = estimate_agreement(gold, gold)[Coefficient.KAPPA]
    count = int(found.method.split("replicates, ")[1].split(" of them undefined")[0])
    assert 40 <= count <= 100
    assert (found.low, found.high, found.reason) == (1.0, 1.0, None)


def test_too_many_undefined_replicates_leave_no_interval_and_say_why() -> None:
    # One unit of class 0 in 20: .95^20 = .358 of the resamples miss it, more than the 5 % that the
    # interval leaves outside.
    gold = [0] + [1] * 19
    found = estimate_agreement(gold, gold)[Coefficient.KAPPA]
    assert found.estimate == 1
    assert (found.low, found.high) == (None, None)
    assert found.reason is not None
    count = int(found.reason.split("undefined in ")[1].split(" of 4000 resamples")[0])
    assert 1_250 <= count <= 1_620


def test_one_cluster_gives_a_point_without_an_interval() -> None:
    found = estimate_agreement([1, 0, 1], [1, 0, 0], clusters=["a", "a", "a"])[Coefficient.PERCENT]
    assert found.estimate == 2 / 3
    assert found.low is None
    assert found.reason == "an interval needs at least two clusters, and there is one"


def test_a_judge_does_not_differ_from_itself_in_any_coefficient() -> None:
    gold, verdict, families = _families(80, 3, seed=4)
    found = estimate_difference(gold, verdict, verdict, clusters=families)
    for name, value in found.items():
        assert (value.estimate, value.low, value.high) == (0, 0, 0), name


def test_a_difference_is_second_minus_first_with_a_paired_interval() -> None:
    gold, first, families = _families(100, 2, seed=5)
    second = np.where(np.arange(gold.size) % 20 == 0, 1 - first, first)
    found = estimate_difference(gold, first, second, clusters=families)[Coefficient.KAPPA]
    one, two = (
        estimate_agreement(gold, verdict, clusters=families)[Coefficient.KAPPA]
        for verdict in (first, second)
    )
    assert found.estimate == pytest.approx((two.estimate or 0) - (one.estimate or 0))
    widths = [(e.high or 0) - (e.low or 0) for e in (found, one, two)]
    # The judges share most mistakes, so the pair varies less than either judge does.
    assert widths[0] < min(widths[1:])


def test_a_difference_with_an_undefined_side_is_undefined() -> None:
    found = estimate_difference([1, 0, 1, 0], [1, 1, 1, 1], [1, 0, 1, 0])[Coefficient.MCC]
    assert found.estimate is None
    assert found.reason == "one of the raters used one class only, so there is nothing to correlate"


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        pytest.param({"replicates": 99}, "replicates must be at least 100, got 99", id="few"),
        pytest.param({"random_state": -1}, "random_state must be 0 or more, got -1", id="seed"),
        pytest.param({"level": 95}, "level must be a fraction .* got 95", id="level"),
    ],
)
def test_an_impossible_plan_is_refused(plan: dict[str, int], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        Plan(**plan)


def test_an_interval_of_an_undefined_point_has_the_reason_it_was_given() -> None:
    found = interval_from(
        np.nan, np.full(100, np.nan), n=5, clusters=5, plan=Plan(), undefined_because="because"
    )
    assert (found.estimate, found.reason) == (None, "because")
