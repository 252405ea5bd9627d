"""The tables of docs/readers.md say what the reader rules do with the default judge texts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from calibration.judging.default_texts import defaults
from tests.judging.golden_replies import CASES, Build
from tests.judging.readers import (
    Messages,
    ReaderCrash,
    Row,
    Verdict,
    gage_messages,
    gage_verdict,
    opencompass_messages,
    opencompass_verdict,
    sieval_messages,
    sieval_verdict,
    sieval_verdict_before_markers,
)
from tests.judging.test_rendering import filled, row

PAGE = Path(__file__).parents[2] / "docs" / "readers.md"
READ: dict[str, Callable[[str], Verdict]] = {
    "sieval": sieval_verdict,
    "sieval, earlier": sieval_verdict_before_markers,
    "OpenCompass": opencompass_verdict,
    "GAGE": gage_verdict,
}
RENDER: dict[str, Callable[[Row, str], Messages]] = {
    "sieval": sieval_messages,
    "OpenCompass": opencompass_messages,
    "GAGE": gage_messages,
}
ODD_VALUES = {
    "`{}`, `{0}`, `{{x}}`, `%s` in the question": ("prompt", "{} {0} {{x}} %s"),
    "a code fence in the response": ("response", "```\n42\n```"),
    "any slot name in braces in the response": (
        "response",
        "{prompt} {response_reference} {response} {language}",
    ),
    "`{response}` in the question": ("prompt", "{response}"),
    "`{response_reference}` in the question": ("prompt", "{response_reference}"),
    "`{response}` in the reference": ("reference", "{response}"),
    "`{language}` in the question": ("prompt", "{language}"),
    "a line `---` in the question": ("prompt", "a\n---\nb"),
    "a line `---` in the response": ("response", "a\n---\nb"),
}


def table(heading: str) -> dict[str, dict[str, str]]:
    """The first table under a heading: row label, then column, then cell."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: dict(zip(cells[0][1:], row[1:], strict=True)) for row in cells[2:]}


READING = table("What each reader makes of a judge's reply")
RENDERING = table("What each reader makes of odd values in a row")


def reading_outcome(build: Build, read: Callable[[str], Verdict]) -> str:
    """One word for what a reader makes of a case, over all default texts and both verdicts."""
    seen: set[tuple[int, Verdict | str]] = set()
    for of in defaults():
        for verdict in (0, 1):
            try:
                seen.add((verdict, read(build(of, verdict))))
            except ReaderCrash:
                seen.add((verdict, "stops with an error"))
    if seen == {(0, 0), (1, 1)}:
        return "right"
    if seen == {(0, 1), (1, 0)}:
        return "reversed"
    [only] = {outcome for _, outcome in seen}
    return "unscored" if only is None else f"always {only}" if isinstance(only, int) else only


def rendering_outcome(place: str, value: str, render: Callable[[Row, str], Messages]) -> str:
    """One word for what becomes of a value, the same over all default templates."""
    words = set()
    for of in defaults():
        values = {"prompt": "Q1", "reference": "R1", "response": "A1", place: value}
        sent = render(
            row(of, prompt=values["prompt"], reference=values["reference"]), values["response"]
        )
        if len(sent) > 2:
            words.add("cut")
        else:
            words.add("kept" if sent == filled(of, **values) else "replaced")
    [only] = words
    return only


def test_the_page_lists_every_case_once() -> None:
    assert list(READING) == list(CASES)
    assert list(RENDERING) == list(ODD_VALUES)


@pytest.mark.parametrize("case", CASES)
def test_each_reply_is_read_as_the_page_says(case: str) -> None:
    assert {name: reading_outcome(CASES[case], read) for name, read in READ.items()} == READING[
        case
    ]


@pytest.mark.parametrize("case", ODD_VALUES)
def test_each_odd_value_is_rendered_as_the_page_says(case: str) -> None:
    place, value = ODD_VALUES[case]
    outcomes = {name: rendering_outcome(place, value, render) for name, render in RENDER.items()}
    assert outcomes == RENDERING[case]
