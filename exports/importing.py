"""Owns taking items in: all is checked before anything is written, one transaction, one event.

`plan_import` says what an import would do; `import_items` does it. Importing the same file again
changes nothing and records nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from db.contents import build_revision, build_system_prompt, build_template, item_id, text_hash
from db.engine import Engine, Session, lock_workspace, reading, writing
from db.intake import FileRefused, Table, require_columns
from db.items import ITEMS_IMPORTED, Family, Item, ItemOrigin
from db.queries.identities import known_families, known_system_prompts, known_templates
from db.queries.items import ItemFilter, list_items
from db.queries.roles import require_for_all
from db.recording import Recording, recording
from db.roles import Role
from db.workspace import STARTER_AUTHOR, ensure_machine
from exports.admission import Admission, Outcome, admit, judge_text_hash
from exports.advice import AdviceBook, ImportAdvice
from exports.candidates import Candidate, read_candidates
from exports.columns import FULL_COLUMNS, REQUIRED_COLUMNS, SIDE_COLUMNS, SIX_COLUMNS
from exports.measure import refuse_too_large
from exports.names import Names, read_names

__all__ = [
    "ImportAdvice",
    "ImportCount",
    "ImportForm",
    "ImportReport",
    "Progress",
    "import_items",
    "plan_import",
]

Progress: TypeAlias = Callable[[int, int], None]


class ImportForm(StrEnum):
    """Which of the two forms a file has."""

    SIX_COLUMNS = "six_columns"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCount:
    """How many rows of one type and language a file has."""

    type_id: str
    type_label: str
    language_id: str
    language_label: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        file: The file's name without folders.
        sha256: Hexadecimal SHA-256 of its bytes.
        written: False for a plan, and when nothing was new.
        created: Rows that became new items.
        revised: Rows that became a new revision of an item.
        unchanged: Rows that the workspace had already.
        counts: Rows by type and language, in the order of the taxonomy.
        ignored_columns: Columns of a six-column file that are left out.
    """

    file: str
    sha256: str
    form: ImportForm
    written: bool
    rows: int
    created: int
    revised: int
    unchanged: int
    counts: tuple[ImportCount, ...]
    ignored_columns: tuple[str, ...]
    advice: tuple[ImportAdvice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """A file whose rows are all good."""

    table: Table
    form: ImportForm
    names: Names
    candidates: list[Candidate]
    advice: tuple[ImportAdvice, ...]


def plan_import(engine: Engine, table: Table, *, progress: Progress | None = None) -> ImportReport:
    """Say what importing a table would do; nothing is written.

    Args:
        engine: The workspace.
        table: From ``db.intake.read_table(path, what="items")``.
        progress: Called now and then with rows done and rows in all.

    Raises:
        RowsRefused: Rows are bad; all are counted.
        FileRefused: Columns are missing or unknown.
    """
    checked = _check(engine, table, progress=progress)
    with reading(engine) as session:
        admissions = _admit(session, checked)
    return _report(checked, admissions, written=False)


def import_items(
    engine: Engine,
    table: Table,
    *,
    actor_id: str,
    now: datetime,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a table in one transaction with one history event.

    Args:
        engine: The workspace.
        table: From ``db.intake.read_table(path, what="items")``.
        actor_id: Who imports.
        now: The moment; it becomes the creation time of what is new.
        progress: Called now and then with rows done and rows in all.

    Raises:
        Forbidden: The actor is no lead for everything.
        RowsRefused: Rows are bad; all are counted.
        FileRefused: Columns are missing or unknown.
    """
    with reading(engine) as session:
        require_for_all(session, actor_id, Role.LEAD)
    checked = _check(engine, table, progress=progress)
    with writing(engine) as session:
        require_for_all(session, actor_id, Role.LEAD)
        # Two imports at once must not both find that a family or an item is missing.
        lock_workspace(session)
        admissions = _admit(session, checked)
        fresh = [entry for entry in admissions if entry.outcome is not Outcome.UNCHANGED]
        report = _report(checked, admissions, written=bool(fresh))
        if fresh:
            _store(session, fresh, report, actor_id=actor_id, now=now)
    return report


def _check(engine: Engine, table: Table, *, progress: Progress | None) -> _Checked:
    form = ImportForm.FULL if set(table.columns) & set(SIDE_COLUMNS) else ImportForm.SIX_COLUMNS
    full = form is ImportForm.FULL
    require_columns(table, REQUIRED_COLUMNS if full else SIX_COLUMNS)
    unknown = [name for name in table.columns if name not in FULL_COLUMNS]
    if full and unknown:
        raise FileRefused(
            f"{table.subject} has columns that our own form does not know "
            f"({', '.join(map(repr, unknown[:10]))}); its columns are {', '.join(FULL_COLUMNS)}: "
            "rename or drop the others."
        )
    with reading(engine) as session:
        names = read_names(session)
        starters = _starter_questions(session)
    advice = AdviceBook(unit=table.unit)
    candidates = read_candidates(table, names, advice, full=full, progress=progress)
    for candidate in candidates:
        if candidate.item_id in starters:
            advice.add(
                "starter_question", candidate.number, "The starter set asks the same question."
            )
    return _Checked(
        table=table,
        form=form,
        names=names,
        candidates=candidates,
        advice=advice.entries(),
    )


def _admit(session: Session, checked: _Checked) -> list[Admission]:
    admissions = admit(session, checked.table, checked.candidates)
    refuse_too_large(checked.table, checked.candidates, admissions, checked.names)
    return admissions


def _starter_questions(session: Session) -> set[str]:
    """Derive the ids that the starter items would have, had they come as six-column rows."""
    return {
        item_id(
            type_id=row.type_id,
            language_id=row.language_id,
            prompt=row.prompt,
            reference=row.reference,
        )
        for row in list_items(session, ItemFilter(origins=(ItemOrigin.STARTER,)))
    }


def _report(checked: _Checked, admissions: Sequence[Admission], *, written: bool) -> ImportReport:
    table = checked.table
    outcomes = Counter(entry.outcome for entry in admissions)
    cells = Counter((row.type_id, row.language_id) for row in checked.candidates)
    return ImportReport(
        file=table.name,
        sha256=table.sha256,
        form=checked.form,
        written=written,
        rows=len(checked.candidates),
        created=outcomes[Outcome.CREATED],
        revised=outcomes[Outcome.REVISED],
        unchanged=outcomes[Outcome.UNCHANGED],
        counts=tuple(
            ImportCount(
                type_id=type_id,
                type_label=type_label,
                language_id=language_id,
                language_label=language_label,
                rows=cells[type_id, language_id],
            )
            for type_label, type_id in checked.names.types.items()
            for language_label, language_id in checked.names.languages.items()
            if cells[type_id, language_id]
        ),
        ignored_columns=tuple(name for name in table.columns if name not in FULL_COLUMNS),
        advice=checked.advice,
    )


def _store(
    session: Session,
    fresh: Sequence[Admission],
    report: ImportReport,
    *,
    actor_id: str,
    now: datetime,
) -> None:
    starter = any(entry.origin is ItemOrigin.STARTER for entry in fresh)
    machine = ensure_machine(session, STARTER_AUTHOR, now=now).id if starter else actor_id
    with recording(
        session,
        now=now,
        actor_id=actor_id,
        action=ITEMS_IMPORTED,
        subject_kind="workspace",
        subject_id="1",
    ) as record:
        _record_texts(session, fresh, record)
        families = {entry.family_id for entry in fresh if entry.outcome is Outcome.CREATED}
        for family_id in sorted(families - known_families(session, families)):
            record.add(Family(id=family_id, created_at=now))
        for entry in fresh:
            # A person who imports a machine's text has not written it.
            from_starter = entry.origin is ItemOrigin.STARTER
            _record_item(entry, record, author_id=machine if from_starter else actor_id)
        record.after.update(
            {
                "file": report.file,
                "sha256": report.sha256,
                "rows": report.rows,
                "created": report.created,
                "revised": report.revised,
                "unchanged": report.unchanged,
            }
        )


def _record_item(entry: Admission, record: Recording, *, author_id: str) -> None:
    item = Item(
        id=entry.item_id,
        family_id=entry.family_id,
        type_id=entry.type_id,
        domain_id=entry.domain_id,
        language_id=entry.language_id,
        origin=entry.origin,
        created_at=record.now,
    )
    if entry.outcome is Outcome.CREATED:
        record.add(item)
    new = build_revision(
        item,
        number=entry.number,
        prompt=entry.prompt,
        reference=entry.reference,
        requirements=entry.requirements,
        twin=entry.twin,
        notes=entry.notes,
        checks=entry.checks,
        template_hash=judge_text_hash(entry.template),
        system_prompt_hash=judge_text_hash(entry.system_prompt),
        author_id=author_id,
        now=record.now,
        event_id=record.event_id,
    )
    record.add(new.revision)
    for requirement in new.requirements:
        record.add(requirement)


def _record_texts(session: Session, fresh: Sequence[Admission], record: Recording) -> None:
    templates = {text_hash(text): text for text in _distinct(entry.template for entry in fresh)}
    prompts = {text_hash(text): text for text in _distinct(entry.system_prompt for entry in fresh)}
    for identity in sorted(templates.keys() - known_templates(session, templates)):
        record.add(build_template(templates[identity], now=record.now))
    for identity in sorted(prompts.keys() - known_system_prompts(session, prompts)):
        record.add(build_system_prompt(prompts[identity], now=record.now))


def _distinct(texts: Iterable[str | None]) -> set[str]:
    return {text for text in texts if text is not None}
