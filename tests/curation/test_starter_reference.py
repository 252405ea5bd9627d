"""The numbered text form of a reference, composed and read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import Invalid
from db.requirements import compose_reference, parse_requirements


def test_an_english_reference_is_an_opening_line_and_a_numbered_list() -> None:
    assert compose_reference("en", ["It is short.", "It rhymes."]) == (
        "To earn the point, the answer must meet every requirement:\n1. It is short.\n2. It rhymes."
    )


def test_a_chinese_reference_is_an_opening_line_and_a_numbered_list() -> None:
    assert compose_reference("zh", ["全文押韵。"]) == (
        "回答必须逐条满足下列全部要求，才能得到这一分：\n1. 全文押韵。"
    )


LINES = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="{}"), min_size=1, max_size=20
)


@given(
    requirements=st.lists(LINES, min_size=1, max_size=12), language=st.sampled_from(["en", "zh"])
)
def test_composing_and_parsing_gives_any_requirements_back(
    requirements: list[str], language: str
) -> None:
    assert parse_requirements(compose_reference(language, requirements)) == requirements


PARSED = {
    "full stop": ("1. a\n2. b", ["a", "b"]),
    "no space": ("1.a\n2.b", ["a", "b"]),
    "Chinese enumeration comma": ("1、甲\n2、乙", ["甲", "乙"]),
    "full-width full stop": ("1．甲\n2．乙", ["甲", "乙"]),
    "bracket behind": ("1) a\n2）b", ["a", "b"]),
    "brackets around": ("(1) a\n（2）b", ["a", "b"]),
    "opening left out": ("To pass:\n\n1. a\n\n2. b\n", ["a", "b"]),
    "second line kept": ("1. a\n   more\n2. b\ntail", ["a\n   more", "b\ntail"]),
    "deep numbers are sub-lists": (
        "1. a\n     1. x\n     2. y\n2. b",
        ["a\n     1. x\n     2. y", "b"],
    ),
    "decimal is no number": ("1. a\n3.5 kg of it\n2. b", ["a\n3.5 kg of it", "b"]),
    "one requirement": ("1. only", ["only"]),
}


@pytest.mark.parametrize("name", PARSED)
def test_numbered_lists_are_read_in_the_usual_spellings(name: str) -> None:
    text, expected = PARSED[name]
    assert parse_requirements(text) == expected


WHOLE = {
    "no list": "The poem has four lines.",
    "gap": "1. a\n3. b",
    "starts at two": "2. a\n3. b",
    "two lists": "1. a\n2. b\n1. c",
    "empty entry": "1. a\n2.\n3. c",
    "code": "def f():\n    return 1",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_text_without_a_contiguous_list_is_one_requirement(name: str) -> None:
    assert parse_requirements("\n" + WHOLE[name] + "\n") == [WHOLE[name]]


REFUSED = {
    "language": ("fr", ["a"], "'fr' has no reference wording; use one of: en, zh"),
    "none": ("en", [], "at least one requirement"),
    "empty": ("en", ["a", ""], "Requirement 2 is ''"),
    "spaces": ("en", [" a"], "Requirement 1 is ' a'"),
    "two lines": ("en", ["a\n2. b"], "on a single line"),
    "brace": ("zh", ["写{prompt}"], "without braces"),
    "closing brace": ("zh", ["写}"], "without braces"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_requirements_that_could_not_be_read_back_are_refused(name: str) -> None:
    language, requirements, sentence = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        compose_reference(language, requirements)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_reference_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is empty"):
        parse_requirements(text)
