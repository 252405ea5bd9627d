"""What every two raters say together."""

import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from calibration.agreement.bootstrap import Plan
from calibration.agreement.raters.pairs import rater_pairs, rater_q

QUICK = Plan(replicates=200)
# B says 1 where A says 0 five times, the other way round once.
TABLE = {
    "A": "1 1 1 0 0 0 0 0 0 0 . 1",
    "B": "1 1 0 1 1 1 1 1 0 0 1 1",
    "C": "1 1 1 0 0 0 . 0 0 0 . .",
}


def frame(table: dict[str, str], clusters: str = "") -> pd.DataFrame:
    owners = clusters.split()
    rows = [
        (f"u{unit}", owners[unit] if owners else unit, rater, None if label == "." else label)
        for rater, labels in table.items()
        for unit, label in enumerate(labels.split())
    ]
    return pd.DataFrame(rows, columns=["unit_id", "cluster_id", "rater_id", "label"])


def test_each_pair_rests_on_the_units_that_both_rated() -> None:
    pairs = rater_pairs(frame(TABLE), categories=["0", "1"], plan=QUICK)
    assert [(p.first, p.second, p.n, p.equal) for p in pairs] == [
        ("A", "B", 11, 5),
        ("A", "C", 9, 9),
        ("B", "C", 9, 4),
    ]
    for pair in pairs:
        one, two = TABLE[pair.first].split(), TABLE[pair.second].split()
        both = [(a, b) for a, b in zip(one, two, strict=True) if "." not in (a, b)]
        expected = cohen_kappa_score(*zip(*both, strict=True))
        assert pair.kappa.estimate == pytest.approx(expected)
        assert pair.kappa.n == pair.n


def test_the_p_value_asks_who_says_yes_more_often_and_is_corrected_for_all_pairs() -> None:
    pairs = rater_pairs(frame(TABLE), categories=["0", "1"], plan=QUICK)
    # A against B: 1 and 5 discordant, exact McNemar 2 (1 + 6) / 64; A against C: none; B against
    # C: 4 (unit 6 is not C's) and 1, 2 (1 + 5) / 32. Holm: 3 x 14/64, then at least as much.
    assert [p.p for p in pairs] == pytest.approx([14 / 64, 1, 12 / 32])
    assert [p.p_holm for p in pairs] == pytest.approx([42 / 64, 1, 24 / 32])
    assert {p.reason for p in pairs} == {None}


def test_units_of_one_family_flip_together() -> None:
    # Two discordant families, both towards B: two patterns of four are as far, not 2 of 2^4.
    together = frame({"A": "0 0 0 0 1 0", "B": "1 1 1 1 1 0"}, clusters="a a b b c d")
    (pair,) = rater_pairs(together, categories=["0", "1"], plan=QUICK)
    assert pair.p == pytest.approx(2 / 4)


def test_raters_without_a_common_unit_have_no_kappa_and_no_p() -> None:
    table = frame({"A": "1 0 . .", "B": ". . 1 0", "C": ". . . ."})
    pairs = rater_pairs(table, categories=["0", "1"], plan=QUICK)
    assert len(pairs) == 3
    for pair in pairs:
        assert (pair.n, pair.p, pair.p_holm) == (0, None, None)
        assert pair.reason == "no unit is rated by both"
        assert pair.kappa.reason == "there is nothing to count: n is 0"


def test_three_labels_have_kappa_and_no_p() -> None:
    (pair,) = rater_pairs(
        frame({"A": "1 2 3 1", "B": "1 2 3 2"}), categories=["1", "2", "3"], plan=QUICK
    )
    assert pair.kappa.estimate is not None
    assert pair.reason == "the test needs two labels, and there are 3"


def test_q_takes_the_units_that_everybody_rated_and_counts_the_others() -> None:
    # Units 0-5 and 7-9 are complete. Yes: A 3, B 6, C 3; by unit 3, 3, 2, 1, 1, 1, 1, 0, 0:
    # Q = 2 (3 (9 + 36 + 9) - 144) / (3 x 12 - (9 + 9 + 4 + 1 + 1 + 1 + 1)) = 36 / 10.
    found = rater_q(frame(TABLE), categories=["0", "1"])
    assert found.q == pytest.approx(3.6)
    assert (found.n, found.left_out) == (9, 3)


def test_q_needs_two_labels() -> None:
    found = rater_q(frame({"A": "1 2 3", "B": "1 2 3", "C": "1 1 1"}), categories=["1", "2", "3"])
    assert found.reason == "the test needs two labels, and there are 3"
    assert found.n == 3
