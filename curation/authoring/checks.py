"""Owns the checks of a working copy before it is submitted: refusals, and warnings for a person.

A refusal is what no item can have, or what would contradict itself; whatever could be meant is a
warning, because the instructions of this benchmark break conventions on purpose. Wording for the
screens is found by ``code``; ``sentence`` is the English one.
"""

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from calibration.judging.self_test import SelfTest
from curation.authoring.language import HAN_WEIGHT, check_language, script_shares
from curation.authoring.merging import holds_marks
from curation.authoring.near_duplicates import NEAR_DUPLICATE, Near, NearDuplicateIndex
from curation.authoring.trying import try_checks
from db.errors import Invalid
from db.queries.working_copies import ROLES, CurrentPrompt
from db.working_copies import LONG_PARTS, Part

CODE_TYPE: Final = "code-without-comments"
SHORT_PROMPT: Final = 20
SHORT_REFERENCE: Final = 10
LONG_TEXT: Final = 20_000
SHOWN_NEIGHBOURS: Final = 5
# In place of the id of an item that the person may yet be asked about blindly.
UNNAMED: Final = "…"
CONTRAST: Final = (Part.FOLLOWS, Part.CONVENTIONAL, Part.NEAR_MISS)
# What a reader of released rows fills wherever it meets it: its columns, and the response.
_SLOT: Final = re.compile(
    r"\{(?:instruction_types|prompt|response_reference|language|judge_prompt_template"
    r"|judge_system_prompt|response)\}"
)
_NUMBER: Final = re.compile(
    r"^ {0,3}(?:[(（](\d{1,9})[)）]|(\d{1,9})(?:[.．](?!\d)|[、)）]))", re.M
)
_FLAT_BLOCK: Final = re.compile(r"^(?:def|class|for|while|if) .*:[ \t]*\r?\n[^\s#]", re.M)
_LONG_LINE: Final = 20
_MOST_QUOTED: Final = 80
_MOST_NUMBERS: Final = 20
_NAMES: Final = {
    Part.FOLLOWS: "response that follows",
    Part.CONVENTIONAL: "conventional response",
}
# Joiners make one emoji of several; blanks that a font draws are no letters.
_SEEN_JOINERS: Final = frozenset("\u200c\u200d")
_UNSEEN_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class Severity(StrEnum):
    """Whether a finding keeps the copy from being submitted."""

    REFUSE = "refuse"
    WARN = "warn"


class Code(StrEnum):
    """What is wrong; the screens find their wording by it."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NOTHING_CHANGED = "nothing_changed"
    UNSETTLED = "unsettled"
    MARKS_LEFT = "marks_left"
    SAME_RESPONSE = "same_response"
    SAME_TWIN = "same_twin"
    UNASSIGNED = "unassigned"
    ABSENT = "absent"
    ALIKE_RESPONSES = "alike_responses"
    RESPONSE_IS_PROMPT = "response_is_prompt"
    LANGUAGE = "language"
    SHORT = "short"
    LONG = "long"
    UNNUMBERED = "unnumbered"
    NUMBERING = "numbering"
    LOST_INDENTATION = "lost_indentation"
    REPEATED_LINE = "repeated_line"
    SLOT = "slot"
    HIDDEN = "hidden"
    NEAR_DUPLICATE = "near_duplicate"
    BAD_CHECK = "bad_check"
    SELF_TEST_FAILS = "self_test_fails"
    SELF_TEST_PASSES = "self_test_passes"


SENTENCES: Final[Mapping[Code, str]] = {
    Code.MISSING: "The {part} is empty; fill it in.",
    Code.UNKNOWN: "There is no {part} {value}; choose one of {legal}.",
    Code.NOTHING_CHANGED: "Nothing differs from the current revision; change something first.",
    Code.UNSETTLED: "A text of the {part} was set aside; decide which one to keep.",
    Code.MARKS_LEFT: "The {part} still holds the marks of a merge; take them out.",
    Code.SAME_RESPONSE: "The {part} and the {other} are the same text, and only one of them "
    "follows; change one.",
    Code.SAME_TWIN: "The twin is the same text as the prompt; give it the normal instruction.",
    Code.UNASSIGNED: "No domain is chosen.",
    Code.ABSENT: "The {part} is empty.",
    Code.ALIKE_RESPONSES: "The {part} and the {other} are the same text.",
    Code.RESPONSE_IS_PROMPT: "The {part} is the prompt itself.",
    Code.LANGUAGE: "The {part} does not look like {language}: {share} of its letters fit.",
    Code.SHORT: "The {part} is very short.",
    Code.LONG: "The {part} has {length} characters; some judges cut texts this long.",
    Code.UNNUMBERED: "The reference has no numbered requirements, so it counts as one.",
    Code.NUMBERING: "The reference counts as one requirement, because its numbers are not 1, 2, 3 "
    "..., each with a text: {numbers}.",
    Code.LOST_INDENTATION: "Code in the {part} seems to have lost its indentation.",
    Code.REPEATED_LINE: "A line of the {part} stands there twice: {line}",
    Code.SLOT: "The {part} holds {slots}, which readers of releases fill with other text.",
    Code.HIDDEN: "The {part} holds characters that nobody sees: {characters}.",
    Code.BAD_CHECK: "Line {line} of the checks: {what}.",
    Code.SELF_TEST_FAILS: "The checks fail the {part} at requirement {number}, line {place}: "
    "{what}",
    Code.SELF_TEST_PASSES: "The checks pass the {part}, which was written to fail.",
    Code.NEAR_DUPLICATE: "The prompt is nearly that of {items}, in another family.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found.

    Attributes:
        part: Where; None for the copy as a whole.
        values: What the wording of ``code`` fills in, besides the part.
    """

    part: Part | None
    severity: Severity
    code: Code
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The finding in English."""
        values = {"part": _name(self.part) if self.part else "", **self.values}
        if "other" in values:
            values["other"] = _name(Part(str(values["other"])))
        return SENTENCES[self.code].format(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Legal:
    """What the parts that are chosen may be."""

    type_ids: Collection[str]
    domain_ids: Collection[str]
    language_ids: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """Every current prompt, to be asked for the nearest; shared between threads.

    Attributes:
        families: The family of each item.
    """

    index: NearDuplicateIndex
    families: Mapping[str, str]

    @classmethod
    def of(cls, prompts: Sequence[CurrentPrompt]) -> "Neighbourhood":
        """Index prompts."""
        return cls(
            index=NearDuplicateIndex.build((row.item_id, row.prompt) for row in prompts),
            families={row.item_id: row.family_id for row in prompts},
        )

    def nearest(self, prompt: str, *, item_id: str | None, family_id: str | None) -> list[Near]:
        """Find the five prompts most like this one, without the item and its own family."""
        linked = {item for item, family in self.families.items() if family == family_id}
        if item_id is not None:
            linked.add(item_id)
        return self.index.nearest(prompt, limit=SHOWN_NEIGHBOURS, leave_out=linked)


def check_texts(texts: Mapping[Part, str], *, legal: Legal) -> tuple[Finding, ...]:
    """Check what a copy says by itself.

    Args:
        texts: Every part.
        legal: What may be chosen.
    """
    checks = (
        _check_choices(texts, legal),
        _check_presence(texts),
        _check_marks(texts),
        _check_responses(texts),
        _check_language(texts, legal),
        _check_lengths(texts),
        _check_requirements(texts),
        _check_code(texts),
        _check_repetition(texts),
        _check_slots(texts),
        _check_hidden(texts),
        _check_checks(texts),
    )
    return tuple(itertools.chain.from_iterable(checks))


def check_neighbours(
    prompt: str,
    neighbourhood: Neighbourhood,
    *,
    item_id: str | None,
    family_id: str | None,
    hidden: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Warn of prompts of other families that are nearly the same; ``hidden`` ones without id."""
    found = neighbourhood.nearest(prompt, item_id=item_id, family_id=family_id)
    near = [
        f"{UNNAMED if one.id in hidden else one.id} ({one.similarity:.0%})"
        for one in found
        if one.similarity >= NEAR_DUPLICATE
    ]
    if not near:
        return ()
    return (_warn(Part.PROMPT, Code.NEAR_DUPLICATE, items=", ".join(near)),)


def refuse(part: Part | None, code: Code, **values: str | int) -> Finding:
    """Make a finding that keeps the copy from being submitted."""
    return Finding(part=part, severity=Severity.REFUSE, code=code, values=values)


def _warn(part: Part | None, code: Code, **values: str | int) -> Finding:
    return Finding(part=part, severity=Severity.WARN, code=code, values=values)


def _name(part: Part) -> str:
    return _NAMES.get(part, part.value.replace("_", " "))


def _quoted(text: str) -> str:
    return text if len(text) <= _MOST_QUOTED else text[:_MOST_QUOTED] + "…"


def _check_choices(texts: Mapping[Part, str], legal: Legal) -> Iterator[Finding]:
    choices = (
        (Part.TYPE, legal.type_ids),
        (Part.DOMAIN, legal.domain_ids),
        (Part.LANGUAGE, legal.language_ids),
    )
    for part, ids in choices:
        if texts[part] and texts[part] not in ids:
            yield refuse(
                part, Code.UNKNOWN, value=repr(_quoted(texts[part])), legal=", ".join(sorted(ids))
            )


def _check_presence(texts: Mapping[Part, str]) -> Iterator[Finding]:
    for part in (Part.TYPE, Part.LANGUAGE, Part.PROMPT, Part.REFERENCE):
        if not texts[part].strip():
            yield refuse(part, Code.MISSING)
    if not texts[Part.DOMAIN]:
        yield _warn(Part.DOMAIN, Code.UNASSIGNED)
    for part in (Part.TWIN, *CONTRAST):
        if not texts[part].strip():
            yield _warn(part, Code.ABSENT)


def _check_marks(texts: Mapping[Part, str]) -> Iterator[Finding]:
    for part in LONG_PARTS:
        if holds_marks(texts[part]):
            yield refuse(part, Code.MARKS_LEFT)


def _check_responses(texts: Mapping[Part, str]) -> Iterator[Finding]:
    plain = {part: texts[part].strip() for part in (Part.PROMPT, Part.TWIN, *CONTRAST)}
    if plain[Part.TWIN] and plain[Part.TWIN] == plain[Part.PROMPT]:
        yield refuse(Part.TWIN, Code.SAME_TWIN)
    for part, other in itertools.combinations(CONTRAST, 2):
        if plain[part] and plain[part] == plain[other]:
            if part is Part.FOLLOWS:
                yield refuse(part, Code.SAME_RESPONSE, other=other.value)
            else:
                yield _warn(part, Code.ALIKE_RESPONSES, other=other.value)
    for part in CONTRAST:
        if plain[part] and plain[part] == plain[Part.PROMPT]:
            yield _warn(part, Code.RESPONSE_IS_PROMPT)


def _check_language(texts: Mapping[Part, str], legal: Legal) -> Iterator[Finding]:
    language = texts[Part.LANGUAGE]
    if language not in legal.language_ids:
        return
    written = {Part.PROMPT, Part.TWIN}
    if texts[Part.TYPE] != CODE_TYPE:
        # The reference of that type is example code, and so are the responses.
        written |= {Part.REFERENCE, *CONTRAST}
    for part in Part:
        # A language that a team added has no script here: nothing can be said.
        with suppress(Invalid):
            found = check_language(language, texts[part]) if part in written else None
            if found is not None:
                yield _warn(part, Code.LANGUAGE, language=language, share=f"{found.share:.0%}")


def _check_lengths(texts: Mapping[Part, str]) -> Iterator[Finding]:
    for part, least in ((Part.PROMPT, SHORT_PROMPT), (Part.REFERENCE, SHORT_REFERENCE)):
        text = texts[part].strip()
        if not text:
            continue
        if _weight(text) < least:
            yield _warn(part, Code.SHORT)
        if len(text) > LONG_TEXT:
            yield _warn(part, Code.LONG, length=len(text))


def _weight(text: str) -> float:
    """Count characters, each Han character for what it says in Latin letters."""
    shares = script_shares(text)
    return len(text) + (HAN_WEIGHT - 1) * shares.han * shares.letters


def _check_requirements(texts: Mapping[Part, str]) -> Iterator[Finding]:
    reference = texts[Part.REFERENCE].strip()
    if not reference or texts[Part.TYPE] == CODE_TYPE:
        return
    marks = list(_NUMBER.finditer(reference))
    if not marks:
        yield _warn(Part.REFERENCE, Code.UNNUMBERED)
        return
    ends = [*(mark.start() for mark in marks[1:]), len(reference)]
    numbers = [int(mark[1] or mark[2]) for mark in marks]
    said = [reference[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    if all(said) and numbers == list(range(1, len(numbers) + 1)):
        return
    shown = [str(n) if text else f"{n} ''" for n, text in zip(numbers, said, strict=True)]
    if len(shown) > _MOST_NUMBERS:
        shown = [*shown[:_MOST_NUMBERS], "…"]
    yield _warn(Part.REFERENCE, Code.NUMBERING, numbers=", ".join(shown))


def _check_code(texts: Mapping[Part, str]) -> Iterator[Finding]:
    for part in (Part.REFERENCE, *CONTRAST):
        if _FLAT_BLOCK.search(texts[part]):
            yield _warn(part, Code.LOST_INDENTATION)


def _check_repetition(texts: Mapping[Part, str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for line in map(str.strip, texts[Part.PROMPT].splitlines()):
        if len(line) >= _LONG_LINE and line in seen:
            yield _warn(Part.PROMPT, Code.REPEATED_LINE, line=_quoted(line))
            return
        seen.add(line)


def _check_slots(texts: Mapping[Part, str]) -> Iterator[Finding]:
    for part in (Part.PROMPT, Part.REFERENCE):
        if slots := sorted(set(_SLOT.findall(texts[part]))):
            yield _warn(part, Code.SLOT, slots=", ".join(slots))


def _check_hidden(texts: Mapping[Part, str]) -> Iterator[Finding]:
    for part in LONG_PARTS:
        hidden = sorted({character for character in texts[part] if _is_hidden(character)})
        if hidden:
            names = ", ".join(f"U+{ord(character):04X}" for character in hidden)
            yield _warn(part, Code.HIDDEN, characters=names)


def _check_checks(texts: Mapping[Part, str]) -> Iterator[Finding]:
    """Refuse checks that cannot be read, and warn where they contradict the responses.

    A warning says ``what_zh`` too: verifiers bring their sentences in both languages.
    """
    if not texts[Part.CHECKS].strip():
        return
    found = try_checks(texts)
    if not isinstance(found, SelfTest):
        for problem in found:
            yield refuse(
                Part.CHECKS,
                Code.BAD_CHECK,
                line=problem.line,
                what=problem.what.en,
                what_zh=problem.what.zh,
            )
        return
    parts = {role: part for part, role in ROLES.items()}
    for one in found.disagreeing:
        part = parts[one.case.role]
        if not one.against:
            yield _warn(part, Code.SELF_TEST_PASSES)
        for requirement in one.against:
            yield _warn(
                part,
                Code.SELF_TEST_FAILS,
                number=requirement.number,
                place=requirement.where[0].line if requirement.where else "-",
                what=requirement.what.en,
                what_zh=requirement.what.zh,
            )


def _is_hidden(character: str) -> bool:
    if character in "\n\r\t" or character in _SEEN_JOINERS:
        return False
    return unicodedata.category(character) in {"Cf", "Cc"} or character in _UNSEEN_LETTERS
