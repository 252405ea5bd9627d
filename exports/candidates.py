"""Owns turning the rows of a handed-in table into candidates: checked texts, nothing guessed.

Texts are kept character by character. Every bad row is counted; nothing here reads or writes the
database. What a row does not say is None, and the workspace or the default decides it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from db.contents import item_id
from db.intake import Row, RowProblems, Table, Value, shown
from exports.advice import AdviceBook
from exports.columns import REQUIRED_COLUMNS
from exports.defects import SENTENCES, row_defects
from exports.judge_columns import JudgeColumns, default_texts
from exports.names import Names
from exports.rows import is_whole, row_sha256
from exports.side import SideCells, read_side

# Tabulator and line ends are text; the rest of C0 and DEL steer terminals and break readers.
_CONTROL: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_EVERY: Final = 1_000
_TAKES_DEFAULT: Final = (
    "A judge text is missing: the default of type and language takes its place in a release."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row that may become an item or a revision.

    Attributes:
        number: The number under which a person finds the row.
        item_id: Given by the file, else derived from the question.
        id_given: True when the file gave it.
        template: Judge template of its own; None takes the type's default.
    """

    number: int
    item_id: str
    id_given: bool
    type_id: str
    language_id: str
    prompt: str
    reference: str
    template: str | None
    system_prompt: str | None
    side: SideCells


@dataclass(slots=True)
class _Desk:
    """What the checks of one file share."""

    names: Names
    problems: RowProblems
    advice: AdviceBook
    judges: JudgeColumns
    wanted: dict[str, str]


def read_candidates(
    table: Table,
    names: Names,
    advice: AdviceBook,
    *,
    full: bool,
    progress: Callable[[int, int], None] | None = None,
) -> list[Candidate]:
    """Check every row.

    Args:
        table: The handed-in rows.
        names: Labels that are legal here.
        advice: Collects what is legal and yet worth a look.
        full: Whether the side columns are read.
        progress: Called every thousand rows.

    Raises:
        RowsRefused: At least one row is bad; all are counted.
    """
    desk = _Desk(names, table.problems(), advice, JudgeColumns(), {})
    found: list[Candidate] = []
    seen: set[str] = set()
    for index, row in enumerate(table.rows):
        number = table.row_number(index)
        if progress is not None and index % _EVERY == 0:
            progress(index, len(table.rows))
        candidate = _candidate(row, number, desk, full=full)
        if candidate is None:
            continue
        if candidate.item_id in seen:
            what = "an id" if candidate.id_given else "a question"
            desk.problems.add(number, f"{what} that an earlier row has already")
        seen.add(candidate.item_id)
        found.append(candidate)
    if progress is not None:
        progress(len(table.rows), len(table.rows))
    ways = [*desk.wanted.values(), "mend these places and hand the file in again"]
    desk.problems.refuse(table.subject, way_out="; ".join(ways))
    return found


def _candidate(row: Row, number: int, desk: _Desk, *, full: bool) -> Candidate | None:
    before = len(desk.problems)
    texts = {name: _required(row.get(name), name, number, desk) for name in REQUIRED_COLUMNS}
    template = _optional(row.get("judge_prompt_template"), "judge_prompt_template", number, desk)
    system = _optional(row.get("judge_system_prompt"), "judge_system_prompt", number, desk)
    type_id = _type(texts["instruction_types"], number, desk)
    language_id = _language(texts["language"], number, desk)
    side = read_side(row, number, desk.names, desk.problems, desk.wanted) if full else SideCells()
    if template is not None and isinstance(reason := desk.judges.template(template), Exception):
        desk.problems.add(number, "a judge_prompt_template that no reader can render")
        desk.wanted.setdefault("template", str(reason).rstrip("."))
    if len(desk.problems) > before or type_id is None or language_id is None:
        return None
    if full and not _hash_fits(row):
        desk.problems.add(number, "a content_sha256 that does not fit the row")
        desk.wanted.setdefault("content", "drop the column content_sha256 after an edit")
        return None
    if side.abbreviation not in (None, desk.names.abbreviations[type_id]):
        desk.problems.add(number, "a type_abbreviation of another type")
        return None
    if template is None or system is None:
        desk.advice.add("default_judge_texts", number, _TAKES_DEFAULT)
    template, system = _own_texts(template, system, type_id, language_id, side)
    _advise(texts, template, system, number, type_id, language_id, desk)
    prompt, reference = texts["prompt"], texts["response_reference"]
    return Candidate(
        number=number,
        item_id=side.id
        or item_id(type_id=type_id, language_id=language_id, prompt=prompt, reference=reference),
        id_given=side.id is not None,
        type_id=type_id,
        language_id=language_id,
        prompt=prompt,
        reference=reference,
        template=template,
        system_prompt=system,
        side=side,
    )


def _hash_fits(row: Row) -> bool:
    # Csv has texts only, so that a hash over a list and a number cannot be recomputed from it.
    if not is_whole(row) or not isinstance(row["requirements"], list):
        return True
    return row["content_sha256"] in (None, "", row_sha256(row))


def _required(value: Value, name: str, number: int, desk: _Desk) -> str:
    text = _text(value, name, number, desk)
    if text is not None and text.strip():
        return text
    if value is None or isinstance(value, str):
        desk.problems.add(number, f"an empty {name}")
    return ""


def _optional(value: Value, name: str, number: int, desk: _Desk) -> str | None:
    text = _text(value, name, number, desk)
    return text if text is not None and text.strip() else None


def _text(value: Value, name: str, number: int, desk: _Desk) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        desk.problems.add(number, f"a {name} that is no text")
        return None
    if _CONTROL.search(value):
        desk.problems.add(number, f"a control character in {name}")
    elif not value.isascii() and _SURROGATE.search(value):
        desk.problems.add(number, f"half a character (a lone surrogate) in {name}")
    return value


def _type(label: str, number: int, desk: _Desk) -> str | None:
    found = desk.names.types.get(label)
    if found is None and label.strip():
        desk.problems.add(number, f"the unknown instruction type {shown(label)}")
        desk.wanted.setdefault("types", f"the types are {_listed(desk.names.types)}")
    return found


def _language(label: str, number: int, desk: _Desk) -> str | None:
    found = desk.names.languages.get(label)
    if found is None and label.strip():
        desk.problems.add(number, f"the unknown language {shown(label)}")
        desk.wanted.setdefault("languages", f"the languages are {_listed(desk.names.languages)}")
    return found


def _own_texts(
    template: str | None,
    system: str | None,
    type_id: str,
    language_id: str,
    side: SideCells,
) -> tuple[str | None, str | None]:
    """Drop texts that the file calls defaults and that are the defaults of this program too."""
    texts = default_texts(type_id, language_id)
    if texts is None:
        return template, system
    if side.template_is_default and template == texts.template:
        template = None
    if side.system_prompt_is_default and system == texts.system_prompt:
        system = None
    return template, system


def _advise(
    texts: dict[str, str],
    template: str | None,
    system: str | None,
    number: int,
    type_id: str,
    language_id: str,
    desk: _Desk,
) -> None:
    found = desk.judges.template(template) if template is not None else ()
    for advice in () if isinstance(found, Exception) else found:
        desk.advice.add(advice.kind.value, number, advice.sentence)
    if system is not None:
        for advice in desk.judges.system_prompt(system, language_id=language_id):
            desk.advice.add(advice.kind.value, number, advice.sentence)
    for defect in row_defects(
        type_id, prompt=texts["prompt"], reference=texts["response_reference"]
    ):
        desk.advice.add(defect.value, number, SENTENCES[defect])


def _listed(labels: object) -> str:
    return ", ".join(map(repr, labels))  # type: ignore[call-overload]
