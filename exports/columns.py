"""Owns the columns of the two forms in which a dataset leaves and enters.

The six columns are the interchange format: names, order and text type are fixed by its readers. The
full form has the six and, after them, what we know about each row; `docs/import.md` describes it.
"""

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
    "content_sha256",
    "canary",
)
FULL_COLUMNS: Final = SIX_COLUMNS + SIDE_COLUMNS
REQUIRED_COLUMNS: Final = ("instruction_types", "prompt", "response_reference", "language")
LIST_COLUMNS: Final = ("requirements",)
NUMBER_COLUMNS: Final = ("revision",)

# A row that is larger makes the viewers of the hub give up on the whole file.
ROW_LIMIT_BYTES: Final = 2_000_000
