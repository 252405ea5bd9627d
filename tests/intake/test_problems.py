"""Row problems: all are counted, at most twenty rows are named, in one sentence."""

import pytest

from db.intake import RowProblems, RowsRefused, shown


def collected(*problems: tuple[int, str], unit: str = "row") -> RowProblems:
    collection = RowProblems(unit=unit)
    for number, phrase in problems:
        collection.add(number, phrase)
    return collection


def test_no_problem_refuses_nothing() -> None:
    collected().refuse("The file 'a.csv'", way_out="mend it")
    assert len(collected()) == 0


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([2], "x in row 2"),
        ([2, 5], "x in rows 2 and 5"),
        ([2, 5, 9], "x in rows 2, 5 and 9"),
        (
            list(range(1, 21)),
            "x in rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 20",
        ),
        (
            list(range(1, 1_022)),
            "x in rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 "
            "and 1,001 more",
        ),
    ],
    ids=["one", "two", "three", "twenty", "thousands"],
)
def test_rows_are_named_up_to_twenty_then_counted(rows: list[int], told: str) -> None:
    assert collected(*((row, "x") for row in rows)).phrase() == told


def test_twenty_rows_are_named_over_all_kinds_together() -> None:
    problems = [(row, "x") for row in range(1, 20)] + [(31, "y"), (32, "y"), (41, "z"), (42, "z")]
    told = collected(*problems).phrase()
    assert told.endswith("; y in rows 31 and 1 more; z in 2 rows")


def test_kinds_beyond_twenty_are_counted_together() -> None:
    problems = collected(*((n, f"the verdict '{n}'") for n in range(1, 32)))
    told = problems.phrase()
    assert told.startswith("the verdict '1' in row 1; the verdict '2' in row 2; ")
    assert told.endswith("the verdict '20' in row 20; 11 more problems")
    assert told.count(" in row ") == 20
    assert len(problems) == 31


def test_one_problem_too_many_is_in_the_singular() -> None:
    told = collected(*((n, f"kind {n}") for n in range(1, 22))).phrase()
    assert told.endswith("kind 20 in row 20; 1 more problem")


def test_rows_of_one_kind_use_up_what_other_kinds_may_name() -> None:
    problems = [(n, "x") for n in range(1, 26)] + [(n, f"y{n}") for n in range(30, 33)]
    assert (
        collected(*problems)
        .phrase()
        .endswith("19, 20 and 5 more; y30 in 1 row; y31 in 1 row; y32 in 1 row")
    )


def test_the_refusal_is_one_sentence_in_the_units_of_the_file() -> None:
    problems = collected((3, "no valid JSON"), (7, "no object"), unit="line")
    with pytest.raises(RowsRefused) as refusal:
        problems.refuse("The items file 'a.jsonl'", way_out="mend them")
    assert str(refusal.value) == (
        "The items file 'a.jsonl' is refused: no valid JSON in line 3; no object in line 7; "
        "mend them."
    )


def test_hostile_values_are_shown_short_and_without_effect() -> None:
    assert shown("a\x1b[31m\u202eb\n") == r"'a\x1b[31m\u202eb\n'"
    assert shown("x" * 1_000) == "'" + "x" * 60 + "'..."
    assert len(shown(["y" * 1_000])) == 63
