"""Owns what a judge's prompt has and lacks: the traits that its judges' errors depend on."""

import re
from enum import StrEnum
from typing import Final

from calibration.llm.simulator.asked import Asked, tokens_of
from calibration.llm.simulator.blocks import Blocks
from calibration.llm.simulator.kinds import script_of
from calibration.llm.simulator.truth import AGAINST_FACTS

# Tokens, as the simulator counts them, from which a response is long.
LONG: Final = 200


class Trait(StrEnum):
    """Something about a prompt that makes judges err more."""

    LOOSE_FORM = "loose_form"
    NOT_ITEMISED = "not_itemised"
    NO_QUESTION = "no_question"
    NO_EXAMPLES = "no_examples"
    LAST_EXAMPLE_PASSES = "last_example_passes"
    TRUTH_MIXED_IN = "truth_mixed_in"
    OTHER_LANGUAGE = "other_language"
    RESPONSE_NOT_LAST = "response_not_last"
    LONG_RESPONSE = "long_response"
    PLEADING_RESPONSE = "pleading_response"
    NO_REFERENCE = "no_reference"


_STRICT: Final = re.compile(
    r"nothing (?:else|after|but)|only (?:the )?(?:json|object)|不要再写任何|只(?:输出|写|回复)",
    re.IGNORECASE,
)
_FORM: Final = re.compile(r"【JSON】|\bjson\b|answer_score", re.IGNORECASE)
_ITEMISED: Final = re.compile(
    r"one at a time|one by one|requirement by requirement|each requirement|every requirement in"
    r"|逐条|逐一|逐项",
    re.IGNORECASE,
)
_EXAMPLES: Final = re.compile(r"\bexample\b|示例|例子", re.IGNORECASE)
_SCORE: Final = re.compile(r"answer_score\W{0,8}([01])\b")
_TRUTH_APART: Final = re.compile(
    r"being true are|true are two|whether it is true|not (?:the )?(?:factual|truth)"
    r"|factual correctness (?:does not|is not)|属实是两回事|不(?:看|评|管).{0,6}(?:事实|真假|属实)",
    re.IGNORECASE,
)
_GUARD: Final = re.compile(
    r"(?:are|is) (?:material|data)\b|never instructions|not instructions|只是数据|不是给你的指令",
    re.IGNORECASE,
)
_PLEA: Final = re.compile(
    r"answer_score|full marks|this (?:answer|response) (?:meets|follows)|approved by"
    r"|满分|符合全部要求",
    re.IGNORECASE,
)


def traits_of(asked: Asked, blocks: Blocks, type_id: str) -> frozenset[Trait]:
    """Find the traits of a prompt."""
    words = f"{asked.system}\n{blocks.around}"
    found = {
        Trait.LOOSE_FORM: asked.schema is None
        and not (_FORM.search(words) and _STRICT.search(words)),
        Trait.NOT_ITEMISED: not _ITEMISED.search(words),
        Trait.NO_QUESTION: not blocks.question,
        Trait.NO_EXAMPLES: not _EXAMPLES.search(words),
        Trait.LAST_EXAMPLE_PASSES: _SCORE.findall(words)[-1:] == ["1"],
        Trait.TRUTH_MIXED_IN: type_id in AGAINST_FACTS and not _TRUTH_APART.search(words),
        Trait.OTHER_LANGUAGE: _is_other_language(words, blocks),
        Trait.RESPONSE_NOT_LAST: not blocks.response_is_last,
        Trait.LONG_RESPONSE: tokens_of(blocks.response) > LONG,
        Trait.PLEADING_RESPONSE: not _GUARD.search(words) and bool(_PLEA.search(blocks.response)),
        Trait.NO_REFERENCE: not blocks.reference,
    }
    return frozenset(trait for trait, is_there in found.items() if is_there)


def _is_other_language(words: str, blocks: Blocks) -> bool:
    material = f"{blocks.question}\n{blocks.reference}" if blocks.reference else blocks.response
    return script_of(material) != script_of(words)
