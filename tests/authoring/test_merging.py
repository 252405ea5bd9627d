"""Merging two changes of a text: what one side did is taken over, what both did is kept twice."""

from hypothesis import given
from hypothesis import strategies as st

from curation.authoring.merging import holds_marks, three_way

TEXTS = st.text(alphabet="ab c\n你好世界。,", max_size=40)
WORDS = st.lists(st.sampled_from(["you", "must", "不", "要", "写", "\n", " ", "."]), max_size=25)
PLACES = st.lists(st.integers(min_value=0, max_value=25), max_size=4)


def test_changes_of_different_places_are_merged() -> None:
    merged = three_way("Write three short lines.", "Write four short lines.", "Write three lines.")
    assert (merged.text, merged.conflicts) == ("Write four lines.", ())


def test_chinese_is_merged_sign_by_sign() -> None:
    merged = three_way(
        "请写三行短诗，不要标点。", "请写四行短诗，不要标点。", "请写三行短诗，不要加标点。"
    )
    assert (merged.text, merged.is_clean) == ("请写四行短诗，不要加标点。", True)


def test_a_place_that_both_changed_keeps_both_texts() -> None:
    merged = three_way("Write three lines.", "Write four lines.", "Write five lines.")
    assert merged.text == "Write \n<<<<<<<\nfour\n=======\nfive\n>>>>>>>\n lines."
    (conflict,) = merged.conflicts
    assert (conflict.base, conflict.theirs, conflict.mine) == ("three", "four", "five")
    assert merged.text[conflict.start : conflict.end].strip().endswith(">>>>>>>")
    assert holds_marks(merged.text)


def test_signs_that_touch_are_left_to_a_person() -> None:
    merged = three_way("三行短诗", "四行短诗", "三句短诗")
    assert [(one.theirs, one.mine) for one in merged.conflicts] == [("四行", "三句")]


def test_the_same_change_on_both_sides_is_made_once() -> None:
    assert three_way("a b c", "a B c", "a B c").text == "a B c"


def test_a_deletion_against_a_change_is_a_conflict() -> None:
    (conflict,) = three_way("keep this word", "keep word", "keep that word").conflicts
    assert conflict.mine.strip() == "that"
    assert conflict.theirs.strip() == ""


def test_a_line_of_equals_signs_alone_is_no_mark() -> None:
    assert not holds_marks("Heading\n=======\ntext")


@given(base=TEXTS, other=TEXTS)
def test_what_only_one_side_changed_is_taken_over(base: str, other: str) -> None:
    assert three_way(base, other, base).text == other
    assert three_way(base, base, other).text == other
    assert three_way(base, other, other).text == other


@given(words=WORDS, their_places=PLACES, my_places=PLACES)
def test_whatever_either_side_inserted_is_in_the_merged_text(
    words: list[str], their_places: list[int], my_places: list[int]
) -> None:
    theirs, mine = list(words), list(words)
    for number, place in enumerate(their_places):
        theirs.insert(place, f" theirs{number} ")
    for number, place in enumerate(my_places):
        mine.insert(place, f" 我{number}记得 ")
    merged = three_way("".join(words), "".join(theirs), "".join(mine))
    for number in range(len(their_places)):
        assert f"theirs{number}" in merged.text
    for number in range(len(my_places)):
        assert f"我{number}记得" in merged.text
    if merged.is_clean:
        assert not holds_marks(merged.text)


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
def test_the_marks_of_a_conflict_hold_both_texts(base: str, theirs: str, mine: str) -> None:
    merged = three_way(base, theirs, mine)
    for conflict in merged.conflicts:
        marked = merged.text[conflict.start : conflict.end]
        assert conflict.theirs in marked
        assert conflict.mine in marked
        assert holds_marks(marked)


def test_long_texts_are_compared_line_by_line_and_then_within_the_lines() -> None:
    # 3,000 lines of 2 words, a blank and the line's end: 9,000 squared is more than 4,000,000.
    lines = [f"line {number}" for number in range(3_000)]
    theirs, mine = list(lines), list(lines)
    theirs[0], mine[2_999] = "Line 0", "line 2999."
    theirs[1_500], mine[1_501] = "their line 1500", "my line 1501"
    merged = three_way("\n".join(lines), "\n".join(theirs), "\n".join(mine))
    both = list(mine)
    both[0], both[1_500] = theirs[0], theirs[1_500]
    assert merged.text == "\n".join(both)
    assert merged.is_clean
