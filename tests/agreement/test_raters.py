"""Agreement of many raters with missing ratings, against Gwet's table."""

import pandas as pd
import pytest

from calibration.agreement.bootstrap import Plan
from calibration.agreement.coefficients import Coefficient, coefficient
from calibration.agreement.raters import RaterCoefficient, estimate_raters
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
    # Worked figures: AC1 .77544, alpha nominal .74342, percent .81818.
    found = estimate_raters(_frame(GWET))
    assert found[RaterCoefficient.AC1].estimate == pytest.approx(0.77544, abs=5e-6)
    assert found[RaterCoefficient.ALPHA].estimate == pytest.approx(0.74342, abs=5e-6)
    assert found[RaterCoefficient.PERCENT].estimate == pytest.approx(0.81818, abs=5e-6)
    # Unit 12 has one rating: 11 units can agree.
    assert {value.n for value in found.values()} == {11}


def test_every_interval_holds_its_estimate_on_the_canonical_table() -> None:
    for value in estimate_raters(_frame(GWET)).values():
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
    found = estimate_raters(_frame({"A": first, "B": second}), plan=QUICK)
    for name in RaterCoefficient:
        expected = coefficient(Coefficient(name.value), first.split(), second.split())
        assert found[name].estimate == pytest.approx(expected), name


def test_the_order_of_rows_and_the_names_of_raters_change_nothing() -> None:
    frame = _frame(GWET)
    mixed = frame.sample(frac=1, random_state=4).replace({"rater_id": {"A": "z", "B": "y"}})
    one, two = estimate_raters(frame, plan=QUICK), estimate_raters(mixed, plan=QUICK)
    for name in RaterCoefficient:
        assert two[name].estimate == pytest.approx(one[name].estimate, abs=1e-12)


def test_units_of_one_family_are_resampled_together() -> None:
    # Twins that agree and disagree together hold half the information: the interval is wider.
    table = {"A": "1 1 2 2 " * 10, "B": "1 1 1 1 " * 5 + "1 1 2 2 " * 5}
    frame = _frame(table)
    numbers = frame["unit_id"].str[1:].astype(int)
    paired = frame.assign(cluster_id=numbers // 2)
    plan = Plan(replicates=4000)
    alone, together = estimate_raters(frame, plan=plan), estimate_raters(paired, plan=plan)
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
    found = estimate_raters(_frame({"A": "1 1 .", "B": "1 1 1"}), plan=QUICK)
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
    for value in estimate_raters(_frame(table), plan=QUICK).values():
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
