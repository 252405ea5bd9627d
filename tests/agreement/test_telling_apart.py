"""A key with several rows: the sentence names the filter that leaves one row of each key."""

import shlex
import subprocess

import pytest

from calibration.agreement.quoting import pasted
from calibration.agreement.summary import Counts
from db.errors import Invalid
from db.intake import RowsRefused, read_upload
from tests.agreement.handed_in import gold, run, verdicts

GOLD = gold("item_id,label\na,1\nb,0\nc,1\n")


def advised(text: str, *where: str) -> str:
    with pytest.raises(RowsRefused) as refusal:
        run(GOLD, verdicts(text), where=where)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    return sentence.partition("; ")[2]


def test_one_column_that_tells_them_apart_is_the_filter() -> None:
    said = "item_id,judge_id,order,verdict\n" + "".join(
        f"{item},j,{order},1\n" for order in ("original", "swapped") for item in "abc"
    )
    assert advised(said) == (
        "the rows differ in 'order' ('original', 'swapped'): add --where order=original."
    )
    done = run(GOLD, verdicts(said), where=("order=original",))
    assert done.whole.summary.counts == Counts(n=3, scored=3, unscored=0, right=2)


def test_two_columns_that_are_needed_together_are_both_named_and_resolve() -> None:
    said = "item_id,judge_id,order,repeat,verdict\n" + "".join(
        f"{item},j,{order},{repeat},1\n"
        for order in ("original", "swapped")
        for repeat in (0, 1)
        for item in "abc"
    )
    assert advised(said) == (
        "the rows differ in 'order' ('original', 'swapped') and 'repeat' ('0', '1'): add --where "
        "order=original --where repeat=0."
    )
    done = run(GOLD, verdicts(said), where=("order=original", "repeat=0"))
    assert done.whole.summary.counts.scored == 3


def test_the_value_that_leaves_most_keys_a_row_is_named() -> None:
    # swapped exists for a only; original for all three.
    said = "item_id,judge_id,order,verdict\na,j,swapped,1\n" + "".join(
        f"{item},j,original,1\n" for item in "abc"
    )
    assert advised(said).endswith("add --where order=original.")


def test_a_value_that_needs_no_second_column_is_enough() -> None:
    # Only swapped was repeated, so that original alone leaves one row of each key.
    said = "item_id,judge_id,order,repeat,verdict\n" + "".join(
        f"{item},j,original,0,1\n{item},j,swapped,0,1\n{item},j,swapped,1,1\n" for item in "abc"
    )
    assert advised(said).endswith("('original', 'swapped'): add --where order=original.")


def test_columns_that_differ_in_every_row_or_have_no_name_are_no_filter() -> None:
    said = ",uuid,item_id,judge_id,order,verdict\n" + "".join(
        f"{n},u{n},{item},j,{order},1\n"
        for n, (item, order) in enumerate(
            (item, order) for order in ("original", "swapped") for item in "abc"
        )
    )
    assert advised(said).startswith("the rows differ in 'order' (")


def test_rows_that_differ_only_in_an_index_are_not_called_equal() -> None:
    said = ",uuid,item_id,judge_id,verdict\n0,u0,a,j,1\n1,u1,a,j,1\n2,u2,b,j,1\n"
    assert advised(said) == (
        "only 'uuid' tells the rows apart, which no two rows of the file share: keep the row that "
        "you mean."
    )


def test_keys_that_differ_and_keys_that_do_not_are_both_told() -> None:
    said = """
        item_id,judge_id,order,verdict
        a,j,original,1
        a,j,swapped,1
        b,j,original,1
        b,j,original,1
    """
    assert advised(said) == (
        "the rows of 'a' differ in 'order' ('original', 'swapped'): add --where order=original; no "
        "column tells the rows of 'b' apart: keep one row per key."
    )


def test_a_filter_that_is_already_there_is_narrowed_and_not_repeated() -> None:
    said = "item_id,judge_id,order,verdict\na,j,original,1\na,j,swapped,1\nb,j,original,1\n"
    assert advised(said, "order=original", "order=swapped") == (
        "the rows differ in 'order' ('original', 'swapped'): write --where order=original and no "
        "other value of these columns."
    )


def test_moments_of_which_a_few_are_shared_are_no_condition() -> None:
    # t2 is shared, so time is no identity; but no time keeps a row of even half of the keys.
    times = ["t1", "t2", "t3", "t2", "t5", "t6"]
    said = "item_id,judge_id,time,verdict\n" + "".join(
        f"{item},j,{time},{verdict}\n"
        for item, time, verdict in zip("aabbcc", times, "101010", strict=True)
    )
    narrow = said.replace("b,j,t2", "k,j,t2")
    assert advised(said).endswith("add --where time=t2.")
    with pytest.raises(RowsRefused, match="add --where with the values that you mean"):
        run(gold("item_id,label\na,1\nb,0\nc,1\nk,1\n"), verdicts(narrow + "b,j,t9,1\n"))


def test_lists_in_another_column_do_not_stand_in_the_way() -> None:
    rows = (
        b'{"item_id": "a", "judge_id": "j", "order": "x", "verdict": 1, "tags": [1]}\n'
        b'{"item_id": "a", "judge_id": "j", "order": "y", "verdict": 1, "tags": [2]}\n'
    )
    with pytest.raises(RowsRefused, match=r"add --where order=x\.$"):
        run(GOLD, read_upload("v.jsonl", rows))


@pytest.mark.parametrize(
    "value", ["a b", "it's", "$HOME", "甲 乙", "a\nb", "a\x1b[31m\u202eb", "\\ '\t", "=x", "*"]
)
def test_a_hint_pastes_into_a_shell_as_one_word_on_one_line(value: str) -> None:
    word = pasted(f"order={value}")
    assert word.isprintable()
    done = subprocess.run(
        ["bash", "-c", f"printf %s {word}"],
        capture_output=True,
        check=True,
        env={"LC_ALL": "C.UTF-8", "HOME": "/"},
    )
    assert done.stdout.decode() == f"order={value}"
    if value.isprintable():
        assert shlex.split(word) == [f"order={value}"]


@pytest.mark.parametrize("condition", ["subset=A\nB", "sub\x1bset=A", "item_id=\u202ea"])
def test_control_characters_of_an_option_do_not_reach_the_message(condition: str) -> None:
    with pytest.raises(Invalid) as refusal:
        run(GOLD, verdicts("item_id,judge_id,verdict\na,j,1\n"), where=(condition,))
    assert str(refusal.value).isprintable()
