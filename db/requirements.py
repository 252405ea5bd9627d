"""Owns the text form of a reference: an opening line and requirements numbered from 1.

``parse_requirements(compose_reference(language, requirements))`` gives the requirements back. A
composed reference holds no braces, so it can be put through any reader's ``str.format`` template.
"""

import re
from collections.abc import Sequence
from typing import Final

from db.errors import Invalid

OPENINGS: Final = {
    "en": "To earn the point, the answer must meet every requirement:",
    "zh": "回答必须逐条满足下列全部要求，才能得到这一分：",
}

# A number at the start of a line, at most three spaces in (deeper lines are sub-lists), followed
# by a list mark and not by another digit ("3.5 kg" starts no requirement). Ten digits and more
# number nothing, and Python refuses to read thousands of them as a number.
_NUMBERED: Final = re.compile(
    r"^ {0,3}(?:[(（](\d{1,9})[)）]|(\d{1,9})(?:[.．](?!\d)|[、)）]))[ \t　]*(.*)$"
)


def compose_reference(language: str, requirements: Sequence[str]) -> str:
    """Write requirements as the reference text of an item.

    Args:
        language: Language id, ``en`` or ``zh``.
        requirements: At least one, each a single line without braces.

    Returns:
        The opening line and one numbered line per requirement, without a final line break.

    Raises:
        Invalid: The language has no opening line, or a requirement could not be read back.
    """
    if language not in OPENINGS:
        legal = ", ".join(sorted(OPENINGS))
        raise Invalid(f"Language {language!r} has no reference wording; use one of: {legal}.")
    if not requirements:
        raise Invalid("A reference needs at least one requirement, and [] was given; add one.")
    for number, requirement in enumerate(requirements, start=1):
        _check(number, requirement)
    lines = [f"{number}. {text}" for number, text in enumerate(requirements, start=1)]
    return "\n".join([OPENINGS[language], *lines])


def parse_requirements(reference: str) -> list[str]:
    """Read the numbered requirements of a reference.

    A line that carries no number belongs to the requirement above it; what stands before number 1
    is the opening and is left out.

    Returns:
        The requirements in order. A text without a list numbered 1, 2, 3, ... without gap or
        repetition comes back whole, stripped, as the only requirement.

    Raises:
        Invalid: The reference is empty.
    """
    text = reference.strip()
    if not text:
        raise Invalid(f"The reference {reference!r} is empty; write at least one requirement.")
    numbers: list[int] = []
    found: list[str] = []
    for line in text.splitlines():
        match = _NUMBERED.match(line)
        if match:
            numbers.append(int(match[1] or match[2]))
            found.append(match[3])
        elif found:
            found[-1] += "\n" + line
    requirements = [requirement.strip() for requirement in found]
    contiguous = numbers == list(range(1, len(numbers) + 1))
    if not numbers or not contiguous or not all(requirements):
        return [text]
    return requirements


def _check(number: int, requirement: str) -> None:
    """Refuse a requirement that would not survive composing and parsing."""
    if not requirement or requirement != requirement.strip():
        raise Invalid(
            f"Requirement {number} is {requirement!r}; write text without surrounding spaces."
        )
    if len(requirement.splitlines()) > 1:
        raise Invalid(f"Requirement {number} is {requirement!r}; write it on a single line.")
    if "{" in requirement or "}" in requirement:
        raise Invalid(
            f"Requirement {number} is {requirement!r}; write it without braces, which the readers' "
            "templates would take for slots."
        )
