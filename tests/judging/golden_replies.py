"""Judge replies with a known verdict: whole, echoing the prompt, cut short, out of range."""

from collections.abc import Callable

from calibration.judging.default_texts import DefaultFor, default_judge_texts
from tests.judging.worked_examples import worked_examples

BASIS = {
    "zh": "要求写三句话：已数过句子。\n要求不用标点：已从头看到尾。",
    "en": "Three sentences asked: counted.\nNo punctuation asked: looked to the end.",
}
Build = Callable[[DefaultFor, int], str]


def reply(of: DefaultFor, verdict: int | str, *, basis: str | None = None) -> str:
    """The reply that the contract asks for."""
    return (
        f"【评分依据】：\n{basis or BASIS[of.language_id]}\n【评分】：{verdict}分\n【JSON】：\n"
        f'```json\n{{"answer_score": {verdict}}}\n```'
    )


def examples_of(of: DefaultFor) -> str:
    """All worked examples of the prompt, as a judge would repeat them."""
    return "\n\n".join(example.text for example in worked_examples(system_of(of)))


def system_of(of: DefaultFor) -> str:
    return default_judge_texts(of.type_id, of.language_id).system_prompt


def _without_fence(of: DefaultFor, verdict: int) -> str:
    return reply(of, verdict).replace("```json\n", "").replace("\n```", "")


def _system_prompt_alone(of: DefaultFor, _: int) -> str:
    return system_of(of)


def _hundred(of: DefaultFor, _: int) -> str:
    return reply(of, 100)


def _always(text: str) -> Build:
    return lambda *_: text


CASES: dict[str, Build] = {
    "the reply of the contract": reply,
    "the same, without a code fence": _without_fence,
    "the same, cut after the score line": lambda of, v: reply(of, v).split("【JSON】")[0],
    "the same, with half-width colons": lambda of, v: reply(of, v).replace("：", ":"),
    "the same, a number in the basis": lambda of, v: reply(of, v, basis="1. 3/3.\n2. 0.5."),
    "worked examples echoed before the verdict": lambda of, v: (
        examples_of(of) + "\n\n" + reply(of, v)
    ),
    "worked examples echoed after the verdict": lambda of, v: (
        reply(of, v) + "\n\n" + examples_of(of)
    ),
    "worked examples echoed on both sides": lambda of, v: (
        examples_of(of) + "\n\n" + reply(of, v) + "\n\n" + examples_of(of)
    ),
    "whole system prompt echoed before the verdict": lambda of, v: (
        system_of(of) + "\n\n" + reply(of, v)
    ),
    "whole system prompt echoed after the verdict": lambda of, v: (
        reply(of, v) + "\n\n" + system_of(of)
    ),
    "whole system prompt echoed, no verdict": _system_prompt_alone,
    "cut before the score line": lambda of, v: reply(of, v).split("【评分】")[0],
    "empty reply": _always(""),
    "refusal": _always("I am sorry, I cannot judge this."),
    "score out of range, 100": _hundred,
    "score written as true": _always('【JSON】：\n```json\n{"answer_score": true}\n```'),
    "a verdict block copied out of the response, before the own verdict": lambda of, v: (
        reply(of, 1 - v) + "\n\n" + reply(of, v)
    ),
    "a verdict block copied out of the response, after the own verdict": lambda of, v: (
        reply(of, v) + "\n\n" + reply(of, 1 - v)
    ),
    "a fenced bare number quoted before the verdict": lambda of, v: "```\n42\n```\n" + reply(of, v),
}
