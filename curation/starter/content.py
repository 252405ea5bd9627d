"""Owns the starter set: machine-written items, one TOML file each under ``items/``.

Invariants: every response text, role and label was constructed, so labels have the source
``construction`` and nothing here counts as human evidence. A response that follows fails no
requirement, a near miss fails exactly one. Texts lose their outer line breaks on loading.
"""

import re
import tomllib
from collections.abc import Set
from dataclasses import dataclass, fields
from importlib import resources
from typing import Final, Literal, TypeAlias, cast, get_args

from db.errors import Invalid
from db.requirements import compose_reference
from db.taxonomy.content import Taxonomy, load_taxonomy

Role: TypeAlias = Literal["follows", "conventional", "near_miss"]
ConstructedLabel: TypeAlias = Literal["follows", "does_not_follow"]
FactuallyRight: TypeAlias = Literal["yes", "no", "not_applicable"]

PROVENANCE: Final = "machine-written, not human-reviewed"
LABEL_SOURCE: Final = "construction"

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterResponse:
    """A response written to follow or to fail.

    Attributes:
        failed: Numbers (from 1) of the requirements that the text fails, ascending.
        reason: Why the label holds, in the item's language.
    """

    role: Role
    label: ConstructedLabel
    factually_right: FactuallyRight
    failed: tuple[int, ...]
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterItem:
    """An original item with its conventional twin and constructed responses.

    Attributes:
        checks: What verifiers decide of the requirements, one line each; empty when nothing.
        twin: The same task with the normal instruction.
        notes: Why the item is against the convention and what was checked, in its language.
    """

    slug: str
    family: str
    type: str
    domain: str
    language: str
    prompt: str
    requirements: tuple[str, ...]
    checks: str
    twin: str
    notes: str
    responses: tuple[StarterResponse, ...]

    @property
    def reference(self) -> str:
        """The requirements as numbered reference text."""
        return compose_reference(self.language, self.requirements)

    def responses_in(self, role: Role) -> tuple[StarterResponse, ...]:
        """Select the responses written for a role, in file order."""
        return tuple(response for response in self.responses if response.role == role)


_ITEM_KEYS: Final = frozenset(field.name for field in fields(StarterItem))
_RESPONSE_KEYS: Final = frozenset(field.name for field in fields(StarterResponse))
_LISTS: Final = frozenset({"requirements", "responses"})
_MAY_BE_EMPTY: Final = frozenset({"checks"})


def load_starter_items() -> tuple[StarterItem, ...]:
    """Load and check every starter item, ordered by slug.

    Raises:
        Invalid: A file breaks a rule of the format; the message names the file and the way out.
    """
    folder = resources.files("curation.starter") / "items"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if not names:
        raise Invalid("The starter set holds no item file; reinstall the program.")
    taxonomy = load_taxonomy()
    return tuple(
        parse_starter_item(
            name, text=(folder / name).read_text(encoding="utf-8"), taxonomy=taxonomy
        )
        for name in names
    )


def parse_starter_item(name: str, *, text: str, taxonomy: Taxonomy) -> StarterItem:
    """Read one item file.

    Args:
        name: The file name; it must be the slug followed by ``.toml``.
        text: The content of the file.
        taxonomy: Where its type, domain and language must be found.

    Raises:
        Invalid: The text is not TOML or breaks a rule of the format.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"Starter file {name!r} is not TOML ({error}); mend that line.") from error
    where = f"Starter file {name!r}"
    _check_keys(where, table, _ITEM_KEYS)
    words = {key: _words(where, key, table[key]) for key in _ITEM_KEYS - _LISTS - _MAY_BE_EMPTY}
    checks = table["checks"]
    if not isinstance(checks, str):
        raise Invalid(f"{where}: checks is {checks!r}; write a text, empty for none.")
    if name != words["slug"] + ".toml":
        raise Invalid(f"{where}: slug is {words['slug']!r}; make it the file name without .toml.")
    for key in ("slug", "family"):
        if not _SLUG.fullmatch(words[key]):
            raise Invalid(f"{where}: {key} is {words[key]!r}; use a-z, 0-9 and single hyphens.")
    _check_choice(where, "type", words["type"], {entry.id for entry in taxonomy.types})
    _check_choice(where, "domain", words["domain"], {entry.id for entry in taxonomy.domains})
    _check_choice(where, "language", words["language"], {entry.id for entry in taxonomy.languages})
    requirements = _requirements(where, words["language"], table["requirements"])
    responses = _responses(where, table["responses"], len(requirements))
    return StarterItem(
        requirements=requirements, responses=responses, checks=checks.strip("\n"), **words
    )


def _check_keys(where: str, table: object, legal: frozenset[str]) -> None:
    if not isinstance(table, dict) or set(table) != legal:
        found = sorted(table) if isinstance(table, dict) else table
        raise Invalid(f"{where}: the keys are {found!r}; give exactly {sorted(legal)!r}.")


def _check_choice(where: str, key: str, value: object, legal: Set[str]) -> None:
    if not isinstance(value, str) or value not in legal:
        raise Invalid(f"{where}: {key} is {value!r}; use one of: {', '.join(sorted(legal))}.")


def _words(where: str, key: str, value: object) -> str:
    text = value.strip("\n") if isinstance(value, str) else ""
    if not text.strip():
        raise Invalid(f"{where}: {key} is {value!r}; write a text that is not empty.")
    return text


def _requirements(where: str, language: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise Invalid(f"{where}: requirements is {value!r}; write a list of texts.")
    try:
        compose_reference(language, value)
    except Invalid as error:
        raise Invalid(f"{where}: {error}") from error
    if len(set(value)) != len(value):
        raise Invalid(f"{where}: requirements {value!r} repeat one; state each once.")
    return tuple(value)


def _responses(where: str, value: object, requirements: int) -> tuple[StarterResponse, ...]:
    entries = value if isinstance(value, list) else [value]
    responses = tuple(
        _response(f"{where}, response {number}", entry, requirements)
        for number, entry in enumerate(entries, start=1)
    )
    missing = sorted(set(get_args(Role)) - {response.role for response in responses})
    if missing:
        raise Invalid(
            f"{where}: no response has the role {missing!r}; write at least one for each."
        )
    return responses


def _response(where: str, entry: object, requirements: int) -> StarterResponse:
    _check_keys(where, entry, _RESPONSE_KEYS)
    table = cast("dict[str, object]", entry)
    _check_choice(where, "role", table["role"], frozenset(get_args(Role)))
    _check_choice(where, "label", table["label"], frozenset(get_args(ConstructedLabel)))
    legal = frozenset(get_args(FactuallyRight))
    _check_choice(where, "factually_right", table["factually_right"], legal)
    role, failed = cast("Role", table["role"]), table["failed"]
    numbers = range(1, requirements + 1)
    if not isinstance(failed, list) or failed != [n for n in numbers if n in failed]:
        raise Invalid(f"{where}: failed is {failed!r}; list numbers 1 to {requirements} ascending.")
    expected: ConstructedLabel = "does_not_follow" if failed else "follows"
    if table["label"] != expected:
        raise Invalid(
            f"{where}: label is {table['label']!r}; failed {failed!r} makes it {expected!r}."
        )
    if (role == "follows") == bool(failed) or (role == "near_miss" and len(failed) != 1):
        raise Invalid(
            f"{where}: failed is {failed!r} for the role {role!r}; 'follows' fails none, "
            "'near_miss' exactly one, 'conventional' at least one."
        )
    return StarterResponse(
        role=role,
        label=expected,
        factually_right=cast("FactuallyRight", table["factually_right"]),
        failed=tuple(n for n in numbers if n in failed),
        reason=_words(where, "reason", table["reason"]),
        text=_words(where, "text", table["text"]),
    )
