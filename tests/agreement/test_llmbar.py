"""The bundled LLMBar study: every published cell, and the figures that a correct build gives."""

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import pytest

from calibration.agreement.bootstrap import Plan
from calibration.agreement.coefficients import Coefficient
from calibration.agreement.llmbar import llmbar_paths
from calibration.agreement.pairing import Ground, Pair, lay_ground, pair
from calibration.agreement.selection import parse_where
from calibration.agreement.sheet import Sheet
from calibration.agreement.study import Options, Study, study
from calibration.agreement.summary import count
from db.intake import Table, read_table

QUICK = Plan(replicates=100)


class Cell(NamedTuple):
    """One published cell, printed as "81 / 100 = 81.0%"."""

    right: int
    n: int


@cache
def table(name: str) -> Table:
    return read_table(getattr(llmbar_paths(), name), what=name)


@cache
def ground() -> Ground:
    return lay_ground(Sheet(table("gold")), Sheet(table("verdicts")), key=(), cluster=None)


@cache
def published(statistic: str) -> Mapping[tuple[str, str], Cell]:
    cells = {}
    for row in table("published").rows:
        if row["statistic"] == statistic:
            printed = re.match(r"(\d+) / (\d+) = ", str(row["value"]))
            assert printed
            cells[str(row["subset"]), str(row["judge_id"])] = Cell(*map(int, printed.groups()))
    return cells


@cache
def pairs(judge: str, order: str) -> tuple[Pair, ...]:
    return pair(ground(), judge, parse_where([f"order={order}"]))


def subset(judge: str, order: str, name: str) -> list[Pair]:
    return [one for one in pairs(judge, order) if one.key[0] == name]


def studied(judge: str, **options: object) -> Study:
    return study(
        table("gold"),
        table("verdicts"),
        Options(judge=judge, where=("order=original",), plan=QUICK, **options),  # type: ignore[arg-type]
    )


def test_the_study_has_the_size_it_is_described_with() -> None:
    assert len(table("gold").rows) == 419
    assert len(table("verdicts").rows) == 54_470  # 419 x 65 x 2
    assert len(ground().verdicts.places("judge_id")) == 65
    assert ground().key == ("subset", "item_id")
    assert ground().labels == ("1", "2")


@pytest.mark.parametrize(
    ("statistic", "order"), [("correct_False", "original"), ("correct_True", "swapped")]
)
def test_both_integers_of_every_published_cell_are_reproduced(statistic: str, order: str) -> None:
    cells = published(statistic)
    assert len(cells) == 325  # 65 judges x 5 subsets
    ours = {}
    for name, judge in cells:
        counts = count(subset(judge, order, name))
        ours[name, judge] = Cell(right=counts.right, n=counts.n)
    assert ours == cells


def test_the_same_verdict_in_both_orders_is_counted_as_published() -> None:
    # Two unscored verdicts are equal (README of the data).
    cells = published("equal")
    ours = {}
    for name, judge in cells:
        both = zip(subset(judge, "original", name), subset(judge, "swapped", name), strict=True)
        same = [one.verdict == two.verdict for one, two in both]
        ours[name, judge] = Cell(right=sum(same), n=len(same))
    assert ours == cells


def test_right_in_both_orders_is_counted_as_published() -> None:
    cells = published("correct_both")
    ours = {}
    for name, judge in cells:
        first, second = subset(judge, "original", name), subset(judge, "swapped", name)
        twice = [one.right and two.right for one, two in zip(first, second, strict=True)]
        ours[name, judge] = Cell(right=sum(twice), n=len(twice))
    assert ours == cells


def test_the_published_averages_follow_from_the_counts() -> None:
    # Printed as a percentage with float noise: (right + right) / 2 n.
    printed = {
        (str(row["subset"]), str(row["judge_id"])): float(str(row["value"]).rstrip("%"))
        for row in table("published").rows
        if row["statistic"] == "correct_average"
    }
    ours = {}
    for name, judge in printed:
        first, second = subset(judge, "original", name), subset(judge, "swapped", name)
        ours[name, judge] = 100 * (count(first).right + count(second).right) / (2 * len(first))
    assert len(printed) == 325
    assert ours == pytest.approx(printed, abs=1e-9)


def test_134_verdicts_are_missing_and_fewer_are_scored_in_104_of_650_cells() -> None:
    unscored = [
        count(subset(judge, order, name)).unscored
        for order in ("original", "swapped")
        for name, judge in published("correct_False")
    ]
    assert sum(unscored) == 134
    assert len(unscored) == 650
    assert sum(cell > 0 for cell in unscored) == 104


def test_the_groups_of_a_study_are_the_published_cells() -> None:
    done = studied("GPT-4/Vanilla", by=("subset",))
    cells = published("correct_False")
    assert {
        part.where["subset"]: Cell(part.summary.counts.right, part.summary.counts.n)
        for part in done.by
    } == {name: cell for (name, judge), cell in cells.items() if judge == "GPT-4/Vanilla"}


def test_the_pooled_figures_of_the_vanilla_judge_are_those_of_the_literature_check() -> None:
    # 347 / 419 = .82816; Wilson [.78910, .86126]; Clopper-Pearson [.78856, .86305].
    one = studied("GPT-4/Vanilla").whole.summary
    assert (one.counts.right, one.counts.scored, one.counts.n) == (347, 419, 419)
    assert f"{one.accuracy.estimate:.5f}" == "0.82816"
    assert f"{one.accuracy.low:.5f} {one.accuracy.high:.5f}" == "0.78910 0.86126"
    assert one.accuracy.method.startswith("Wilson")
    assert f"{one.exact.low:.5f} {one.exact.high:.5f}" == "0.78856 0.86305"
    assert f"{one.coefficients[Coefficient.KAPPA].estimate:.5f}" == "0.65650"
    assert f"{one.coefficients[Coefficient.AC1].estimate:.5f}" == "0.65634"
    assert (one.clusters, one.deff, one.n_eff) == (419, 1.0, 419.0)


@pytest.mark.parametrize(
    ("first", "only_first", "only_second", "p"),
    [("GPT-4/Vanilla", 6, 20, "9.355e-03"), ("GPT-4/Vanilla_NoRules", 9, 51, "3.085e-08")],
)
def test_two_judges_differ_as_an_exact_mcnemar_test_says(
    first: str, only_first: int, only_second: int, p: str
) -> None:
    versus = studied(first, compare="GPT-4/Metrics_Reference").whole.versus
    assert versus is not None
    found = versus.comparison
    assert (found.only_first_right, found.only_second_right) == (only_first, only_second)
    assert f"{found.mcnemar_p:.3e}" == p
    assert found.difference.estimate == pytest.approx((only_second - only_first) / 419, abs=1e-15)


def test_kappa_against_the_human_label_is_ours_and_not_the_published_one() -> None:
    # The authors' label encoding is wrong: .2678 is printed where .8977 is right (README).
    done = study(
        table("gold"),
        table("verdicts"),
        Options(judge="GPT-4/Vanilla", where=("order=original", "subset=Natural"), plan=QUICK),
    )
    kappa = done.whole.summary.coefficients[Coefficient.KAPPA]
    assert f"{kappa.estimate:.4f}" == "0.8977"
    printed = [
        row["value"]
        for row in table("published").rows
        if (row["subset"], row["judge_id"], row["statistic"])
        == ("Natural", "GPT-4/Vanilla", "kappa_False")
    ]
    assert [f"{float(str(value)):.4f}" for value in printed] == ["0.2678"]


def test_counting_the_unscored_as_wrong_gives_another_accuracy_than_leaving_them_out() -> None:
    judge = max(
        ground().verdicts.places("judge_id"),
        key=lambda name: count(pairs(name, "original")).unscored,
    )
    one = studied(judge).whole.summary
    counts = one.counts
    assert counts.unscored > 0
    assert one.accuracy.estimate == counts.right / counts.scored
    assert one.counted_wrong.estimate == counts.right / counts.n
    assert one.lower_one_sided.estimate == one.counted_wrong.estimate
    assert one.counted_wrong.estimate < one.accuracy.estimate


def test_the_data_and_their_licence_travel_unchanged() -> None:
    # sha256sum of the files at origin (commit 900616b, reshaped to long form).
    assert table("gold").sha256 == (
        "496205b163e2727a93985e2e3af464fa8227a44802939c17fe55c005b3f76d4e"
    )
    assert table("verdicts").sha256 == (
        "4fe80d49152978e68abc8b22ec039ac6add4769501087a833a7fe57f4f5f50eb"
    )
    assert "MIT License" in llmbar_paths().licence.read_text()
    assert llmbar_paths().pairs.stat().st_size == 563_754
