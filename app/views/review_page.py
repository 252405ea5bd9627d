"""Owns everything the screen for reviewing shows; what a reviewer must not see is not in here.

Until a person has solved an item there is its prompt and nothing else. Neither the id of the item,
which can tell where it comes from, nor of anything that hangs on it is ever in here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.views.author_changes import ChangedPart
from app.views.author_guideline import GuidelineShown, load_guideline
from app.views.comments import ThreadShown, load_own_threads
from app.views.naming import Named, Taxonomy, load_taxonomy_names
from curation.authoring.checks import Finding
from curation.review.editing import EDITABLE, check_edit, edit_field, typed_edit
from curation.review.material import PromptOnly, Whole, axis_field, material
from curation.review.texts import FieldText, load_texts
from db.engine import Session
from db.items import Revision
from db.queries.reviews import get_work, reviewed_before
from db.queries.working_copies import revision_parts
from db.reviews import Answer, Axis
from db.working_copies import Part

# The fields of the form, as they are kept in the slot; the domain names those of axes and edits.
TYPE: Final = "type"
EXPECTED: Final = "expected"
REASON: Final = "reason"
COMMENT: Final = "comment"
QUOTE: Final = "quote"
NOTHING_TYPED: Final = FieldText(text="", number=0, saved_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveShown:
    """Step 1: the prompt, and what the person has said about it so far.

    Attributes:
        own_threads: The person's own comments.
    """

    prompt: str
    language_id: str
    types: tuple[Named, ...]
    fields: Mapping[str, FieldText]
    own_threads: tuple[ThreadShown, ...]

    @property
    def guess(self) -> FieldText:
        """The type that they chose."""
        return self.field(TYPE)

    @property
    def expected(self) -> FieldText:
        """What they expect so far."""
        return self.field(EXPECTED)

    def field(self, name: str) -> FieldText:
        """Give what was typed into a field."""
        return self.fields.get(name, NOTHING_TYPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditablePart:
    """A part as it is under review and as the person would have it."""

    part: Part
    before: str
    typed: FieldText

    @property
    def after(self) -> str:
        """What the part would say."""
        return self.typed.text if self.typed.number else self.before

    @property
    def typed_field(self) -> str:
        """The field in which it is typed."""
        return edit_field(self.part)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewShown:
    """Steps 2 and 3: everything of the revision that a reviewer judges.

    Attributes:
        type: The type that it is; ``guessed`` is the one that the person took it for.
        probe_is_waived: Whether it is time to say that no model was asked; False before.
        answers: What was answered so far.
        edits: What the person may change, with what they have typed.
        findings: What stands against the change; empty while nothing was changed.
    """

    whole: Whole
    type: Named
    guessed: Named
    taxonomy: Taxonomy
    guideline: GuidelineShown | None
    answers: Mapping[Axis, Answer]
    fields: Mapping[str, FieldText]
    own_threads: tuple[ThreadShown, ...]
    edits: tuple[EditablePart, ...]
    findings: tuple[Finding, ...]

    @property
    def language_id(self) -> str:
        """Language of the item."""
        return self.whole.language_id

    @property
    def changed(self) -> tuple[EditablePart, ...]:
        """The parts that would read otherwise."""
        return tuple(one for one in self.edits if one.after != one.before)

    def field(self, name: str) -> FieldText:
        """Give what was typed into a field."""
        return self.fields.get(name, NOTHING_TYPED)


def load_review(
    session: Session, slot_id: str, *, annotator_id: str, language: str
) -> SolveShown | ReviewShown:
    """Read the step at which a person is with a piece of work.

    Args:
        session: Open.
        slot_id: The work.
        annotator_id: Whose it must be.
        language: Of the screens, for the guideline.

    Raises:
        NotFound: There is no such slot.
        Forbidden: It is somebody else's now, or the person lacks the role.
    """
    shown = material(session, slot_id, annotator_id=annotator_id)
    fields = load_texts(session, slot_id, annotator_id=annotator_id)
    taxonomy = load_taxonomy_names(session)
    own_threads = load_own_threads(session, slot_id, annotator_id=annotator_id)
    if isinstance(shown, PromptOnly):
        return SolveShown(
            prompt=shown.prompt,
            language_id=shown.language_id,
            types=taxonomy.types,
            fields=fields,
            own_threads=own_threads,
        )
    return _reviewed(
        session,
        shown,
        fields,
        taxonomy,
        guideline=load_guideline(session, shown.type_id, language),
        own_threads=own_threads,
    )


def load_since(
    session: Session, shown: ReviewShown, *, annotator_id: str
) -> tuple[ChangedPart, ...] | None:
    """Compare an item with the text that the person reviewed in an earlier round.

    What they have not reviewed themselves is not compared with: another's edit, or what the author
    mended for others, would tell what others said.

    Returns:
        The parts that read otherwise now; None when the person has reviewed no earlier text.
    """
    work = get_work(session, shown.whole.slot_id)
    earlier = reviewed_before(
        session, work.item_id, annotator_id=annotator_id, act_id=str(work.act_id)
    )
    if earlier is None:
        return None
    before = revision_parts(session, session.get_one(Revision, earlier))
    return tuple(
        ChangedPart(part=part, before=before[part], after=shown.whole.part(part))
        for part in EDITABLE
        if before[part] != shown.whole.part(part)
    )


def _reviewed(
    session: Session,
    whole: Whole,
    fields: Mapping[str, FieldText],
    taxonomy: Taxonomy,
    *,
    guideline: GuidelineShown | None,
    own_threads: tuple[ThreadShown, ...],
) -> ReviewShown:
    types = {named.id: named for named in taxonomy.types}
    edits = tuple(
        EditablePart(
            part=part, before=whole.part(part), typed=fields.get(edit_field(part), NOTHING_TYPED)
        )
        for part in EDITABLE
    )
    return ReviewShown(
        whole=whole,
        type=types[whole.type_id],
        guessed=types[whole.solution.type_id],
        taxonomy=taxonomy,
        guideline=guideline,
        answers={
            axis: Answer(fields[axis_field(axis)].text)
            for axis in Axis
            if axis_field(axis) in fields and fields[axis_field(axis)].text
        },
        fields=fields,
        own_threads=own_threads,
        edits=edits,
        findings=_findings(session, whole.slot_id, fields)
        if any(one.after != one.before for one in edits)
        else (),
    )


def _findings(
    session: Session, slot_id: str, fields: Mapping[str, FieldText]
) -> tuple[Finding, ...]:
    revision_id = str(get_work(session, slot_id).revision_id)
    return check_edit(session, revision_id, typed_edit(fields)).findings
