"""Filters and groups: which rows a study looks at."""

import pytest

from calibration.agreement.summary import Counts
from db.errors import Invalid
from db.intake import RowsRefused
from tests.agreement.handed_in import gold, run, verdicts

GOLD = gold(
    """
    item_id,language,level,label
    a,zh,hard,1
    b,zh,easy,0
    c,en,hard,1
    d,en,easy,0
    """
)
VERDICTS = verdicts(
    """
    item_id,judge_id,language,order,verdict
    a,j,zh,original,1
    b,j,zh,original,1
    c,j,en,original,1
    d,j,en,original,0
    a,j,zh,swapped,0
    b,j,zh,swapped,0
    c,j,en,swapped,
    """
)


def counts(*where: str) -> Counts:
    return run(GOLD, VERDICTS, where=where).whole.summary.counts


def test_different_columns_must_all_match() -> None:
    assert counts("order=original", "language=zh") == Counts(n=2, scored=2, unscored=0, right=1)


def test_values_of_one_column_are_alternatives() -> None:
    assert counts("order=original", "language=zh", "language=en").n == 4


def test_a_filter_on_a_column_of_the_verdicts_leaves_gold_whole() -> None:
    # swapped: a wrong, b right, c empty, d absent
    assert counts("order=swapped") == Counts(n=4, scored=2, unscored=2, right=1)


def test_a_filter_on_a_column_of_gold_leaves_its_verdicts_out_without_complaint() -> None:
    assert counts("order=original", "level=hard") == Counts(n=2, scored=2, unscored=0, right=2)


def test_filter_values_compare_like_cells() -> None:
    labels = gold("item_id,batch,label\na,1,1\nb,2,0\n")
    said = verdicts("item_id,judge_id,verdict\na,j,1\nb,j,0\n")
    assert run(labels, said, where=("batch=1.0",)).whole.summary.counts.n == 1


def test_the_first_equals_sign_divides() -> None:
    labels = gold("item_id,rule,label\na,x=y,1\nb,z,0\n")
    said = verdicts("item_id,judge_id,verdict\na,j,1\nb,j,0\n")
    assert run(labels, said, where=("rule=x=y",)).whole.summary.counts.n == 1


def test_legal_labels_are_those_of_the_whole_gold_file() -> None:
    # Only label 1 is left in gold, but verdict 0 stays legal.
    done = run(GOLD, VERDICTS, where=("order=swapped", "level=hard"))
    assert done.ground.labels == ("0", "1")
    assert done.whole.summary.counts == Counts(n=2, scored=1, unscored=1, right=0)


def test_each_group_is_what_one_more_filter_gives() -> None:
    done = run(GOLD, VERDICTS, where=("order=original",), by=("language", "level"))
    assert [part.where for part in done.by] == [
        {"language": language, "level": level}
        for language in ("en", "zh")
        for level in ("easy", "hard")
    ]
    for part in done.by:
        more = tuple(f"{column}={text}" for column, text in part.where.items())
        alone = run(GOLD, VERDICTS, where=("order=original", *more))
        assert part.summary == alone.whole.summary


def test_groups_by_a_column_of_the_verdicts_keep_all_gold() -> None:
    said = verdicts("item_id,judge_id,site,verdict\na,j,x,1\nb,j,x,0\nc,j,y,1\nd,j,y,1\n")
    done = run(GOLD, said, by=("site",))
    assert [(part.where, part.summary.counts.right) for part in done.by] == [
        ({"site": "x"}, 2),
        ({"site": "y"}, 1),
    ]
    assert {part.summary.counts.n for part in done.by} == {4}


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (
            "oder=original",
            "--where names the column 'oder', which neither file has; they have 'item_id', "
            "'language', 'level', 'label', 'judge_id', 'order', 'verdict': choose one of them.",
        ),
        (
            "order=orignal",
            "--where order=orignal matches no row; 'order' has 'original', 'swapped': choose one "
            "of them.",
        ),
        (
            "order",
            "--where takes COL=VALUE, got 'order'; write for example --where order=original.",
        ),
    ],
    ids=["column", "value", "form"],
)
def test_a_filter_that_means_nothing_is_refused(where: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        counts(where)
    assert str(refusal.value) == sentence


def test_filters_that_leave_no_gold_together_are_refused() -> None:
    labels = gold("item_id,x,y,label\na,1,1,1\nb,2,2,0\n")
    said = verdicts("item_id,judge_id,verdict\na,j,1\nb,j,0\n")
    with pytest.raises(Invalid) as refusal:
        run(labels, said, where=("x=1", "y=2"))
    assert str(refusal.value) == (
        "No row of 'gold.csv' matches --where x=1 --where y=2 together; drop one of the filters."
    )


def test_a_judge_without_a_verdict_inside_the_filters_is_unscored_and_undefined() -> None:
    said = verdicts("item_id,judge_id,order,verdict\na,j,original,1\na,k,swapped,1\n")
    done = run(GOLD, said, where=("order=swapped",), compare="k")
    one, versus = done.whole.summary, done.whole.versus
    assert one.counts == Counts(n=4, scored=0, unscored=4, right=0)
    for estimate in (one.accuracy, one.exact, *one.coefficients.values(), one.tpr.scored):
        assert (estimate.estimate, estimate.low, estimate.high, estimate.n) == (None,) * 3 + (0,)
        assert estimate.reason == "there is nothing to count: n is 0"
    # Unscored counts as wrong where all gold counts: 0 of 4.
    assert (one.counted_wrong.estimate, one.counted_wrong.n) == (0.0, 4)
    assert versus is not None
    assert versus.counts == Counts(n=4, scored=1, unscored=3, right=1)
    # The same the other way round, and for a judge that no filter meets.
    back = run(GOLD, said, judge="k", where=("order=swapped",), compare="j").whole
    assert back.summary.counts.scored == 1
    assert back.versus is not None
    assert back.versus.counts == Counts(n=4, scored=0, unscored=4, right=0)


def test_a_judge_that_is_nowhere_in_the_file_is_still_refused() -> None:
    said = verdicts("item_id,judge_id,order,verdict\na,j,original,1\na,k,swapped,1\n")
    for options in ({"judge": "x"}, {"compare": "x"}):
        with pytest.raises(Invalid, match=r"'x' is no judge_id of 'verdicts\.csv'"):
            run(GOLD, said, where=("order=swapped",), **options)  # type: ignore[arg-type]


SITES = verdicts(
    """
    item_id,judge_id,site,verdict
    a,j,x,1
    b,j,x,0
    c,j,y,1
    a,k,y,1
    d,k,z,0
    b,other,w,1
    """
)


@pytest.mark.parametrize("by", [("site",), ("language",), ("level", "site"), ("site", "language")])
def test_each_group_of_two_judges_is_exactly_what_one_more_filter_gives(
    by: tuple[str, ...],
) -> None:
    done = run(GOLD, SITES, by=by, compare="k")
    assert done.by
    for part in done.by:
        more = tuple(f"{column}={text}" for column, text in part.where.items())
        alone = run(GOLD, SITES, compare="k", where=more).whole
        assert (part.summary, part.versus) == (alone.summary, alone.versus)


def test_groups_come_from_gold_and_from_both_judges() -> None:
    # Site z has a verdict of k only, w of neither; zh and en are in gold.
    done = run(GOLD, SITES, by=("language", "site"), compare="k")
    assert [tuple(part.where.values()) for part in done.by] == [
        (language, site) for language in ("en", "zh") for site in "xyz"
    ]
    assert [part.where["site"] for part in run(GOLD, SITES, by=("site",)).by] == ["x", "y"]


def test_a_judge_without_verdicts_loses_no_group_of_gold() -> None:
    done = run(GOLD, SITES, by=("language", "site"), where=("site=w",))
    assert [tuple(part.where.values()) for part in done.by] == [("en", "w"), ("zh", "w")]
    assert [part.summary.counts for part in done.by] == [
        Counts(n=2, scored=0, unscored=2, right=0)
    ] * 2


def test_groups_by_a_column_of_the_verdicts_say_what_unscored_means_there() -> None:
    done = run(GOLD, SITES, by=("language", "site"))
    assert {part.note for part in done.by} == {
        "only the verdicts have 'site': gold without a verdict in this group counts as unscored "
        "here, and so in every such group"
    }
    assert {part.note for part in run(GOLD, SITES, by=("language",)).by} == {None}
    assert done.whole.note is None


def test_files_that_contradict_each_other_in_a_filtered_column_are_refused() -> None:
    # Gold says a is zh, the verdict says en: it would vanish and count as unscored.
    said = verdicts("item_id,judge_id,language,verdict\na,j,en,1\nb,j,zh,0\nc,j,en,1\nd,j,en,1\n")
    for language in ("zh", "en"):
        with pytest.raises(RowsRefused) as refusal:
            run(GOLD, said, where=(f"language={language}",))
        assert str(refusal.value) == (
            "The verdicts file 'verdicts.csv' is refused: another 'language' than the gold file "
            "for the same key in row 2; make both files say the same, or drop that filter."
        )


def test_too_many_groups_are_refused_before_they_are_worked_out() -> None:
    labels = gold("item_id,label\n" + "".join(f"i{n},{n % 2}\n" for n in range(1_001)))
    said = verdicts("item_id,judge_id,verdict\ni1,j,1\n")
    with pytest.raises(Invalid, match="--by item_id makes 1,001 groups where 1,000 is the limit"):
        run(labels, said, by=("item_id",))


def test_the_grid_of_8_types_23_domains_and_2_languages_is_cut_whole() -> None:
    cells = [(t, d, language) for t in range(8) for d in range(23) for language in ("zh", "en")]
    rows = [f"{at},t{t},d{d},{language}" for at, (t, d, language) in enumerate(cells)]
    labels = gold("item_id,type,domain,language,label\n" + "\n".join(f"{r},1" for r in rows))
    said = verdicts("item_id,judge_id,verdict\n" + "".join(f"{n},j,1\n" for n in range(368)))
    done = run(labels, said, by=("type", "domain", "language"))
    assert len(done.by) == 368
    assert {part.summary.counts for part in done.by} == {Counts(n=1, scored=1, unscored=0, right=1)}


def test_groups_that_two_files_multiply_are_counted_before_they_are_listed() -> None:
    # 20,000 x 20,000 groups would not fit into any memory.
    ids = range(20_000)
    labels = gold("item_id,label\n" + "".join(f"i{n},{n % 2}\n" for n in ids))
    said = verdicts("item_id,judge_id,run,verdict\n" + "".join(f"i{n},j,r{n},1\n" for n in ids))
    with pytest.raises(Invalid, match="--by item_id --by run makes 400,000,000 groups where 1,000"):
        run(labels, said, by=("item_id", "run"))
