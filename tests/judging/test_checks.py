"""How checks are written: what is read, and what every bad line is told."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.judging.checks import (
    MOST_CHECKS,
    BadChecks,
    Checks,
    parse_checks,
    read_item_checks,
    written_values,
)
from calibration.judging.verifiers.built_in import BUILT_IN
from calibration.judging.verifiers.registry import installed_verifiers
from calibration.judging.verifiers.verifier import decide
from calibration.judging.verifiers.writing import MOST_LINES, MOST_PROBLEMS
from db.errors import Invalid

SOUND = """# What follows is checked by program.

1: no_comments language=python
2 part: lines most=10 blank=skip where=code
3: forbidden_words words="first,second thoughts"
@clean <<END
Leave your shoes here.

1: this is no check
END
4: typos clean=@clean exactly=1
4：same_text may_differ=words clean=<<TEXT
Leave your shoes here.
TEXT
"""


def test_checks_are_read_with_their_values_blocks_and_named_texts() -> None:
    found = parse_checks(SOUND, requirements=5)
    assert [(one.requirement, one.in_part, one.verifier.name) for one in found.checks] == [
        (1, False, "no_comments"),
        (2, True, "lines"),
        (3, False, "forbidden_words"),
        (4, False, "typos"),
        (4, False, "same_text"),
    ]
    lines, words, typos = found.checks[1], found.checks[2], found.checks[3]
    assert lines.values.number("most") == 10
    assert words.values.words("words") == ("first", "second thoughts")
    assert typos.values.text("clean") == "Leave your shoes here.\n\n1: this is no check"
    assert written_values(words)["words"] == "first,second thoughts"
    # 2 is decided only in part, and 5 has no check.
    assert found.covered == (1, 3, 4)


def test_no_checks_are_fine_and_cover_nothing() -> None:
    for text in ("", "\n\n", "# later\n"):
        found = parse_checks(text, requirements=2)
        assert (found.checks, found.covered) == ((), ())


def test_quotes_escapes_and_lists_say_what_they_say() -> None:
    (check,) = parse_checks(
        '1: required_words words="say \\"yes\\", a\\\\b,tab\\there"', requirements=1
    ).checks
    assert check.values.words("words") == ('say "yes"', "a\\b", "tab\there")
    block = "1: required_words words=<<END\na, b\nc\nEND"
    (check,) = parse_checks(block, requirements=1).checks
    assert check.values.words("words") == ("a, b", "c")


BAD = {
    "no check": ("lines most=1", "Line 1: 'lines most=1' is no check; write the number of a"),
    "no number": ("x: lines most=1", "is no check"),
    "requirement 0": ("0: lines most=1", "there is no requirement 0; write a number from 1 to 2"),
    "requirement 3": ("3: lines most=1", "there is no requirement 3; write a number from 1 to 2"),
    "no verifier": ("1:", "Line 1: '' names no verifier"),
    "unknown": ("1: no_comment language=c", "no verifier 'no_comment'; use one of: code_block,"),
    "no parameter": ("1: lines most 10", "'most 10' is no parameter; write name=value"),
    "unknown one": ("1: lines max=1", "lines has no parameter 'max'; use one of: least, most,"),
    "twice": ("1: lines most=1 most=2", "most is given twice; keep one of them"),
    "missing": ("1: no_comments", "no_comments needs language; write it, as in no_comments"),
    "no number value": ("1: lines most=ten", "most is 'ten'; write a whole number from 0 to"),
    "negative": ("1: lines most=-1", "most is '-1'; write a whole number"),
    "superscript": ("1: lines most=²", "most is '²'; write a whole number"),
    "huge": ("1: lines most=99999999999", "most is '99999999999'; write a whole number"),
    "choice": ("1: lines most=1 where=here", "where is 'here'; use one of: code, first_code,"),
    "language": ("1: no_comments language=klingon", "'klingon', which pygments does not know"),
    "no limit": ("1: lines", "no limit is given; write least, most or exactly"),
    "limits": ("1: lines least=3 most=2", "least is 3 and most is 2; make least the smaller"),
    "both limits": ("1: lines exactly=3 most=2", "exactly is given together with least or most"),
    "empty entry": ("1: forbidden_words words=a,,b", "which has an empty entry; separate"),
    "empty text": ('1: typos exactly=1 clean=" "', "clean is ' '; write a text that is not empty"),
    "open quote": ('1: forbidden_words words="a', "'words=\"a' is no parameter"),
    "open block": ("1: typos exactly=1 clean=<<END\nabc", "the block <<END has no end; write"),
    "open text": ("@a <<END\nabc", "the block <<END has no end; write a line END after it"),
    "bad text": ("@a = b", "'@a = b' names no text; write @name <<END"),
    "no such text": ("1: typos exactly=1 clean=@b", "there is no text @b above this line"),
    "text twice": ("@a <<X\n1\nX\n@a <<X\n2\nX", "the text @a is there already"),
    "shape": ("1: names language=python shape=[a-z]", "shape is '[a-z]'; write a, A, x, 9 and _"),
    "nothing asked": ("1: names language=python", "write shape, only or required"),
    "class": ("1: characters only=kanji", "'kanji' is no kind of characters; use some of: han,"),
    "line name": ("1: comment_lines language=c lines=0", "'0' names no line; write first, last"),
    "key": ("1: answers right=1 key=abc", "'abc' is no line of a key; write a number, a colon"),
    "key label": ('1: answers key="1: a" right_at=2', "question '2' is not in the key"),
    "too many right": ('1: answers key="1: a" right=2', "the key has 1 questions; write smaller"),
    "declared": ("1: typos clean=abc misspelt=abd", "'abd' is no word of the clean text; write it"),
    "declared and counted": ("1: typos clean=a misspelt=a most=1", "together with a number"),
    "sentence": ('1: typos clean="One. Two." exactly=1 sentence=3', "has 2 sentences; write 1 to"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_is_refused_with_its_number_what_is_legal_and_what_to_do(name: str) -> None:
    text, sentence = BAD[name]
    with pytest.raises(BadChecks) as refused:
        parse_checks(text, requirements=2)
    assert isinstance(refused.value, Invalid)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert all(problem.what.zh != problem.what.en for problem in refused.value.problems)


def test_every_bad_line_is_told_with_its_own_number() -> None:
    text = "1: lines most=1\nx\n\n2: lines\n@t <<END\nignored: 1\nEND\n9: lines most=1"
    found = read_item_checks(text, requirements=2)
    assert not isinstance(found, Checks)
    assert [problem.line for problem in found] == [2, 4, 8]


def test_a_flood_of_bad_lines_is_told_in_part_and_too_many_checks_are_refused() -> None:
    found = read_item_checks("x\n" * 1000, requirements=1)
    assert not isinstance(found, Checks)
    assert len(found) == MOST_PROBLEMS
    many = read_item_checks("1: lines most=1\n" * (MOST_CHECKS + 1), requirements=1)
    assert not isinstance(many, Checks)
    assert "there are 201 checks; write at most 200" in many[0].what.en
    long = read_item_checks("\n" * (MOST_LINES + 1), requirements=1)
    assert not isinstance(long, Checks)


def test_the_example_of_every_verifier_can_be_used_as_it_stands() -> None:
    texts = "@clean <<END\nOne. Two.\nEND\n@key <<END\n1: a\n2: b\n3: c\n4: d\n5: e\n6: f\nEND\n"
    for verifier in BUILT_IN:
        found = read_item_checks(f"{texts}1: {verifier.example}", requirements=1)
        assert isinstance(found, Checks), (verifier.name, found)


# ---- hostile text

WRITTEN = st.text(
    alphabet=st.one_of(
        st.sampled_from(list('0123456789:：@<=">\\#\n\r\t ,partENDclean')), st.characters()
    ),
    max_size=200,
)


@settings(max_examples=150, deadline=None)
@given(WRITTEN)
def test_any_text_of_checks_is_read_or_refused_line_by_line(text: str) -> None:
    found = read_item_checks(text, requirements=3)
    if isinstance(found, Checks):
        assert all(1 <= check.requirement <= 3 for check in found.checks)
    else:
        assert found
        assert all(problem.line >= 1 for problem in found)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="\r"), min_size=1).filter(str.strip))
def test_a_quoted_value_is_read_as_what_was_quoted(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    found = parse_checks(f'1: punctuation marks="{quoted}" most=1', requirements=1)
    assert found.checks[0].values.text("marks") == value


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from(list("`~#/*'\"\\\n\r\0\x1b\u202e\ud800。.1一、: \t([{")),
            st.characters(),
        ),
        max_size=120,
    )
)
def test_no_verifier_breaks_on_any_response(text: str) -> None:
    """Pins verifier.py:decide, which would say that the verifier broke."""
    for verifier in BUILT_IN:
        check = parse_checks(f"{HOSTILE_TEXTS}1: {verifier.example}", requirements=1).checks[0]
        for written in (text, f"```python\n{text}\n```", f"```js\n{text}"):
            found = decide(verifier, written, check.values)
            assert "broke" not in found.what.en, verifier.name
            assert all(place.line >= 1 and place.column >= 1 for place in found.where)


HOSTILE_TEXTS = (
    "@clean <<END\nOne. Two.\nEND\n@key <<END\n1: a\n2: b\n3: c\n4: d\n5: e\n6: f\nEND\n"
)
LONG = {
    "fences": "```\n" * 25_000,
    "abbreviations": "a. " * 33_000,
    "brackets": "```python\n" + "(" * 19_000 + "\n```",
    "line ends": "\n\r" * 50_000,
    "list numbers": "1. a\n" * 20_000,
    "full stops": "他。" * 50_000,
    "open comments": "```js\n" + "/*" * 9_500 + "\n```",
    "terminal": "\x1b[31m\0\u202e" * 14_000,
    "blanks": " " * 100_000,
}


@pytest.mark.parametrize("name", LONG)
def test_a_hundred_thousand_characters_take_every_verifier_a_moment(name: str) -> None:
    begun = time.process_time()
    for verifier in installed_verifiers().kept.values():
        check = parse_checks(f"{HOSTILE_TEXTS}1: {verifier.example}", requirements=1).checks[0]
        decide(verifier, LONG[name], check.values)
    # All 25 together took 0.1 to 0.9 s of processor time; a quadratic one alone takes minutes.
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "line", ['1: lines most="' + "\\" * 100_000, "1: x " + "a=b " * 25_000, "@" * 100_000]
)
def test_a_long_line_of_checks_is_read_in_a_moment(line: str) -> None:
    begun = time.process_time()
    assert not isinstance(read_item_checks(line, requirements=1), Checks)
    assert time.process_time() - begun < 2


# ---- the page of the docs


def test_the_docs_list_every_verifier_with_its_parameters_and_an_example() -> None:
    page = (Path(__file__).parents[2] / "docs" / "verifiers.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [verifier.name for verifier in BUILT_IN]
    for row, verifier in zip(rows, BUILT_IN, strict=True):
        assert verifier.about.en in row
        assert f"`{verifier.example}`" in row
        for parameter in verifier.parameters:
            assert f"`{parameter.name}`" in row or f"`{parameter.name}=" in row


def test_the_checks_that_the_docs_show_can_be_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "verifiers.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert [len(parse_checks(text, requirements=4).checks) for text in shown] == [4, 3]
