"""What a study counts, and what it refuses to count."""

import pytest

from calibration.agreement.summary import Counts
from db.errors import Invalid
from tests.agreement.handed_in import gold, objects, run, verdicts

GOLD = gold(
    """
    item_id,label
    a,1
    b,0
    c,1
    d,0
    """
)
VERDICTS = verdicts(
    """
    item_id,judge_id,verdict
    a,j,1
    b,j,1
    c,j,
    a,k,0
    b,k,0
    c,k,1
    d,k,0
    """
)


def test_gold_without_a_verdict_and_an_empty_verdict_both_count_as_unscored() -> None:
    # a right, b wrong, c empty, d absent.
    done = run(GOLD, VERDICTS)
    assert done.whole.summary.counts == Counts(n=4, scored=2, unscored=2, right=1)
    assert done.whole.summary.accuracy.estimate == 1 / 2
    assert done.whole.summary.accuracy.n == 2
    assert done.whole.summary.counted_wrong.estimate == 1 / 4
    assert done.whole.summary.counted_wrong.n == 4
    assert done.whole.summary.table == {
        "0": {"0": 0, "1": 1, "": 1},
        "1": {"0": 0, "1": 1, "": 1},
    }


def test_the_bound_for_gates_counts_the_unscored_as_wrong() -> None:
    # scipy.stats.beta.ppf(.05, 1, 4) = 1 - .95 ** (1 / 4)
    done = run(GOLD, VERDICTS)
    assert done.whole.summary.lower_one_sided.low == pytest.approx(1 - 0.95**0.25, abs=1e-12)


def test_disagreements_are_verdicts_other_than_gold_and_not_the_unscored() -> None:
    (only,) = run(GOLD, VERDICTS).disagreements
    assert (only.key, only.gold, only.verdict) == (("b",), "0", "1")
    assert (only.gold_row, only.verdict_row) == (3, 3)


def test_a_comparison_counts_unscored_as_wrong_and_subtracts_the_first() -> None:
    # j right on a; k right on b, c, d: difference (3 - 1) / 4.
    versus = run(GOLD, VERDICTS, compare="k").whole.versus
    assert versus is not None
    found = versus.comparison
    assert (found.only_first_right, found.only_second_right) == (1, 3)
    assert found.difference.estimate == 0.5
    assert found.mcnemar_p == pytest.approx(0.625)  # 2 * (1 + 4) / 2**4
    assert versus.counts == Counts(n=4, scored=4, unscored=0, right=3)


def test_labels_0_and_1_need_no_positive_label() -> None:
    summary = run(GOLD, VERDICTS, judge="k").whole.summary
    # k: gold 1 on a (0) and c (1); gold 0 on b and d (both 0).
    assert summary.tpr.scored.estimate == 1 / 2
    assert summary.tnr.scored.estimate == 1.0
    assert summary.tnr.lower.low == pytest.approx(0.05**0.5)


def test_rates_of_unscored_verdicts_differ_between_display_and_gate() -> None:
    # j: gold 1 on a (1) and c (empty): 1 of 1 scored, 1 of 2 for the gate.
    tpr = run(GOLD, VERDICTS).whole.summary.tpr
    assert (tpr.scored.estimate, tpr.scored.n) == (1.0, 1)
    assert (tpr.lower.estimate, tpr.lower.n) == (0.5, 2)


def test_other_labels_have_no_rates_until_one_is_called_positive() -> None:
    pass_fail = gold("item_id,label\na,pass\nb,fail\n")
    said = verdicts("item_id,judge_id,verdict\na,j,pass\nb,j,pass\n")
    without = run(pass_fail, said).whole.summary
    assert without.tpr.scored.estimate is None
    assert without.tpr.scored.reason == (
        "the labels are 'fail', 'pass': say with --positive which one is positive"
    )
    named = run(pass_fail, said, positive="pass").whole.summary
    assert (named.tpr.scored.estimate, named.tnr.scored.estimate) == (1.0, 0.0)


def test_an_always_pass_judge_has_tnr_0_and_an_undefined_mcc() -> None:
    said = verdicts("item_id,judge_id,verdict\n" + "".join(f"{i},j,1\n" for i in "abcd"))
    summary = run(GOLD, said).whole.summary
    assert summary.tnr.scored.estimate == 0.0
    assert summary.coefficients["mcc"].estimate is None  # type: ignore[index]
    assert summary.coefficients["mcc"].reason  # type: ignore[index]


def test_one_class_only_is_undefined_with_a_reason_and_not_zero() -> None:
    ones = gold("item_id,label\na,1\nb,1\n")
    said = verdicts("item_id,judge_id,verdict\na,j,1\nb,j,1\n")
    summary = run(ones, said).whole.summary
    assert summary.coefficients["kappa"].estimate is None  # type: ignore[index]
    assert summary.tnr.scored.estimate is None
    assert summary.tnr.scored.reason == "there is nothing to count: n is 0"


@pytest.mark.parametrize("label", [1, 1.0, "1", "1.0", " 1 "])
def test_labels_and_verdicts_compare_across_formats(label: object) -> None:
    done = run(
        objects("gold", {"item_id": 7, "label": label}, {"item_id": 8, "label": 0}),
        objects(
            "verdicts",
            {"item_id": "7.0", "judge_id": "j", "verdict": 1.0},
            {"item_id": "8", "judge_id": "j", "verdict": None},
        ),
    )
    assert done.whole.summary.counts == Counts(n=2, scored=1, unscored=1, right=1)


def test_true_in_json_is_true_in_csv() -> None:
    done = run(
        objects("gold", {"item_id": "a", "label": True}, {"item_id": "b", "label": False}),
        verdicts("item_id,judge_id,verdict\na,j,True\nb,j,TRUE\n"),
    )
    assert done.whole.summary.counts.right == 1
    assert done.ground.labels == ("false", "true")


def test_response_id_is_the_key_when_both_files_have_it() -> None:
    labels = gold("response_id,item_id,label\nr1,a,1\nr2,a,0\n")
    said = verdicts("response_id,item_id,judge_id,verdict\nr1,a,j,1\nr2,a,j,0\n")
    assert run(labels, said).ground.key == ("response_id",)
    assert run(labels, said).whole.summary.counts.right == 2


def test_item_id_with_subset_is_the_key_when_both_files_have_them() -> None:
    labels = gold("subset,item_id,label\nx,a,1\ny,a,0\n")
    said = verdicts("subset,item_id,judge_id,verdict\nx,a,j,1\ny,a,j,1\n")
    assert run(labels, said).ground.key == ("subset", "item_id")
    assert run(labels, said).whole.summary.counts.right == 1


def test_named_key_columns_replace_the_usual_ones() -> None:
    labels = gold("item_id,rep,label\na,1,1\na,2,0\n")
    said = verdicts("item_id,rep,judge_id,verdict\na,2,j,0\na,1,j,0\n")
    done = run(labels, said, key=("item_id", "rep"))
    assert [one.right for one in done.pairs] == [False, True]


CLUSTERED = gold(
    "item_id,label,family,cluster_id\n" + "".join(f"{i},1,f{i % 3},c{i % 2}\n" for i in range(12))
)
OF_CLUSTERS = verdicts(
    "item_id,judge_id,verdict\n" + "".join(f"{i},j,{int(i % 4 > 0)}\n" for i in range(12))
)
TWO_CLASSES = gold("item_id,label\n" + "".join(f"{i},1\n" for i in range(12)) + "x,0\n")


def test_a_column_called_cluster_id_is_used_and_another_when_named() -> None:
    both = gold("item_id,label,family,cluster_id\nx,0,f0,c0\n" + _rows())
    usual = run(both, OF_CLUSTERS)
    assert (usual.ground.cluster, usual.whole.summary.clusters) == ("cluster_id", 2)
    named = run(both, OF_CLUSTERS, cluster="family")
    assert (named.ground.cluster, named.whole.summary.clusters) == ("family", 3)
    assert named.whole.summary.deff is not None
    assert named.whole.summary.deff >= 1 + (13 / 3 - 1) * 0.3
    assert named.whole.summary.n_eff < 13  # type: ignore[operator]
    for estimate in (
        named.whole.summary.accuracy,
        named.whole.summary.exact,
        named.whole.summary.counted_wrong,
        named.whole.summary.lower_one_sided,
        named.whole.summary.tpr.scored,
    ):
        assert estimate.method.startswith("Korn-Graubard")


def test_without_a_cluster_column_each_key_is_its_own_cluster() -> None:
    summary = run(TWO_CLASSES, OF_CLUSTERS).whole.summary
    assert (summary.clusters, summary.deff, summary.n_eff) == (13, 1.0, 13.0)


def test_clusters_widen_every_interval() -> None:
    both = gold("item_id,label,family,cluster_id\nx,0,f0,c0\n" + _rows())
    alone = run(TWO_CLASSES, OF_CLUSTERS).whole.summary
    shared = run(both, OF_CLUSTERS, cluster="family").whole.summary
    assert shared.lower_one_sided.low < alone.lower_one_sided.low  # type: ignore[operator]
    assert shared.exact.low < alone.exact.low  # type: ignore[operator]


def test_a_single_cluster_is_undefined_with_the_reason() -> None:
    labels = gold("item_id,label,cluster_id\na,1,c\nb,0,c\n")
    summary = run(labels, verdicts("item_id,judge_id,verdict\na,j,1\nb,j,1\n")).whole.summary
    assert (summary.deff, summary.n_eff, summary.accuracy.estimate) == (None, None, None)
    assert summary.lower_one_sided.reason == (
        "all units share one cluster, so the spread between clusters is unknown"
    )


def test_the_same_seed_gives_the_same_figures_and_row_order_does_not_matter() -> None:
    backwards = verdicts(
        "item_id,judge_id,verdict\nd,k,0\nc,k,1\nb,k,0\na,k,0\nc,j,\nb,j,1\na,j,1\n"
    )
    assert run(GOLD, VERDICTS, judge="k").whole == run(GOLD, backwards, judge="k").whole


def test_an_unknown_judge_is_refused_with_the_nearest_or_the_first_ones() -> None:
    said = verdicts(
        "item_id,judge_id,verdict\n" + "".join(f"a,GPT-{n}/Vanilla,1\n" for n in range(4, 16))
    )
    with pytest.raises(Invalid) as near:
        run(GOLD, said, judge="GPT-4/vanilla")
    assert str(near.value) == (
        "--judge 'GPT-4/vanilla' is no judge_id of 'verdicts.csv'; the nearest are "
        "'GPT-4/Vanilla', 'GPT-14/Vanilla', 'GPT-9/Vanilla': choose one of them."
    )
    with pytest.raises(Invalid) as far:
        run(GOLD, said, judge="zzz")
    assert str(far.value) == (
        "--judge 'zzz' is no judge_id of 'verdicts.csv'; there are 'GPT-10/Vanilla', "
        "'GPT-11/Vanilla', 'GPT-12/Vanilla', 'GPT-13/Vanilla', 'GPT-14/Vanilla', "
        "'GPT-15/Vanilla', 'GPT-4/Vanilla', 'GPT-5/Vanilla', 'GPT-6/Vanilla', 'GPT-7/Vanilla' "
        "and 2 more: choose one of them."
    )


def test_a_judge_is_not_compared_with_itself() -> None:
    with pytest.raises(Invalid, match="is the judge itself; name another judge"):
        run(GOLD, VERDICTS, compare="j ")


def test_the_verdicts_of_other_judges_do_not_concern_a_study() -> None:
    said = verdicts("item_id,judge_id,verdict\na,j,1\nzzz,k,maybe\nzzz,k,maybe\n")
    assert run(GOLD, said).whole.summary.counts.right == 1


def _rows() -> str:
    return "".join(f"{i},1,f{i % 3},c{i % 2}\n" for i in range(12))


def test_free_text_as_a_label_is_refused_before_any_table_is_built() -> None:
    # 1,000 x 1,000 counts for each of 1,000 clusters would be 8 GB.
    labels = gold("item_id,label\n" + "".join(f"i{n},text{n:04}\n" for n in range(1_000)))
    with pytest.raises(Invalid) as refusal:
        run(labels, verdicts("item_id,judge_id,verdict\ni1,j,text0001\n"))
    assert str(refusal.value) == (
        "The gold file 'gold.csv' has 1,000 different values in 'label' ('text0000', 'text0001', "
        "'text0002' and 997 more) where 50 is the limit; put the judgement into 'label', such as 1 "
        "or 0, and free text into another column."
    )


def test_fifty_labels_are_legal_until_the_rows_make_their_tables_too_large() -> None:
    said = verdicts("item_id,judge_id,verdict\ni1,j,l1\n")
    few = gold("item_id,label\n" + "".join(f"i{n},l{n}\n" for n in range(50)))
    assert run(few, said).whole.summary.counts.right == 1
    # 8,001 x 50 x 50 = 20,002,500
    many = gold("item_id,label\n" + "".join(f"i{n},l{n % 50}\n" for n in range(8_001)))
    with pytest.raises(Invalid, match="has 8,001 rows with 50 different labels, and rows times"):
        run(many, said)
