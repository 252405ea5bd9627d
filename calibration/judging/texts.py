"""Owns what a judge's two texts may be: the system prompt and the template with its slots.

Legal and advisable are two questions. A text that a reader of a release cannot render is refused
with ``Invalid``; one that renders but invites a wrong verdict is legal and comes back with
``Advice``, because imported judge texts are kept verbatim. Replies are not read here.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from db.errors import Invalid
from db.hashing import content_hash

CONTRACT_HEADINGS: Final = ("【评分依据】", "【评分】", "【JSON】")
VERDICT_KEY: Final = "answer_score"


class Slot(StrEnum):
    """A place in a template that readers fill."""

    PROMPT = "{prompt}"
    RESPONSE_REFERENCE = "{response_reference}"
    RESPONSE = "{response}"


class AdviceKind(StrEnum):
    """What is doubtful about a legal judge text; stable, so that screens can translate it."""

    QUESTION_NOT_SHOWN = "question_not_shown"
    SLOT_REPEATED = "slot_repeated"
    RESPONSE_NOT_LAST = "response_not_last"
    MESSAGE_DELIMITER = "message_delimiter"
    CONTRACT_INCOMPLETE = "contract_incomplete"
    READABLE_VERDICT = "readable_verdict"
    LAST_VERDICT_PASSES = "last_verdict_passes"
    OTHER_LANGUAGE = "other_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One reason why a legal judge text may lead to a wrong verdict."""

    kind: AdviceKind
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeTexts:
    """The two texts that make a judge's prompt, with their content hashes.

    Attributes:
        system_prompt: Sent as the system message; readers never format it.
        template: Sent as the user message after its slots are filled.
        system_prompt_hash: ``content_hash`` of ``system_prompt``.
        template_hash: ``content_hash`` of ``template``.
    """

    system_prompt: str
    template: str
    system_prompt_hash: str
    template_hash: str


def judge_texts(*, system_prompt: str, template: str) -> JudgeTexts:
    """Check both texts and name them by their content.

    Raises:
        Invalid: One of the texts cannot be used by the readers of a release.
    """
    validate_system_prompt(system_prompt)
    validate_template(template)
    return JudgeTexts(
        system_prompt=system_prompt,
        template=template,
        system_prompt_hash=content_hash(system_prompt),
        template_hash=content_hash(template),
    )


def validate_template(text: str) -> tuple[Advice, ...]:
    """Check that a template renders under every known reader, and say what is doubtful about it.

    Braces outside the slots are illegal even when doubled: one reader formats and would fold them,
    others replace and would show both.

    Args:
        text: The template with its slots in single braces.

    Returns:
        Reasons for caution, none for a sound template.

    Raises:
        Invalid: The text is empty or not storable, lacks a required slot, or has other braces.
    """
    _refuse_unusable(text, what="judge prompt template")
    rest = text
    for slot in Slot:
        rest = rest.replace(slot, "\0")
    stray = re.search(r"[^\n\0]{0,20}[{}][^\n\0]{0,20}", rest)
    if stray:
        raise Invalid(
            f"The judge prompt template has braces at {stray.group()!r} that are no slot: only "
            f"{_listed(Slot)} may stand in braces, so remove the others or write them in words."
        )
    for slot in (Slot.RESPONSE_REFERENCE, Slot.RESPONSE):
        if slot not in text:
            raise Invalid(
                f"The judge prompt template has no slot {slot.value!r}: it needs "
                f"{Slot.RESPONSE_REFERENCE.value} and {Slot.RESPONSE.value} "
                f"(and may have {Slot.PROMPT.value}), so add the missing one."
            )
    return _template_advice(text)


def _template_advice(text: str) -> tuple[Advice, ...]:
    found: list[Advice] = []
    if Slot.PROMPT not in text:
        found.append(
            Advice(
                kind=AdviceKind.QUESTION_NOT_SHOWN,
                sentence=f"The template has no slot {Slot.PROMPT.value}: the judge never sees the "
                "question.",
            )
        )
    for slot in Slot:
        if (times := text.count(slot)) > 1:
            found.append(
                Advice(
                    kind=AdviceKind.SLOT_REPEATED,
                    sentence=f"The template has the slot {slot.value} {times} times: the judge "
                    "reads the same text again.",
                )
            )
    if text.rfind(Slot.RESPONSE) < max(
        text.rfind(Slot.PROMPT), text.rfind(Slot.RESPONSE_REFERENCE)
    ):
        found.append(
            Advice(
                kind=AdviceKind.RESPONSE_NOT_LAST,
                sentence="The response is not the last block of the template: a response that "
                "imitates the end of its block can forge the blocks after it.",
            )
        )
    return (*found, *_delimiter_advice(text, what="template"))


def validate_system_prompt(text: str, *, language_id: str | None = None) -> tuple[Advice, ...]:
    """Check that a judge's system prompt can be stored and sent, and say what is doubtful about it.

    Args:
        text: The system prompt. Braces are legal here, because readers do not format it.
        language_id: Language of the rows it will judge (``zh`` or ``en``); None leaves that open.

    Returns:
        Reasons for caution, none for a sound prompt.

    Raises:
        Invalid: The text is empty or not storable.
    """
    _refuse_unusable(text, what="judge system prompt")
    found = [*_contract_advice(text), *_delimiter_advice(text, what="system prompt")]
    if language_id is not None and (written := _language_of(text)) != language_id:
        found.append(
            Advice(
                kind=AdviceKind.OTHER_LANGUAGE,
                sentence=f"The system prompt is written in {written!r} and judges rows in "
                f"{language_id!r}.",
            )
        )
    return tuple(found)


def _contract_advice(text: str) -> list[Advice]:
    found: list[Advice] = []
    missing = [part for part in (*CONTRACT_HEADINGS, VERDICT_KEY) if part not in text]
    if missing:
        found.append(
            Advice(
                kind=AdviceKind.CONTRACT_INCOMPLETE,
                sentence=f"The system prompt never mentions {', '.join(missing)}: readers look for "
                "these in the reply.",
            )
        )
    verdicts = re.findall(rf"{VERDICT_KEY}[\"']?\s*[:：]\s*[\"']?(\d+)", text)
    if verdicts:
        found.append(
            Advice(
                kind=AdviceKind.READABLE_VERDICT,
                sentence=f"The system prompt shows a verdict in the form that readers parse "
                f"({VERDICT_KEY}: {verdicts[0]}): a judge that echoes it can be misread.",
            )
        )
        if verdicts[-1] == "1":
            found.append(
                Advice(
                    kind=AdviceKind.LAST_VERDICT_PASSES,
                    sentence="The last verdict that the system prompt shows is 1: an echoed prompt "
                    "is read as a pass.",
                )
            )
    return found


def _delimiter_advice(text: str, *, what: str) -> list[Advice]:
    if "---" not in text:
        return []
    return [
        Advice(
            kind=AdviceKind.MESSAGE_DELIMITER,
            sentence=f"The {what} has a run of three hyphens: one reader splits "
            "its messages there.",
        )
    ]


def _refuse_unusable(text: str, *, what: str) -> None:
    if not text.strip():
        raise Invalid(
            f"The {what} is empty ({text!r}): every released row carries one, so write it or take "
            "the default of the type."
        )
    bad = re.search("[\0\ud800-\udfff]", text)
    if bad:
        raise Invalid(
            f"The {what} has the character {bad.group()!r} at position {bad.start()}, which cannot "
            "be stored: remove it."
        )


def _language_of(text: str) -> str:
    """Tell Chinese from English by the share of Chinese characters among characters and words."""
    han = len(re.findall(r"[\u4e00-\u9fff]", text))
    words = len(re.findall(r"[A-Za-z]+", text))
    return "zh" if han > words else "en"


def _listed(slots: type[Slot]) -> str:
    return ", ".join(slot.value for slot in slots)
