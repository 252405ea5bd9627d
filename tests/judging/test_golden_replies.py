"""The replies that default prompts provoke are read right by both safe readers, echoes included."""

import pytest

from calibration.judging.default_texts import DefaultFor, defaults
from tests.judging.golden_replies import CASES, examples_of, reply, system_of
from tests.judging.readers import (
    Verdict,
    opencompass_verdict,
    sieval_verdict,
    sieval_verdict_before_markers,
)
from tests.judging.worked_examples import worked_examples

EVERY = [pytest.param(of, id=f"{of.type_id}-{of.language_id}") for of in defaults()]
SAFE = [sieval_verdict, sieval_verdict_before_markers, opencompass_verdict]
READ_RIGHT = [
    "the reply of the contract",
    "the same, without a code fence",
    "the same, cut after the score line",
    "the same, with half-width colons",
    "the same, a number in the basis",
    "worked examples echoed before the verdict",
    "worked examples echoed after the verdict",
    "worked examples echoed on both sides",
    "whole system prompt echoed before the verdict",
    "whole system prompt echoed after the verdict",
]


def read_by_all(text: str) -> list[Verdict]:
    return [read(text) for read in SAFE]


@pytest.mark.parametrize("of", EVERY)
@pytest.mark.parametrize("case", READ_RIGHT)
@pytest.mark.parametrize("verdict", [0, 1])
def test_the_verdict_is_read_right(of: DefaultFor, case: str, verdict: int) -> None:
    assert read_by_all(CASES[case](of, verdict)) == [verdict] * 3


@pytest.mark.parametrize("of", EVERY)
@pytest.mark.parametrize("verdict", [0, 1])
def test_one_echoed_example_of_either_score_never_outweighs_the_verdict(
    of: DefaultFor, verdict: int
) -> None:
    for example in worked_examples(system_of(of)):
        before = example.text + "\n\n" + reply(of, verdict)
        after = reply(of, verdict) + "\n\n" + example.text
        assert read_by_all(before) + read_by_all(after) == [verdict] * 6


@pytest.mark.parametrize("of", EVERY)
def test_an_echo_without_a_verdict_is_unscored_and_never_a_pass(of: DefaultFor) -> None:
    assert read_by_all(system_of(of)) == [None] * 3
    assert read_by_all(examples_of(of)) == [None] * 3


@pytest.mark.parametrize("of", EVERY)
def test_an_example_that_a_judge_completes_by_itself_is_the_last_one_and_fails(
    of: DefaultFor,
) -> None:
    # A judge that rewrites the examples in the form of the contract: the last one scores 0.
    texts = [reply(of, example.score) for example in worked_examples(system_of(of))]
    assert sieval_verdict("\n\n".join(texts)) == 0
