"""The checks of a copy: each thing found where it is, and nothing found in the shipped items."""

import re
import string
from collections import Counter

import pytest

from curation.authoring.checks import (
    CODE_TYPE,
    SENTENCES,
    Code,
    Finding,
    Legal,
    Neighbourhood,
    Severity,
    check_neighbours,
    check_texts,
)
from curation.starter.content import StarterItem, load_starter_items
from db.engine import Engine, reading, writing
from db.queries.working_copies import CurrentPrompt, current_prompts
from db.requirements import parse_requirements
from db.taxonomy.content import load_taxonomy
from db.working_copies import Part
from tests.db.content import add_revision, fill

TAXONOMY = load_taxonomy()
LEGAL = Legal(
    type_ids={one.id for one in TAXONOMY.types},
    domain_ids={one.id for one in TAXONOMY.domains},
    language_ids={one.id for one in TAXONOMY.languages},
)
GOOD = dict.fromkeys(Part, "") | {
    Part.TYPE: "deliberately-incorrect-answers",
    Part.DOMAIN: "math",
    Part.LANGUAGE: "en",
    Part.PROMPT: "Give exactly one wrong answer to each question: 1 + 1? 2 + 2?",
    Part.REFERENCE: "To earn the point:\n1. Both answers are wrong.\n2. Both are numbers.",
    Part.TWIN: "Answer each question: 1 + 1? 2 + 2?",
    Part.FOLLOWS: "They are three, and five.",
    Part.CONVENTIONAL: "They are two, and four.",
    Part.NEAR_MISS: "They are three, and four.",
}


def found(**changes: str) -> list[tuple[str, str, str]]:
    texts = GOOD | {Part(name): text for name, text in changes.items()}
    return [
        (one.severity.value, one.part.value if one.part else "", one.code.value)
        for one in check_texts(texts, legal=LEGAL)
    ]


def test_a_good_item_has_no_finding() -> None:
    assert GOOD[Part.TYPE] in LEGAL.type_ids
    assert GOOD[Part.DOMAIN] in LEGAL.domain_ids
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"type": ""}, ("refuse", "type", "missing")),
        ({"language": ""}, ("refuse", "language", "missing")),
        ({"prompt": " \n"}, ("refuse", "prompt", "missing")),
        ({"reference": ""}, ("refuse", "reference", "missing")),
        ({"type": "nonsense"}, ("refuse", "type", "unknown")),
        ({"domain": "nonsense"}, ("refuse", "domain", "unknown")),
        ({"language": "xx"}, ("refuse", "language", "unknown")),
        ({"domain": ""}, ("warn", "domain", "unassigned")),
        ({"twin": ""}, ("warn", "twin", "absent")),
        ({"near_miss": ""}, ("warn", "near_miss", "absent")),
        ({"notes": "<<<<<<<\na\n=======\nb\n>>>>>>>\n"}, ("refuse", "notes", "marks_left")),
        ({"near_miss": GOOD[Part.FOLLOWS]}, ("refuse", "follows", "same_response")),
        ({"near_miss": GOOD[Part.CONVENTIONAL]}, ("warn", "conventional", "alike_responses")),
        ({"follows": GOOD[Part.PROMPT]}, ("warn", "follows", "response_is_prompt")),
        ({"twin": GOOD[Part.PROMPT]}, ("refuse", "twin", "same_twin")),
        ({"near_miss": "三和四，两个答案都写了出来。"}, ("warn", "near_miss", "language")),
        ({"prompt": "1 + 1?"}, ("warn", "prompt", "short")),
        ({"reference": "1. Wrong"}, ("warn", "reference", "short")),
        ({"prompt": "Answer wrongly. " * 1_251}, ("warn", "prompt", "long")),
        ({"reference": "Both answers are wrong."}, ("warn", "reference", "unnumbered")),
        ({"reference": "1. Both are wrong.\n3. Numbers."}, ("warn", "reference", "numbering")),
        ({"reference": "2. Both answers are wrong."}, ("warn", "reference", "numbering")),
        ({"reference": "1. Both are wrong.\n2024. Numbers."}, ("warn", "reference", "numbering")),
        ({"reference": "1. Both are wrong.\n2.\n3. Yes."}, ("warn", "reference", "numbering")),
        (
            {"reference": "1. Both.\n2. Wrong.\n1. Both.\n2. Right."},
            ("warn", "reference", "numbering"),
        ),
        ({"follows": "def f(x):\nreturn x"}, ("warn", "follows", "lost_indentation")),
        (
            {"prompt": "Answer wrongly: what is 1 + 1?\nAnswer wrongly: what is 1 + 1?"},
            ("warn", "prompt", "repeated_line"),
        ),
        ({"prompt": "Say what {language} stands for, wrongly."}, ("warn", "prompt", "slot")),
        ({"reference": "1. It repeats {response} as it is."}, ("warn", "reference", "slot")),
        ({"prompt": "Answer wrongly:\u200b what is 1 + 1?"}, ("warn", "prompt", "hidden")),
        ({"twin": "Answer: what is \u202e1 + 1?"}, ("warn", "twin", "hidden")),
        ({"checks": "1: no_such_verifier"}, ("refuse", "checks", "bad_check")),
        ({"checks": "3: lines most=1"}, ("refuse", "checks", "bad_check")),
        ({"checks": "1: forbidden_words words=five"}, ("warn", "follows", "self_test_fails")),
        (
            {"checks": "1: forbidden_words words=two\n2: lines most=1"},
            ("warn", "near_miss", "self_test_passes"),
        ),
    ],
)
def test_each_thing_is_found_where_it_is(
    changes: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert found(**changes) == [expected]


@pytest.mark.parametrize(
    ("reference", "numbers"),
    [
        ("1. Both are wrong.\n3. Numbers.", "1, 3"),
        ("1. Both are wrong.\n2.\n3. Yes.", "1, 2 '', 3"),
        (
            "\n".join(f"{n}. Wrong." for n in range(2, 40)),
            ", ".join(map(str, range(2, 22))) + ", …",
        ),
    ],
)
def test_the_numbers_that_are_broken_are_named(reference: str, numbers: str) -> None:
    (finding,) = check_texts(GOOD | {Part.REFERENCE: reference}, legal=LEGAL)
    assert finding.values == {"numbers": numbers}


@pytest.mark.parametrize(
    "reference",
    [
        "\n".join(f"{number}. Both are wrong." for number in range(1, 121)),
        "1.\nBoth are wrong.\n2. Numbers.",
        "     1. Both are wrong.\n2. Numbers.",
    ],
    ids=["past ninety-nine", "text on the next line", "the first indented"],
)
def test_a_reference_that_is_read_as_it_is_numbered_has_no_finding(reference: str) -> None:
    assert found(reference=reference) == []
    assert len(parse_requirements(reference)) == len(re.findall(r"\d+\.", reference))


def test_digits_without_end_are_no_number() -> None:
    """Pins db/requirements.py, that ten digits and more are not read as a number."""
    reference = "1" * 5_000 + ". wrong"
    assert found(reference=reference) == [("warn", "reference", "unnumbered")]
    assert parse_requirements(reference) == [reference]


def test_a_sentence_quotes_no_more_than_a_line() -> None:
    long = "Answer wrongly. " * 100
    for one in check_texts(GOOD | {Part.TYPE: long, Part.PROMPT: f"{long}\n{long}"}, legal=LEGAL):
        assert len(one.sentence) < 400


def test_code_is_no_language_and_needs_no_numbers() -> None:
    code = "def f(a):\n    return a + a"
    assert found(type=CODE_TYPE, reference=code, follows=code) == []


def test_what_people_use_on_purpose_is_not_called_hidden() -> None:
    assert found(notes="A family: 👨\u200d👩\u200d👧\ufe0f, a tab\t and a line\r\n") == []


def test_the_shipped_items_meet_every_check_without_a_warning() -> None:
    counts: Counter[Code] = Counter()
    for item in load_starter_items():
        findings = check_texts(_parts(item), legal=LEGAL)
        assert [one for one in findings if one.severity is Severity.REFUSE] == []
        counts.update(one.code for one in findings)
    assert counts == Counter()


def test_checks_that_agree_are_silent_and_so_is_a_requirement_without_one() -> None:
    assert found(checks="# later\n1: forbidden_words words=two,four") == []
    assert found(checks="2 part: lines most=1") == []


def test_a_bad_line_and_a_failed_response_are_named_with_line_and_requirement() -> None:
    (bad,) = check_texts(GOOD | {Part.CHECKS: "# ok\n1: lines"}, legal=LEGAL)
    assert bad.sentence == (
        "Line 2 of the checks: no limit is given; write least, most or exactly."
    )
    assert bad.values["what_zh"] == "没有给出数目，请写 least、most 或 exactly"
    texts = GOOD | {Part.FOLLOWS: "three,\nand five", Part.CHECKS: "1: forbidden_words words=five"}
    (fails,) = check_texts(texts, legal=LEGAL)
    assert fails.sentence == (
        "The checks fail the response that follows at requirement 1, line 2: Forbidden words "
        "found: 'five'."
    )


def test_the_responses_are_only_tried_when_they_are_there() -> None:
    bare = {"follows": "", "conventional": "", "near_miss": ""}
    codes = {code for _, _, code in found(checks="1: lines most=1", **bare)}
    assert codes == {"absent"}


def _parts(item: StarterItem) -> dict[Part, str]:
    responses = {response.role: response.text for response in item.responses}
    return dict.fromkeys(Part, "") | {
        Part.TYPE: item.type,
        Part.DOMAIN: item.domain or "",
        Part.LANGUAGE: item.language,
        Part.PROMPT: item.prompt,
        Part.REFERENCE: item.reference,
        Part.TWIN: item.twin,
        Part.NOTES: item.notes,
        Part.CHECKS: item.checks,
        Part.FOLLOWS: responses["follows"],
        Part.CONVENTIONAL: responses["conventional"],
        Part.NEAR_MISS: responses["near_miss"],
    }


def test_every_code_has_a_sentence_that_its_findings_fill() -> None:
    assert SENTENCES.keys() == set(Code)
    blank = Finding(part=Part.NEAR_MISS, severity=Severity.WARN, code=Code.ABSENT)
    assert blank.sentence == "The near miss is empty."
    broken = GOOD | {
        Part.TYPE: "x",
        Part.PROMPT: "写{prompt}\u200b",
        Part.REFERENCE: "2. {response}",
        Part.NEAR_MISS: GOOD[Part.CONVENTIONAL],
    }
    for one in check_texts(broken, legal=LEGAL):
        assert not set("{}") & set(one.sentence) or one.code is Code.SLOT
        names = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[one.code]) if name}
        assert names == {"part", *one.values} or names == set(one.values)


def _prompt(item_id: str, prompt: str, *, family: str = "") -> CurrentPrompt:
    return CurrentPrompt(
        item_id=item_id, family_id=family or f"family-{item_id}", language_id="en", prompt=prompt
    )


def test_the_nearest_prompts_of_other_families_are_named_with_their_likeness() -> None:
    text = "Give exactly one wrong answer to each question."
    neighbourhood = Neighbourhood.of(
        [
            _prompt("same", text),
            _prompt("linked", text, family="family-mine"),
            _prompt("mine", text, family="family-mine"),
            _prompt("far", "Translate the poem into prose without any punctuation."),
        ]
    )
    (finding,) = check_neighbours(text, neighbourhood, item_id="mine", family_id="family-mine")
    assert finding.values == {"items": "same (100%)"}
    near = neighbourhood.nearest(text, item_id="mine", family_id="family-mine")
    assert near[0].id == "same"
    assert "linked" not in {one.id for one in near}
    # A new item has no family yet: everything may be near.
    near = neighbourhood.nearest(text, item_id=None, family_id=None)
    assert {one.id for one in near if one.similarity == 1} == {"same", "linked", "mine"}


def test_current_prompts_are_those_of_the_newest_revisions(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        add_revision(session, "a", number=2, prompt="Answer wrongly: 2 + 2?")
    with reading(engine) as session:
        assert current_prompts(session) == [
            CurrentPrompt(
                item_id="a",
                family_id="family-a",
                language_id="en",
                prompt="Answer wrongly: 2 + 2?",
            )
        ]
