"""Clustered accuracy: the design effect by hand, its floor, and the gate's false rate."""

from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.stats import beta
from scipy.stats import t as student

from calibration.agreement.clusters import cluster_effect, clustered_interval, clustered_lower
from calibration.agreement.intervals import exact, lower_one_sided
from calibration.agreement.limits import lower_limit
from db.errors import Invalid

UNITS = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60)


def test_the_design_effect_is_the_one_computed_by_hand() -> None:
    # Four clusters of two: 11 11 00 11, p = 6/8. Deviations +-: sums per cluster .5, .5, -1.5, .5;
    # squares sum to 3; SE2 = 4/3 * 3 / 64 = 1/16; p(1-p)/n = .1875/8 = .0234375; deff = 8/3.
    effect = cluster_effect([1, 1, 1, 1, 0, 0, 1, 1], list("aabbccdd"))
    assert (effect.n, effect.right, effect.clusters, effect.mean_size) == (8, 6, 4, 2.0)
    assert effect.deff_measured == pytest.approx(8 / 3)
    assert effect.deff == pytest.approx(8 / 3)
    # n_eff = 8 / (8/3) * (t_7 / t_3)^2 with t quantiles at .95 for the gate and .975 for display.
    gate = 3 * (1.894578605 / 2.353363435) ** 2
    shown = 3 * (2.364624252 / 3.182446305) ** 2
    assert effect.n_eff == pytest.approx(gate, rel=1e-8)
    assert effect.n_eff_display == pytest.approx(shown, rel=1e-8)
    assert clustered_lower(effect).low == pytest.approx(
        beta.ppf(0.05, 0.75 * gate, 0.25 * gate + 1), rel=1e-8
    )
    interval = clustered_interval(effect)
    assert (interval.low, interval.high) == pytest.approx(
        (
            beta.ppf(0.025, 0.75 * shown, 0.25 * shown + 1),
            beta.ppf(0.975, 0.75 * shown + 1, 0.25 * shown),
        ),
        rel=1e-8,
    )


def test_the_floor_holds_when_the_measured_effect_is_small() -> None:
    # Each pair holds one right and one wrong: every cluster sum is 0, so the measured effect is 0.
    effect = cluster_effect([1, 0] * 10, np.repeat(np.arange(10), 2))
    assert effect.deff_measured == 0
    assert effect.deff == pytest.approx(1 + (2 - 1) * 0.3)


def test_the_floor_holds_when_all_are_right_and_nothing_can_be_measured() -> None:
    effect = cluster_effect(np.ones(300, int), np.repeat(np.arange(100), 3))
    assert effect.deff_measured is None
    assert effect.deff == pytest.approx(1.6)
    n_eff = 300 / 1.6 * (student.ppf(0.95, 299) / student.ppf(0.95, 99)) ** 2
    assert effect.n_eff == pytest.approx(n_eff, rel=1e-9)
    # All right: the bound is alpha^(1/n_eff), well below the .05^(1/300) of independent labels.
    assert clustered_lower(effect).low == pytest.approx(0.05 ** (1 / n_eff), rel=1e-9)


def test_the_floor_applies_as_soon_as_one_cluster_has_two_members() -> None:
    effect = cluster_effect([1] * 9 + [0], [0, 0, *range(1, 9)])
    assert effect.deff is not None
    assert effect.deff >= 1 + (10 / 9 - 1) * 0.3
    assert effect.n_eff is not None
    assert effect.n_eff < 10


@given(st.lists(st.booleans(), min_size=1, max_size=200))
@example([False] * 18 + [True] * 7)  # 7 / 25 * 25 is not 7 in floating point
@settings(max_examples=60, deadline=None)
def test_clusters_of_one_member_are_independent_units(right: list[bool]) -> None:
    effect = cluster_effect(right, [f"family {i}" for i in range(len(right))])
    n, total = len(right), sum(right)
    assert (effect.deff, effect.n_eff, effect.n_eff_display) == (1, n, n)
    assert clustered_lower(effect).as_json() == lower_one_sided(total, n).as_json()
    assert clustered_interval(effect).as_json() == exact(total, n).as_json()


@given(UNITS, st.permutations("abcdefghi"), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_neither_order_nor_cluster_names_change_the_effect(
    units: list[tuple[bool, int]], names: list[str], random: Random
) -> None:
    shuffled = random.sample(units, len(units))
    one = cluster_effect([r for r, _ in units], [c for _, c in units])
    two = cluster_effect([r for r, _ in shuffled], [names[c] for _, c in shuffled])
    assert (one.n, one.right, one.clusters, one.reason) == (
        two.n,
        two.right,
        two.clusters,
        two.reason,
    )
    assert (one.deff is None) == (two.deff is None)
    if one.deff is not None:
        assert one.deff == pytest.approx(two.deff)


@given(UNITS)
@settings(max_examples=60, deadline=None)
def test_clusters_never_prove_more_than_independent_units(
    units: list[tuple[bool, int]],
) -> None:
    effect = cluster_effect([r for r, _ in units], [c for _, c in units])
    found, shown = clustered_lower(effect), clustered_interval(effect)
    if effect.reason is not None:
        assert found.estimate is None
        return
    assert effect.n_eff <= effect.n
    assert found.low <= lower_one_sided(effect.right, effect.n).low + 1e-12
    assert 0 <= shown.low <= shown.estimate <= shown.high <= 1


def test_one_shared_cluster_is_undefined_with_the_reason() -> None:
    effect = cluster_effect([1, 0, 1], ["a", "a", "a"])
    assert (effect.deff, effect.n_eff) == (None, None)
    for found in (clustered_lower(effect), clustered_interval(effect)):
        assert found.low is None
        assert found.reason == (
            "all units share one cluster, so the spread between clusters is unknown"
        )


def test_no_unit_is_undefined_with_the_reason() -> None:
    assert clustered_lower(cluster_effect([], [])).reason == "there is nothing to count: n is 0"


def test_a_unit_without_a_cluster_is_refused() -> None:
    with pytest.raises(Invalid, match="Every unit needs a cluster; the one at position 1 has none"):
        cluster_effect([1, 0, 1], ["a", None, "b"])


def test_a_column_of_another_length_is_refused() -> None:
    with pytest.raises(Invalid, match="equally long, got right 2, clusters 1"):
        cluster_effect([1, 0], ["a"])


def test_very_uneven_families_are_warned_of_in_the_method() -> None:
    # 100 families of one and 6 of 20: n = 220, mean 220/106 = 2.08; a random unit sees
    # (100 + 6 * 400) / 220 = 11.4, more than twice as much.
    clusters = np.r_[np.arange(100), np.repeat(np.arange(100, 106), 20)]
    effect = cluster_effect(np.ones(220, int), clusters)
    assert effect.unit_mean_size == pytest.approx(2500 / 220)
    assert "uneven" in clustered_lower(effect).method
    even = cluster_effect(np.ones(200, int), np.repeat(np.arange(100), 2))
    assert "uneven" not in clustered_lower(even).method


TRIALS = 2_000
CORRELATION = 0.3


def _false_passes(families: int, size: int, target: float) -> tuple[int, int]:
    """Count trials in which a judge exactly at the target passes: with clusters, and ignoring them.

    Family accuracies are Beta(target * s, (1 - target) * s) with s = 1 / ICC - 1, which gives the
    responses of a family the intracluster correlation ICC.
    """
    random = np.random.default_rng(20250101)
    spread = 1 / CORRELATION - 1
    clusters = np.repeat(np.arange(families), size)
    clustered = ignoring = 0
    for _ in range(TRIALS):
        accuracy = random.beta(target * spread, (1 - target) * spread, size=families)
        right = random.random(clusters.size) < accuracy[clusters]
        bound = clustered_lower(cluster_effect(right, clusters)).low
        assert bound is not None
        clustered += bound >= target
        ignoring += lower_limit(float(right.sum()), right.size, alpha=0.05) >= target
    return clustered, ignoring


@pytest.mark.parametrize(
    ("families", "size", "target"),
    [
        pytest.param(100, 3, 0.9, id="100 families of 3 at 90 %"),
        pytest.param(60, 5, 0.9, id="60 families of 5 at 90 %"),
        pytest.param(160, 2, 0.95, id="160 families of 2 at 95 %"),
        pytest.param(30, 10, 0.9, id="30 families of 10 at 90 %"),
    ],
)
def test_clustered_labels_certify_falsely_in_at_most_5_percent_of_trials(
    families: int, size: int, target: float
) -> None:
    clustered, _ = _false_passes(families, size, target)
    assert lower_limit(clustered, TRIALS, alpha=0.05) <= 0.05


def test_ignoring_the_families_would_break_the_promise() -> None:
    # The control: the same trials, counted as independent labels, fail the test above.
    _, ignoring = _false_passes(60, 5, 0.9)
    assert lower_limit(ignoring, TRIALS, alpha=0.05) > 0.05
