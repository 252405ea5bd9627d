"""What a judge's texts may be (or are refused), and what is doubtful about legal ones (told)."""

import re
from pathlib import Path

import pytest

from calibration.judging.texts import (
    Advice,
    AdviceKind,
    judge_texts,
    validate_system_prompt,
    validate_template,
)
from db.errors import Invalid
from db.hashing import content_hash

SOUND = "Q: {prompt}\nR: {response_reference}\nA: {response}"
CONTRACT = "【评分依据】 【评分】 【JSON】 answer_score"


def kinds(found: tuple[Advice, ...]) -> list[AdviceKind]:
    return [advice.kind for advice in found]


ILLEGAL_TEMPLATES = {
    "": "The judge prompt template is empty (''): every released row carries one, so write it or "
    "take the default of the type.",
    " \n": "The judge prompt template is empty (' \\n'): every released row carries one, so write "
    "it or take the default of the type.",
    "R {response_reference}": "The judge prompt template has no slot '{response}': it needs "
    "{response_reference} and {response} (and may have {prompt}), so add the missing one.",
    "A {response}": "The judge prompt template has no slot '{response_reference}': it needs "
    "{response_reference} and {response} (and may have {prompt}), so add the missing one.",
    SOUND + '\nEnd with {"answer_score": 1}': "The judge prompt template has braces at "
    "'End with {\"answer_score\": 1}' that are no slot: only {prompt}, {response_reference}, "
    "{response} may stand in braces, so remove the others or write them in words.",
    SOUND + "\n{answer}": "The judge prompt template has braces at '{answer}' that are no slot: "
    "only {prompt}, {response_reference}, {response} may stand in braces, so remove the others "
    "or write them in words.",
}


@pytest.mark.parametrize(("text", "sentence"), ILLEGAL_TEMPLATES.items())
def test_a_template_that_readers_cannot_render_is_refused_with_the_way_out(
    text: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        validate_template(text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "odd",
    ["{{response}}", "{response!r}", "{response:>9}", "{ response }", "{Response}", "{", "}", "{}"],
)
def test_braces_that_only_look_like_a_slot_are_refused(odd: str) -> None:
    with pytest.raises(Invalid, match="that are no slot"):
        validate_template(SOUND + "\n" + odd)


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
def test_characters_that_cannot_be_stored_are_refused(bad: str) -> None:
    with pytest.raises(Invalid, match="at position 1, which cannot be stored"):
        validate_template(bad + SOUND)
    with pytest.raises(Invalid, match="at position 1, which cannot be stored"):
        validate_system_prompt(bad)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        pytest.param(SOUND, [], id="sound"),
        pytest.param(
            "{response_reference} {response}", [AdviceKind.QUESTION_NOT_SHOWN], id="no-question"
        ),
        pytest.param(SOUND + " {response}", [AdviceKind.SLOT_REPEATED], id="repeated"),
        pytest.param(
            "{response} {prompt} {response_reference}",
            [AdviceKind.RESPONSE_NOT_LAST],
            id="response-first",
        ),
        pytest.param(SOUND + "\n---\n", [AdviceKind.MESSAGE_DELIMITER], id="hyphens"),
    ],
)
def test_a_legal_template_comes_back_with_what_is_doubtful(
    text: str, advice: list[AdviceKind]
) -> None:
    assert kinds(validate_template(text)) == advice


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        pytest.param(CONTRACT, [], id="sound"),
        pytest.param("Be strict.", [AdviceKind.CONTRACT_INCOMPLETE], id="no-contract"),
        pytest.param(
            CONTRACT + ' {"answer_score": 0}', [AdviceKind.READABLE_VERDICT], id="shows-a-fail"
        ),
        pytest.param(
            CONTRACT + ' {"answer_score": 0} {"answer_score": 1}',
            [AdviceKind.READABLE_VERDICT, AdviceKind.LAST_VERDICT_PASSES],
            id="ends-on-a-pass",
        ),
        pytest.param(
            CONTRACT + ' {"answer_score": 1} {"answer_score": 0}',
            [AdviceKind.READABLE_VERDICT],
            id="ends-on-a-fail",
        ),
        pytest.param(CONTRACT + " answer_score = 1", [], id="a-form-no-reader-parses"),
        pytest.param(CONTRACT + "\n---\n", [AdviceKind.MESSAGE_DELIMITER], id="hyphens"),
    ],
)
def test_a_legal_system_prompt_comes_back_with_what_is_doubtful(
    text: str, advice: list[AdviceKind]
) -> None:
    assert kinds(validate_system_prompt(text)) == advice


def test_an_empty_system_prompt_is_refused() -> None:
    with pytest.raises(Invalid, match="The judge system prompt is empty"):
        validate_system_prompt("\n")


@pytest.mark.parametrize(
    ("text", "language_id", "told"),
    [
        ("请判断回答是否遵循指令。" + CONTRACT, "zh", False),
        ("请判断回答是否遵循指令。" + CONTRACT, "en", True),
        ("Judge whether the response follows. It is the last of the blocks. " + CONTRACT, "en", 0),
        ("Judge whether the response follows. It is the last of the blocks. " + CONTRACT, "zh", 1),
    ],
)
def test_a_prompt_in_another_language_than_its_rows_is_told(
    text: str, language_id: str, told: bool
) -> None:
    found = kinds(validate_system_prompt(text, language_id=language_id))
    assert found == ([AdviceKind.OTHER_LANGUAGE] if told else [])


def test_texts_are_named_by_their_content() -> None:
    texts = judge_texts(system_prompt=CONTRACT, template=SOUND)
    assert texts.system_prompt_hash == content_hash(CONTRACT)
    assert texts.template_hash == content_hash(SOUND)
    with pytest.raises(Invalid, match=r"no slot '\{response\}'"):
        judge_texts(system_prompt=CONTRACT, template="{response_reference}")


def test_the_page_on_judge_prompts_explains_every_advice() -> None:
    page = (Path(__file__).parents[2] / "docs" / "judge-prompts.md").read_text(encoding="utf-8")
    listed = re.findall(r"(?m)^\| `([a-z_]+)` \|", page)
    assert listed == [kind.value for kind in AdviceKind]
