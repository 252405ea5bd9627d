"""Owns the shape of the taxonomy files in this folder and the one way to read them.

``types.toml``, ``domains.toml``, ``languages.toml`` and ``targets.csv`` are data that a team may
edit; ``load_taxonomy`` reads all four, checks every rule, and returns them in one fixed order.
It refuses the first breach with an ``Invalid`` that names the file, the place, the value and the
way out, so that nothing half-valid reaches a table. It knows no SQL and no count: how many types,
domains or languages there are is up to the files.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import Traversable
from importlib.resources import files
from itertools import combinations
from typing import Protocol, TypeVar

from db.errors import Invalid

TYPES_FILE = "types.toml"
DOMAINS_FILE = "domains.toml"
LANGUAGES_FILE = "languages.toml"
TARGETS_FILE = "targets.csv"
TARGET_COLUMNS = ("type_id", "domain_id", "language_id", "target")
MIN_BORDERLINE = 2
RULINGS = ("follows", "does_not_follow", "cannot_tell")
BELONGS_TO = "belongs to "

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WHOLE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Borderline:
    """One hard case of a guideline with its ruling.

    Attributes:
        case: The example, in one or two sentences.
        ruling: One of ``RULINGS``, or ``belongs to`` and the id of another type.
        why: The reason, which is what a reader applies to the next case.
    """

    case: str
    ruling: str
    why: str

    @property
    def belongs_to(self) -> str | None:
        """Id of the type that the case belongs to; None when the ruling is about a response."""
        if not self.ruling.startswith(BELONGS_TO):
            return None
        return self.ruling.removeprefix(BELONGS_TO)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeText:
    """All that people read about a type, in one language.

    Attributes:
        name: Name on screen.
        definition: What the type is.
        convention: The training convention that the type inverts.
        guideline: What annotators work by; Markdown, one paragraph per line.
        borderline: At least two cases, in the order of the file.
    """

    name: str
    definition: str
    convention: str
    guideline: str
    borderline: tuple[Borderline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeContent:
    """One instruction type.

    Attributes:
        id: The label as a slug.
        label: The value that released rows carry.
        abbreviation: Short form for tight tables; never printed without a legend.
        position: Place in the order of types, from 1.
        texts: What people read, by language id, in the order of the languages.
    """

    id: str
    label: str
    abbreviation: str
    position: int
    texts: Mapping[str, TypeText]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainContent:
    """One subject domain; ``label`` is its English name and the value in side metadata."""

    id: str
    label: str
    position: int
    name_zh: str
    scope_en: str
    scope_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageContent:
    """One language of items.

    Attributes:
        id: Short id, such as ``zh``.
        label: The value that released rows carry, such as ``chinese``.
        position: Place in the order of languages, from 1.
        name: Its own name for itself.
        english_name: Its name in English.
        script: The script whose share of letters tells that a text is in this language.
    """

    id: str
    label: str
    position: int
    name: str
    english_name: str
    script: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How many released items a cell should have; 0 means that the cell may stay empty."""

    type_id: str
    domain_id: str
    language_id: str
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """The whole taxonomy; every tuple is ordered by position, targets by type, domain, language."""

    types: tuple[TypeContent, ...]
    domains: tuple[DomainContent, ...]
    languages: tuple[LanguageContent, ...]
    targets: tuple[Target, ...]


class _Placed(Protocol):
    """What types, domains and languages have in common."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def position(self) -> int: ...


Entry = TypeVar("Entry", bound=_Placed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A TOML table together with the words that say where it stands."""

    where: str
    values: dict[str, object]

    def only(self, *keys: str) -> None:
        """Refuse keys that are missing or not known."""
        for key in keys:
            if key not in self.values:
                raise Invalid(f"{self.where}: the key {key!r} is missing; add it.")
        for key in self.values:
            if key not in keys:
                raise Invalid(
                    f"{self.where}: the key {key!r} is not known; the keys are "
                    f"{', '.join(keys)}: rename or remove it."
                )

    def text(self, key: str) -> str:
        """Return a text without the blank space around it; refuse anything else."""
        value = self.values[key]
        if not isinstance(value, str) or not value.strip():
            raise Invalid(f"{self.where}: {key} is {value!r}; write a text that is not empty.")
        return value.strip()

    def slug(self, key: str) -> str:
        """Return an id: lower-case letters and digits, joined by single hyphens."""
        value = self.text(key)
        if not _SLUG.fullmatch(value):
            raise Invalid(
                f"{self.where}: {key} is {value!r}; use lower-case letters and digits joined by "
                "single hyphens, such as 'earth-science'."
            )
        return value

    def number(self, key: str) -> int:
        """Return a whole number from 1; TOML's true is not one."""
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise Invalid(f"{self.where}: {key} is {value!r}; write a whole number from 1.")
        return value

    def table(self, key: str) -> "_Row":
        """Return the sub-table of that name."""
        value = self.values[key]
        if not isinstance(value, dict):
            raise Invalid(f"{self.where}: {key} is {value!r}; make it a table.")
        return _Row(where=f"{self.where}, {key}", values=value)

    def tables(self, key: str) -> tuple["_Row", ...]:
        """Return the list of tables of that name, numbered from 1 in ``where``."""
        value = self.values[key]
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise Invalid(f"{self.where}: {key} is not a list of tables; write [[{key}]] tables.")
        return tuple(
            _Row(where=f"{self.where}, {key} {number}", values=entry)
            for number, entry in enumerate(value, start=1)
        )


def load_taxonomy(folder: Traversable | None = None) -> Taxonomy:
    """Read and check the four taxonomy files.

    Args:
        folder: Where the files are; None reads those that ship with the package.

    Returns:
        The taxonomy, in the order of the positions: same files, same value.

    Raises:
        Invalid: A file is missing, cannot be read, or breaks a rule; the sentence says which.
    """
    source = files("db.taxonomy") if folder is None else folder
    languages = _in_order(
        LANGUAGES_FILE,
        [_language(row) for row in _entries(source, name=LANGUAGES_FILE, key="languages")],
    )
    language_ids = [entry.id for entry in languages]
    types = _in_order(
        TYPES_FILE,
        [_type(row, language_ids) for row in _entries(source, name=TYPES_FILE, key="types")],
    )
    _refuse_twice(TYPES_FILE, "abbreviation", [entry.abbreviation for entry in types])
    _check_rulings(types)
    domains = _in_order(
        DOMAINS_FILE, [_domain(row) for row in _entries(source, name=DOMAINS_FILE, key="domains")]
    )
    targets = _targets(
        _read(source, name=TARGETS_FILE),
        type_ids=[entry.id for entry in types],
        domain_ids=[entry.id for entry in domains],
        language_ids=language_ids,
    )
    return Taxonomy(types=types, domains=domains, languages=languages, targets=targets)


def _read(folder: Traversable, *, name: str) -> str:
    """Return a file's text; a byte-order mark, which spreadsheets add, is dropped."""
    try:
        return folder.joinpath(name).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Invalid(f"{name} cannot be read from {folder}; put the file there.") from error
    except UnicodeDecodeError as error:
        raise Invalid(
            f"{name} is not UTF-8 at byte {error.start}; save the file as UTF-8."
        ) from error


def _entries(folder: Traversable, *, name: str, key: str) -> tuple[_Row, ...]:
    """Return the ``[[key]]`` tables of a TOML file, of which there must be at least one."""
    try:
        values: dict[str, object] = tomllib.loads(_read(folder, name=name))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{name} is not TOML: {error}; mend it there.") from error
    top = _Row(where=name, values=values)
    top.only(key)
    rows = top.tables(key)
    if not rows:
        raise Invalid(f"{name} has no {key}; write at least one [[{key}]] table.")
    return rows


def _type(row: _Row, language_ids: Sequence[str]) -> TypeContent:
    row.only("id", "label", "abbreviation", "position", *language_ids)
    texts = {language_id: _type_text(row.table(language_id)) for language_id in language_ids}
    for first, second in combinations(language_ids, 2):
        _compare(row.where, first, second, texts=texts)
    return TypeContent(
        id=row.slug("id"),
        label=row.text("label"),
        abbreviation=row.text("abbreviation"),
        position=row.number("position"),
        texts=texts,
    )


def _compare(where: str, first: str, second: str, *, texts: Mapping[str, TypeText]) -> None:
    """Refuse two languages that share a text or differ in a ruling."""
    one, other = texts[first], texts[second]
    rulings = [[case.ruling for case in text.borderline] for text in (one, other)]
    if rulings[0] != rulings[1]:
        raise Invalid(
            f"{where}: the borderline rulings are {rulings[0]} in {first} and {rulings[1]} in "
            f"{second}; give both languages the same rulings in the same order."
        )
    theirs = _passages(other)
    for what, passage in _passages(one).items():
        if passage == theirs[what]:
            raise Invalid(
                f"{where}: the {what} is the same text in {first} and {second}, "
                f"{passage[:40]!r}; write each language."
            )


def _passages(text: TypeText) -> dict[str, str]:
    passages = {
        "name": text.name,
        "definition": text.definition,
        "convention": text.convention,
        "guideline": text.guideline,
    }
    for number, case in enumerate(text.borderline, start=1):
        passages[f"case of borderline {number}"] = case.case
        passages[f"why of borderline {number}"] = case.why
    return passages


def _type_text(row: _Row) -> TypeText:
    row.only("name", "definition", "convention", "guideline", "borderline")
    cases = tuple(_borderline(case) for case in row.tables("borderline"))
    if len(cases) < MIN_BORDERLINE:
        raise Invalid(
            f"{row.where}: {len(cases)} borderline case(s); write at least {MIN_BORDERLINE}."
        )
    return TypeText(
        name=row.text("name"),
        definition=row.text("definition"),
        convention=row.text("convention"),
        guideline=row.text("guideline"),
        borderline=cases,
    )


def _borderline(row: _Row) -> Borderline:
    row.only("case", "ruling", "why")
    ruling = row.text("ruling")
    if ruling not in RULINGS and not ruling.startswith(BELONGS_TO):
        raise Invalid(
            f"{row.where}: ruling is {ruling!r}; write {', '.join(RULINGS)}, or 'belongs to' and "
            "the id of a type."
        )
    return Borderline(case=row.text("case"), ruling=ruling, why=row.text("why"))


def _domain(row: _Row) -> DomainContent:
    row.only("id", "label", "position", "name_zh", "scope_en", "scope_zh")
    return DomainContent(
        id=row.slug("id"),
        label=row.text("label"),
        position=row.number("position"),
        name_zh=row.text("name_zh"),
        scope_en=row.text("scope_en"),
        scope_zh=row.text("scope_zh"),
    )


def _language(row: _Row) -> LanguageContent:
    row.only("id", "label", "position", "name", "english_name", "script")
    return LanguageContent(
        id=row.slug("id"),
        label=row.text("label"),
        position=row.number("position"),
        name=row.text("name"),
        english_name=row.text("english_name"),
        script=row.slug("script"),
    )


def _in_order(file: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Sort by position; refuse ids or labels used twice and positions other than 1 to n."""
    _refuse_twice(file, "id", [entry.id for entry in entries])
    _refuse_twice(file, "label", [entry.label for entry in entries])
    ordered = tuple(sorted(entries, key=lambda entry: entry.position))
    positions = [entry.position for entry in ordered]
    if positions != list(range(1, len(ordered) + 1)):
        raise Invalid(
            f"{file}: the positions are {positions}; number the {len(ordered)} entries from 1 to "
            f"{len(ordered)}, each once."
        )
    return ordered


def _check_rulings(types: Sequence[TypeContent]) -> None:
    """Refuse a case that is sent to a type that does not exist, or to its own type."""
    for entry in types:
        others = [other.id for other in types if other.id != entry.id]
        for text in entry.texts.values():
            for target in (case.belongs_to for case in text.borderline):
                if target is not None and target not in others:
                    raise Invalid(
                        f"{TYPES_FILE}: a borderline case of {entry.id!r} belongs to {target!r}; "
                        f"name another type: {', '.join(others)}."
                    )


def _targets(
    text: str, *, type_ids: list[str], domain_ids: list[str], language_ids: list[str]
) -> tuple[Target, ...]:
    """Read the targets; every cell of the grid must stand there exactly once."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: dict[tuple[str, str, str], int] = {}
    try:
        if tuple(next(reader, [])) != TARGET_COLUMNS:
            raise Invalid(f"{TARGETS_FILE}: make the first line {','.join(TARGET_COLUMNS)!r}.")
        for cells in reader:
            where = f"{TARGETS_FILE}, line {reader.line_num}"
            if len(cells) != len(TARGET_COLUMNS):
                raise Invalid(
                    f"{where}: {len(cells)} cells; write {len(TARGET_COLUMNS)}: "
                    f"{', '.join(TARGET_COLUMNS)}."
                )
            key = (cells[0], cells[1], cells[2])
            for value, column, known in zip(
                key, TARGET_COLUMNS, (type_ids, domain_ids, language_ids), strict=False
            ):
                _refuse_unknown(where, column, value=value, known=known)
            if key in found:
                raise Invalid(f"{where}: the cell {' / '.join(key)!r} stands twice; keep one line.")
            if not _WHOLE.fullmatch(cells[3]):
                raise Invalid(
                    f"{where}: target is {cells[3]!r}; write a whole number from 0 to 999999."
                )
            found[key] = int(cells[3])
    except csv.Error as error:
        raise Invalid(f"{TARGETS_FILE}, line {reader.line_num}: {error}; mend it there.") from error
    return _grid(found, type_ids=type_ids, domain_ids=domain_ids, language_ids=language_ids)


def _grid(
    found: dict[tuple[str, str, str], int],
    *,
    type_ids: Iterable[str],
    domain_ids: Iterable[str],
    language_ids: Iterable[str],
) -> tuple[Target, ...]:
    """Put the cells into taxonomy order; refuse a grid with holes."""
    grid = [(t, d, g) for t in type_ids for d in domain_ids for g in language_ids]
    missing = [key for key in grid if key not in found]
    if missing:
        raise Invalid(
            f"{TARGETS_FILE}: {len(missing)} of {len(grid)} cells are missing, the first is "
            f"{' / '.join(missing[0])!r}; add a line for each, with 0 where none is wanted."
        )
    return tuple(
        Target(type_id=key[0], domain_id=key[1], language_id=key[2], target=found[key])
        for key in grid
    )


def _refuse_twice(file: str, what: str, values: Sequence[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise Invalid(f"{file}: the {what} {value!r} stands twice; give each entry its own.")


def _refuse_unknown(where: str, column: str, *, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise Invalid(f"{where}: {column} {value!r} is not known; the ids are {', '.join(known)}.")
