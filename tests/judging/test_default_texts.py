"""The default judge texts keep the contract and have none of the known defects of such prompts."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from calibration.judging.default_texts import DefaultFor, default_judge_texts, defaults
from calibration.judging.texts import Slot, validate_system_prompt, validate_template
from db.errors import NotFound
from db.hashing import content_hash
from tests.judging.worked_examples import sections, worked_examples

SNAPSHOT = Path(__file__).parent / "default_text_hashes.json"
TYPE_IDS = (
    "question-correction",
    "intentional-textual-flaws",
    "code-without-comments",
    "counter-conventional-formatting",
    "deliberately-incorrect-answers",
    "instructional-induction",
    "mid-turn-instruction-modification",
    "counterfactual-answering",
)
CONTRACT = ("【评分依据】：", "【评分】：", "【JSON】：", '{"answer_score": V}')
EVERY = [pytest.param(of, id=f"{of.type_id}-{of.language_id}") for of in defaults()]


def system_of(of: DefaultFor) -> str:
    return default_judge_texts(of.type_id, of.language_id).system_prompt


def template_of(of: DefaultFor) -> str:
    return default_judge_texts(of.type_id, of.language_id).template


def test_every_type_has_texts_in_both_languages() -> None:
    wanted = {(type_id, language) for type_id in TYPE_IDS for language in ("zh", "en")}
    assert {(of.type_id, of.language_id) for of in defaults()} == wanted
    assert len(defaults()) == 16


def test_a_pair_without_defaults_is_refused_with_the_legal_ones() -> None:
    with pytest.raises(NotFound) as refused:
        default_judge_texts("question-correction", "fr")
    assert str(refused.value) == (
        "There are no default judge texts for type 'question-correction' in language 'fr': the "
        "types with defaults are " + ", ".join(sorted(TYPE_IDS)) + ", the languages en, zh; give "
        "the item judge texts of its own."
    )


def test_the_hashes_are_the_ones_on_file_so_that_a_change_is_deliberate() -> None:
    now = {}
    for of in defaults():
        texts = default_judge_texts(of.type_id, of.language_id)
        assert texts.system_prompt_hash == content_hash(texts.system_prompt)
        now[f"{of.type_id}.{of.language_id}.system"] = texts.system_prompt_hash
        now[f"{of.type_id}.{of.language_id}.template"] = content_hash(texts.template)
    assert now == json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert len(set(now.values())) == 32


@pytest.mark.parametrize("of", EVERY)
def test_no_default_text_gives_reason_for_advice(of: DefaultFor) -> None:
    assert validate_template(template_of(of)) == ()
    assert validate_system_prompt(system_of(of), language_id=of.language_id) == ()


@pytest.mark.parametrize("of", EVERY)
def test_the_template_shows_question_reference_and_response_once_in_this_order(
    of: DefaultFor,
) -> None:
    assert re.findall(r"\{.*?\}", template_of(of)) == [slot.value for slot in Slot]


@pytest.mark.parametrize("of", EVERY)
def test_the_only_braces_of_the_system_prompt_are_those_of_the_contract(of: DefaultFor) -> None:
    assert re.findall(r"[{}][^{}]*", system_of(of))[0] == '{"answer_score": V'
    assert system_of(of).count("{") == system_of(of).count("}") == 1


@pytest.mark.parametrize("of", EVERY)
def test_no_text_has_a_fence_or_a_run_of_hyphens_that_a_reader_could_split_at(
    of: DefaultFor,
) -> None:
    for text in (system_of(of), template_of(of)):
        assert "```" not in text
        assert "--" not in text
        assert not re.search(r"(?m)[ \t]+$", text)
        assert text == text.strip()


@pytest.mark.parametrize("of", EVERY)
def test_the_prompt_is_written_in_the_language_of_its_rows(of: DefaultFor) -> None:
    for text in (system_of(of), template_of(of)):
        han = len(re.findall(r"[\u4e00-\u9fff]", text))
        latin = len(re.findall(r"[A-Za-z]", re.sub(r"\{.*?\}|answer_score|json|JSON", "", text)))
        share = han / (han + latin)
        if of.language_id == "zh":
            assert share > 0.85
        else:
            assert share < 0.01


@pytest.mark.parametrize("of", EVERY)
def test_what_a_heading_announces_is_what_is_listed(of: DefaultFor) -> None:
    counted = {}
    for section in sections(system_of(of)):
        numbered = re.findall(r"(?m)^(\d+)\. ", section.body)
        examples = re.findall(r"(?m)^(?:Example|示例) (\d+)$", section.body)
        assert [int(n) for n in numbered] == list(range(1, len(numbered) + 1))
        assert [int(n) for n in examples] == list(range(1, len(examples) + 1))
        listed = len(numbered) or len(examples)
        assert (section.announced or 0) == listed
        counted[section.title] = listed
    assert len(counted) == 6
    assert [n for n in counted.values() if n] == [len_points(of), 3, 3]


def len_points(of: DefaultFor) -> int:
    return 5 if of.type_id == "code-without-comments" else 4


@pytest.mark.parametrize("of", EVERY)
def test_the_worked_examples_show_a_pass_and_end_on_a_fail(of: DefaultFor) -> None:
    examples = worked_examples(system_of(of))
    assert [example.score for example in examples] == [1, 0, 0]
    for example in examples:
        assert len(example.fields) == 4
        assert all(value.strip() for value in example.fields.values())


@pytest.mark.parametrize("of", EVERY)
def test_each_example_takes_its_score_from_its_requirements(of: DefaultFor) -> None:
    unmet = {"en": r"\bnot met\b", "zh": "不满足"}[of.language_id]
    for example in worked_examples(system_of(of)):
        basis = list(example.fields.values())[3]
        reference = list(example.fields.values())[1]
        assert (example.score == 0) == bool(re.search(unmet, basis))
        # A basis speaks of every requirement of its reference: (1), (2), ...
        asked = len(re.findall(r"[(（]\d[)）]", reference))
        ordinals = r"First|Second|[Tt]hird" if of.language_id == "en" else r"第[一二三]条"
        assert len(re.findall(ordinals, basis + _joint(basis))) >= asked


def _joint(basis: str) -> str:
    """Spell out the joint form "Second and third not met"."""
    return "Third" if "Second and third" in basis else ""


@pytest.mark.parametrize("language_id", ["zh", "en"])
def test_what_is_shared_by_all_types_is_the_same_text_in_all_types(language_id: str) -> None:
    shared = [
        [
            section
            for section in sections(system_of(of))
            if not re.match(r"What is judged|Scoring|Worked|评判什么|评分要点|示例", section.title)
        ]
        for of in defaults()
        if of.language_id == language_id
    ]
    assert len(shared) == 8
    assert all(len(kept) == 3 for kept in shared)
    assert all(one == other for one, other in pairwise(shared))


@pytest.mark.parametrize("of", EVERY)
def test_the_contract_names_its_headings_in_order_after_the_examples(of: DefaultFor) -> None:
    text = system_of(of)
    places = [text.index(part) for part in CONTRACT]
    assert places == sorted(places)
    assert places[0] > text.rindex("answer_score = 0")
