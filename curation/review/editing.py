"""Owns what a reviewer may change of an item, and what keeps the change from being stored.

The change is typed into the fields ``edit.<part>`` of the form, beside the reviewer's other texts:
a reviewer never gets a working copy, which would show who writes and what the author noted.
Notes, language and family stay the author's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from curation.authoring.checks import Code, Finding, Legal, Severity, check_texts, refuse
from curation.authoring.submitting import add_contrast, place_item
from curation.authoring.texts import check_text
from curation.review.texts import FieldText
from db.contents import build_revision
from db.engine import Session
from db.errors import Invalid
from db.hashing import Json
from db.items import Item, Revision
from db.queries.taxonomy import list_domains, list_languages, list_types
from db.queries.working_copies import current_revision, revision_parts
from db.recording import Recording
from db.requirements import parse_requirements
from db.working_copies import Part

EDITABLE: Final = (
    Part.TYPE,
    Part.DOMAIN,
    Part.PROMPT,
    Part.REFERENCE,
    Part.TWIN,
    Part.FOLLOWS,
    Part.CONVENTIONAL,
    Part.NEAR_MISS,
    Part.CHECKS,
)
SELF_TEST: Final = (Code.SELF_TEST_FAILS, Code.SELF_TEST_PASSES)
EDIT_FIELD: Final = "edit."


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What an item would say after a reviewer's change.

    Attributes:
        texts: Every part; what is not a reviewer's to change as the author has it.
        changed: The parts that differ from the revision under review.
        findings: What was found about it, refusals first.
    """

    texts: Mapping[Part, str]
    changed: tuple[Part, ...]
    findings: tuple[Finding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether it cannot be stored."""
        return any(one.severity is Severity.REFUSE for one in self.findings)


def edit_field(part: Part) -> str:
    """Name the field of the form in which a part is changed."""
    return f"{EDIT_FIELD}{part.value}"


def typed_edit(texts: Mapping[str, FieldText]) -> dict[Part, str]:
    """Give the parts that a reviewer has typed, out of all texts of a form."""
    return {
        part: texts[edit_field(part)].text
        for part in EDITABLE
        if edit_field(part) in texts and texts[edit_field(part)].number
    }


def check_edit(session: Session, revision_id: str, changes: Mapping[Part, str]) -> Edit:
    """Say what a change makes of a revision and what speaks against it.

    Raises:
        Invalid: A part is not a reviewer's to change, or a text cannot be stored.
    """
    for part, text in changes.items():
        if part not in EDITABLE:
            legal = ", ".join(one.value for one in EDITABLE)
            raise Invalid(
                f"A reviewer does not change the part {part.value!r}, only {legal}; return the "
                "item with a reason instead."
            )
        check_text(part.value, text)
    before = revision_parts(session, session.get_one(Revision, revision_id))
    texts = before | dict(changes)
    changed = tuple(part for part in EDITABLE if texts[part] != before[part])
    legal_ids = Legal(
        type_ids={one.id for one in list_types(session)},
        domain_ids={one.id for one in list_domains(session)},
        language_ids={one.id for one in list_languages(session)},
    )
    found = list(check_texts(texts, legal=legal_ids))
    if not changed:
        found.append(refuse(None, Code.NOTHING_CHANGED))
    # What the author was warned of and kept is no news, and may tell of parts that are not shown.
    # What a judge says of what they left alone is hidden from reviewers like any other verdict.
    shown = [
        one
        for one in found
        if (one.part is None or one.part in EDITABLE)
        and (one.code not in SELF_TEST or {one.part, Part.CHECKS} & set(changed))
    ]
    shown.sort(key=lambda one: one.severity is not Severity.REFUSE)
    return Edit(texts=texts, changed=changed, findings=tuple(shown))


def record_edit(session: Session, record: Recording, revision_id: str, edit: Edit) -> str:
    """Record an edit as the item's next revision; give its id."""
    under_review = session.get_one(Revision, revision_id)
    item = session.get_one(Item, under_review.item_id, populate_existing=True)
    newest = current_revision(session, item.id)
    number = (newest.number if newest is not None else under_review.number) + 1
    # Judge texts came with the item for the type that it has.
    keeps_type = Part.TYPE not in edit.changed
    place_item(session, record, item, edit.texts, family_id=item.family_id, from_revision=number)
    new = build_revision(
        item,
        number=number,
        prompt=edit.texts[Part.PROMPT],
        reference=edit.texts[Part.REFERENCE],
        requirements=parse_requirements(edit.texts[Part.REFERENCE]),
        twin=edit.texts[Part.TWIN],
        notes=edit.texts[Part.NOTES],
        checks=edit.texts[Part.CHECKS],
        template_hash=under_review.template_hash if keeps_type else None,
        system_prompt_hash=under_review.system_prompt_hash if keeps_type else None,
        author_id=record.actor_id,
        now=record.now,
        event_id=record.event_id,
    )
    for fact in (new.revision, *new.requirements):
        record.add(fact)
    add_contrast(record, new.revision.id, edit.texts)
    return new.revision.id


def told(edit: Edit) -> dict[str, Json]:
    """Say in the history which parts were edited, and in spite of which warnings."""
    warnings: list[Json] = [
        {"part": one.part.value if one.part else "", "code": one.code.value}
        for one in edit.findings
    ]
    parts: list[Json] = [part.value for part in edit.changed]
    return {"edited": parts, "warnings": warnings}
