"""Agreement of many raters with missing ratings, against Gwet's table."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from calibration.agreement.bootstrap import Plan
from calibration.agreement.coefficients import Coefficient, coefficient
from calibration.agreement.raters.coefficients import RaterCoefficient, estimate_raters
from calibration.agreement.raters.level import Level
from db.errors import Invalid

# Gwet, Handbook of Inter-Rater Reliability: 4 raters x 12 units x 5 categories, . is missing.
GWET = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}
QUICK = Plan(replicates=200)


def _frame(table: dict[str, str]) -> pd.DataFrame:
    rows = [
        (f"u{unit}", f"u{unit}", rater, None if label == "." else label)
        for rater, labels in table.items()
        for unit, label in enumerate(labels.split())
    ]
    return pd.DataFrame(rows, columns=["unit_id", "cluster_id", "rater_id", "label"])


def test_the_canonical_table_is_reproduced() -> None:
    # Worked figures: AC1 .77544, Fleiss .76117, alpha nominal .74342, percent .81818.
    found = estimate_raters(_frame(GWET)).coefficients
    assert found[RaterCoefficient.AC1].estimate == pytest.approx(0.77544, abs=5e-6)
    assert found[RaterCoefficient.FLEISS].estimate == pytest.approx(0.76117, abs=5e-6)
    assert found[RaterCoefficient.ALPHA].estimate == pytest.approx(0.74342, abs=5e-6)
    assert found[RaterCoefficient.PERCENT].estimate == pytest.approx(0.81818, abs=5e-6)
    # Unit 12 has one rating: 11 units can agree.
    assert {value.n for value in found.values()} == {11}


def test_every_interval_holds_its_estimate_on_the_canonical_table() -> None:
    for value in estimate_raters(_frame(GWET)).coefficients.values():
        assert value.low is not None
        assert value.estimate is not None
        assert value.high is not None
        assert value.low < value.estimate < value.high


def test_missing_rows_and_missing_labels_are_the_same() -> None:
    frame = _frame(GWET)
    short = frame.dropna(subset=["label"])
    assert estimate_raters(frame, plan=QUICK) == estimate_raters(short, plan=QUICK)


def test_two_raters_give_what_the_two_rater_coefficients_give() -> None:
    first, second = "1 1 2 3 2 2 1 3 3 1", "1 2 2 3 2 1 1 3 1 1"
    found = estimate_raters(_frame({"A": first, "B": second}), plan=QUICK).coefficients
    for name in set(RaterCoefficient) - {RaterCoefficient.FLEISS}:
        expected = coefficient(Coefficient(name.value), first.split(), second.split())
        assert found[name].estimate == pytest.approx(expected), name


def test_the_order_of_rows_and_the_names_of_raters_change_nothing() -> None:
    frame = _frame(GWET)
    mixed = frame.sample(frac=1, random_state=4).replace({"rater_id": {"A": "z", "B": "y"}})
    one = estimate_raters(frame, plan=QUICK).coefficients
    two = estimate_raters(mixed, plan=QUICK).coefficients
    for name in RaterCoefficient:
        assert two[name].estimate == pytest.approx(one[name].estimate, abs=1e-12)


def test_units_of_one_family_are_resampled_together() -> None:
    # Twins that agree and disagree together hold half the information: the interval is wider.
    table = {"A": "1 1 2 2 " * 10, "B": "1 1 1 1 " * 5 + "1 1 2 2 " * 5}
    frame = _frame(table)
    numbers = frame["unit_id"].str[1:].astype(int)
    paired = frame.assign(cluster_id=numbers // 2)
    plan = Plan(replicates=4000)
    alone = estimate_raters(frame, plan=plan).coefficients
    together = estimate_raters(paired, plan=plan).coefficients
    for name in RaterCoefficient:
        one, two = alone[name], together[name]
        assert one.estimate == pytest.approx(two.estimate)
        assert one.low is not None
        assert one.high is not None
        assert two.low is not None
        assert two.high is not None
        # Variance doubles, so the width grows by about sqrt(2).
        assert 1.2 < (two.high - two.low) / (one.high - one.low) < 1.7, name


def test_a_single_class_is_undefined_and_units_rated_once_do_not_count() -> None:
    found = estimate_raters(_frame({"A": "1 1 .", "B": "1 1 1"}), plan=QUICK).coefficients
    assert found[RaterCoefficient.PERCENT].estimate == 1
    assert found[RaterCoefficient.AC1].estimate is None
    assert found[RaterCoefficient.ALPHA].reason == (
        "only one class was used, so chance cannot be told apart"
    )
    assert found[RaterCoefficient.AC1].n == 2


@pytest.mark.parametrize(
    "table",
    [
        pytest.param({"A": "1 2 . .", "B": ". . 1 2"}, id="no unit rated twice"),
        pytest.param({"A": ". .", "B": ". ."}, id="no rating at all"),
    ],
)
def test_without_a_unit_rated_twice_everything_is_undefined(table: dict[str, str]) -> None:
    for value in estimate_raters(_frame(table), plan=QUICK).coefficients.values():
        assert value.reason == "no unit has two ratings"
        assert value.n == 0


def test_a_frame_without_a_column_is_refused() -> None:
    with pytest.raises(Invalid, match=r"\['rater_id'\] is absent from"):
        estimate_raters(_frame(GWET).drop(columns="rater_id"))


def test_a_rater_who_rates_a_unit_twice_is_refused() -> None:
    frame = _frame(GWET)
    with pytest.raises(Invalid, match="Rater 'A' rates unit 'u0' twice; keep one"):
        estimate_raters(pd.concat([frame, frame.head(1)]))


def test_a_unit_in_two_clusters_is_refused() -> None:
    frame = _frame(GWET)
    frame.loc[0, "cluster_id"] = "elsewhere"
    with pytest.raises(Invalid, match="Unit 'u0' is in 2 clusters; it can be in one only"):
        estimate_raters(frame)


def test_a_rating_without_a_unit_is_refused() -> None:
    frame = _frame(GWET)
    frame.loc[3, "unit_id"] = None
    with pytest.raises(Invalid, match="Every rating needs a unit_id; row 3 has none"):
        estimate_raters(frame)


def test_a_label_that_is_not_legal_is_refused() -> None:
    with pytest.raises(Invalid, match=r"label holds '5' .* legal labels are \['1', '2'"):
        estimate_raters(_frame(GWET), categories=["1", "2", "3", "4"])


@pytest.mark.parametrize(
    ("level", "alpha"),
    [(Level.NOMINAL, 0.74342), (Level.ORDINAL, 0.81539), (Level.INTERVAL, 0.84911)],
)
def test_alpha_has_the_worked_value_at_every_level(level: Level, alpha: float) -> None:
    found = estimate_raters(_frame(GWET), level=level, plan=QUICK).coefficients
    assert found[RaterCoefficient.ALPHA].estimate == pytest.approx(alpha, abs=5e-6)
    # Only alpha knows levels.
    assert found[RaterCoefficient.AC1].estimate == pytest.approx(0.77544, abs=5e-6)


def test_levels_differ_in_the_resamples_too() -> None:
    # The ordinal distance depends on the totals of each resample.
    lows = {
        estimate_raters(_frame(GWET), level=level).coefficients[RaterCoefficient.ALPHA].low
        for level in Level
    }
    assert len(lows) == 3


def test_ordinal_labels_are_put_in_the_order_of_their_numbers() -> None:
    # As texts "10" comes before "9": the order of numbers is that of a, b, c.
    table = {"A": "9 10 11 9 10 11 9", "B": "9 10 10 10 10 11 9", "C": "9 10 11 9 11 11 10"}
    smaller = {
        rater: labels.replace("11", "3").replace("10", "2").replace("9", "1")
        for rater, labels in table.items()
    }
    for level in (Level.ORDINAL, Level.INTERVAL):
        one = estimate_raters(_frame(table), level=level, plan=QUICK).coefficients
        two = estimate_raters(_frame(smaller), level=level, plan=QUICK).coefficients
        assert one == two


def test_two_labels_have_one_alpha_at_every_level_whatever_they_are_called() -> None:
    frame = _frame({"A": "yes no yes yes no", "B": "yes no no yes no"})
    found = {
        estimate_raters(frame, level=level, plan=QUICK).coefficients[RaterCoefficient.ALPHA]
        for level in Level
    }
    assert len({round(value.estimate or 0, 12) for value in found}) == 1


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("1 2 good", "The level 'ordinal' needs labels that are numbers, got 'good'; write them"),
        ("1 2 nan", "The level 'ordinal' needs labels that are numbers, got 'nan'"),
        ("1.1 2 1.10", "The labels '1.1' and '1.10' are the same number; write it one way"),
    ],
)
def test_labels_without_an_order_are_refused_at_a_level_that_needs_one(
    labels: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        estimate_raters(_frame({"A": labels, "B": labels}), level=Level.ORDINAL)


def test_fleiss_is_that_of_statsmodels_when_nothing_is_missing() -> None:
    random = np.random.default_rng(3)
    labels = random.integers(0, 3, size=(4, 30))
    labels[1:3] = np.where(random.random((2, 30)) < 0.6, labels[0], labels[1:3])
    frame = _frame({f"r{n}": " ".join(map(str, row)) for n, row in enumerate(labels)})
    found = estimate_raters(frame, plan=QUICK)
    table, _ = aggregate_raters(labels.T, n_cat=3)
    fleiss = found.coefficients[RaterCoefficient.FLEISS]
    assert fleiss.estimate == pytest.approx(fleiss_kappa(table, method="fleiss"), abs=1e-12)
    assert "missing ratings" not in fleiss.method
    assert (found.fewest, found.most) == (4, 4)


def test_fleiss_says_when_units_have_different_numbers_of_ratings() -> None:
    fleiss = estimate_raters(_frame(GWET), plan=QUICK).coefficients[RaterCoefficient.FLEISS]
    assert fleiss.method.endswith("in the form for missing ratings: units have 1 to 4")


def test_prevalence_is_the_mean_share_of_each_label_over_rated_units() -> None:
    # Units: (1, 1), (1, 2), (2): shares of 1 are 1, .5 and 0, their mean .5; three units.
    found = estimate_raters(_frame({"A": "1 1 2", "B": "1 2 ."}), plan=QUICK).prevalence
    assert {label: (one.estimate, one.n) for label, one in found.items()} == {
        "1": (0.5, 3),
        "2": (0.5, 3),
    }


def test_the_interval_of_alpha_covers_the_truth_with_missing_ratings() -> None:
    # Both labels are equally likely and each of three raters errs with probability .15, so two
    # agree with probability 1 - 2 * .15 * .85 = .745, by chance .5: alpha is .245 / .5 = .49.
    random = np.random.default_rng(20260506)
    covered = 0
    for _ in range(120):
        truth = np.repeat(random.integers(0, 2, size=60), 3)
        units = np.repeat(np.arange(60), 3)
        frame = pd.DataFrame(
            {
                "unit_id": units,
                "cluster_id": units,
                "rater_id": np.tile(["a", "b", "c"], 60),
                "label": np.where(random.random(180) < 0.15, 1 - truth, truth),
            }
        )
        kept = frame[random.random(180) >= 0.2]
        plan = Plan(replicates=400)
        alpha = estimate_raters(kept, plan=plan).coefficients[RaterCoefficient.ALPHA]
        assert alpha.low is not None
        assert alpha.high is not None
        covered += alpha.low <= 0.49 <= alpha.high
    # 95 % of 120 is 114; fewer than 106, or all 120, have probabilities of .001 and .002.
    assert 106 <= covered < 120
