"""Owns the columns of the two forms in which a dataset leaves and enters.

The six columns are the interchange format: names, order and text type are fixed by its readers. The
full form has the six and, after them, what we know about each row; `docs/import.md` describes it.
"""

from collections.abc import Mapping
from typing import Final

SIX_COLUMNS: Final = (
    "instruction_types",
    "prompt",
    "response_reference",
    "language",
    "judge_prompt_template",
    "judge_system_prompt",
)
SIDE_COLUMNS: Final = (
    "id",
    "type_abbreviation",
    "domain",
    "family",
    "requirements",
    "twin",
    "notes",
    "judge_prompt_template_source",
    "judge_system_prompt_source",
    "revision",
    "origin",
    "provenance",
    "evidence",
    "checks",
    "review",
    "blind_reviewers",
    "edited_in_review",
    "content_sha256",
    "canary",
)
FULL_COLUMNS: Final = SIX_COLUMNS + SIDE_COLUMNS
REQUIRED_COLUMNS: Final = ("instruction_types", "prompt", "response_reference", "language")
LIST_COLUMNS: Final = ("requirements",)
NUMBER_COLUMNS: Final = ("revision", "blind_reviewers")
# Columns that came later, with the cell that says nothing: a row's hash covers them only where they
# say something, so that rows of earlier releases keep theirs.
LATER_COLUMNS: Final[Mapping[str, str | int]] = {
    "checks": "",
    "review": "not_reviewed",
    "blind_reviewers": 0,
    "edited_in_review": "no",
}

# A row that is larger makes the viewers of the hub give up on the whole file.
ROW_LIMIT_BYTES: Final = 2_000_000
