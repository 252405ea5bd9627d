"""Owns how the parts of an item are called on the form, and in which order they stand."""

from dataclasses import dataclass

from app.components.wording import key
from db.working_copies import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class PartWords:
    """Keys of the words of a part, and its height in lines.

    Attributes:
        hint: What stands in the empty field.
    """

    label: str
    help: str
    hint: str
    rows: int


LABELS = {
    Part.TYPE: key("grid.type"),
    Part.DOMAIN: key("grid.domain"),
    Part.LANGUAGE: key("items.language"),
    Part.FAMILY: key("author.family"),
    Part.PROMPT: key("item.prompt"),
    Part.REFERENCE: key("item.reference"),
    Part.TWIN: key("item.twin"),
    Part.FOLLOWS: key("author.follows"),
    Part.CONVENTIONAL: key("author.conventional"),
    Part.NEAR_MISS: key("author.near_miss"),
    Part.NOTES: key("item.notes"),
    Part.CHECKS: key("item.checks"),
}
LONG = {
    Part.PROMPT: PartWords(
        label=LABELS[Part.PROMPT],
        help=key("author.prompt_help"),
        hint=key("author.prompt_hint"),
        rows=5,
    ),
    Part.REFERENCE: PartWords(
        label=LABELS[Part.REFERENCE],
        help=key("author.reference_help"),
        hint=key("author.reference_hint"),
        rows=7,
    ),
    Part.TWIN: PartWords(
        label=LABELS[Part.TWIN], help=key("item.twin_help"), hint=key("author.twin_hint"), rows=4
    ),
    Part.FOLLOWS: PartWords(
        label=LABELS[Part.FOLLOWS],
        help=key("author.follows_help"),
        hint=key("author.follows_hint"),
        rows=5,
    ),
    Part.CONVENTIONAL: PartWords(
        label=LABELS[Part.CONVENTIONAL],
        help=key("author.conventional_help"),
        hint=key("author.conventional_hint"),
        rows=5,
    ),
    Part.NEAR_MISS: PartWords(
        label=LABELS[Part.NEAR_MISS],
        help=key("author.near_miss_help"),
        hint=key("author.near_miss_hint"),
        rows=5,
    ),
    Part.NOTES: PartWords(
        label=LABELS[Part.NOTES],
        help=key("author.notes_help"),
        hint=key("author.notes_hint"),
        rows=3,
    ),
    Part.CHECKS: PartWords(
        label=LABELS[Part.CHECKS],
        help=key("author.checks_help"),
        hint=key("author.checks_hint"),
        rows=3,
    ),
}
