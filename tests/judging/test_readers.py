"""The reader rules used by the other tests behave as the programs are documented to behave."""

import pytest

from tests.judging.readers import (
    ReaderCrash,
    gage_messages,
    gage_verdict,
    opencompass_messages,
    opencompass_question,
    opencompass_verdict,
    sieval_messages,
    sieval_verdict,
    sieval_verdict_before_markers,
)

BLOCK = '```json\n{"answer_score": %s}\n```'
ROW = {
    "instruction_types": "Question Correction",
    "prompt": "Q",
    "response_reference": "REF",
    "language": "english",
    "judge_prompt_template": "<{prompt}|{response_reference}|{response}>",
    "judge_system_prompt": "SYS",
}


@pytest.mark.parametrize(
    ("reply", "sieval", "earlier", "opencompass"),
    [
        pytest.param("【JSON】\n" + BLOCK % 1, 1, 1, 1, id="one-block"),
        pytest.param(
            f"【JSON】\n{BLOCK % 1}\n【JSON】\n{BLOCK % 0}", 0, 0, 1, id="first-against-last"
        ),
        # A verdict without a fence after an example with one: only the marker rule sees it.
        pytest.param(
            f'【JSON】\n{BLOCK % 1}\n【JSON】\n{{"answer_score": 0}}',
            0,
            1,
            1,
            id="bare-after-fence",
        ),
        pytest.param("【JSON】\n" + BLOCK % 100, None, None, 1, id="hundred"),
        pytest.param("【JSON】\n" + BLOCK % "null", None, None, None, id="null"),
        # A located but malformed block does not fall back to the score line in the newer rule.
        pytest.param(
            "【评分】1分【JSON】\n" + BLOCK % "null", None, 1, None, id="null-with-score-line"
        ),
        pytest.param("【JSON】\n" + BLOCK % '"1"', 1, 1, 1, id="text-value"),
        pytest.param("【JSON】\n" + BLOCK % "1.0", 1, 1, 1, id="float-value"),
        pytest.param("【JSON】\n" + BLOCK % "true", None, None, 1, id="true"),
        pytest.param("【评分】：1分", 1, 1, 1, id="score-line"),
        pytest.param("【评分】1分", 1, 1, None, id="score-line-without-colon"),
        pytest.param("answer_score：0", 0, 0, 0, id="full-width-colon"),
        pytest.param("", None, None, None, id="empty"),
    ],
)
def test_each_parser_follows_its_published_order(
    reply: str, sieval: int | None, earlier: int | None, opencompass: int | None
) -> None:
    assert sieval_verdict(reply) == sieval
    assert sieval_verdict_before_markers(reply) == earlier
    assert opencompass_verdict(reply) == opencompass


def test_opencompass_stops_at_a_fence_that_is_json_but_no_object() -> None:
    with pytest.raises(ReaderCrash, match="asks a int for its key"):
        opencompass_verdict("```\n42\n```\n" + BLOCK % 1)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("1", 1),
        ("0", 0),
        ("PASS", 1),
        ("不符合", 0),
        ("", 0),
        ("Requirement 1 is not met. Score 0", 1),  # the first number is a list number
        ("85", 1),  # 85 of 100
        ("42 words", 0),  # 42 of 100 is under the threshold of 0.5
    ],
)
def test_gage_takes_the_first_number(reply: str, verdict: int) -> None:
    assert gage_verdict(reply) == verdict


def test_the_three_renderings_agree_on_tame_values() -> None:
    expected = ["SYS", "<Q|REF|A>"]
    assert sieval_messages(ROW, "A") == expected
    assert opencompass_messages(ROW, "A") == expected
    assert gage_messages(ROW, "A") == expected


def test_opencompass_shows_the_reference_to_the_model_when_the_question_names_that_slot() -> None:
    row = {**ROW, "prompt": "Explain {response_reference} and {x}."}
    assert opencompass_question(row) == "Explain REF and {x}."
