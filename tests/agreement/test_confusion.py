"""The two-by-two table: counts, rates and the always-pass judge."""

import pytest

from calibration.agreement.confusion import confusion
from db.errors import Invalid


def test_counts_and_rates_are_those_counted_by_hand() -> None:
    # gold 1 1 1 0 0, verdict 1 1 0 0 1: tp 2, fn 1, tn 1, fp 1.
    table = confusion([1, 1, 1, 0, 0], [1, 1, 0, 0, 1])
    assert (table.tp, table.fp, table.fn, table.tn, table.n) == (2, 1, 1, 1, 5)
    assert table.tpr.wilson.estimate == 2 / 3
    assert table.tnr.wilson.estimate == 1 / 2
    assert table.accuracy.wilson.estimate == 3 / 5
    assert table.prevalence.estimate == 3 / 5
    assert (table.tpr.wilson.n, table.tnr.wilson.n) == (3, 2)


def test_an_always_pass_judge_has_high_accuracy_and_stops_nothing() -> None:
    # The prevalence trap: TP 980, FP 20, FN 0, TN 0.
    table = confusion([1] * 980 + [0] * 20, [1] * 1000)
    assert table.accuracy.wilson.estimate == 0.98
    assert table.tnr.wilson.estimate == 0
    assert table.tnr.lower.low == 0
    # 20 of 20 wrong: the upper end of the two-sided exact interval is 1 - .025^(1/20).
    assert table.tnr.exact.high == pytest.approx(1 - 0.025 ** (1 / 20))


def test_the_gate_bound_of_tpr_is_the_one_sided_exact_one() -> None:
    # 59 of 59: .05^(1/59) = .95049.
    assert confusion([1] * 59, [1] * 59).tpr.lower.low == pytest.approx(0.05 ** (1 / 59))


def test_a_rate_without_its_class_is_undefined_with_a_reason() -> None:
    table = confusion([1, 1], [1, 0])
    assert table.tnr.wilson.estimate is None
    assert table.tnr.lower.reason == "there is nothing to count: n is 0"


@pytest.mark.parametrize(
    ("gold", "verdict", "sentence"),
    [
        pytest.param(
            [1, 0], [1], "Columns must be equally long, got gold 2, verdict 1.", id="size"
        ),
        pytest.param([1, 2], [1, 0], "gold must hold only 0 and 1, got 2 at position 1", id="2"),
        pytest.param([1, 0], [None, 0], "verdict must hold only 0 and 1, got None", id="None"),
        pytest.param(["1", "0"], [1, 0], "gold must hold only 0 and 1, got '1'", id="text"),
        pytest.param([[1, 0]], [1, 0], "gold must be one-dimensional", id="matrix"),
    ],
)
def test_what_is_not_a_column_of_0_and_1_is_refused(
    gold: list[object], verdict: list[object], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        confusion(gold, verdict)
