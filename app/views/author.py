"""Owns everything the form of one working copy shows."""

from dataclasses import dataclass

from app.views.author_guideline import GuidelineShown, load_guideline
from app.views.author_near import NearShown, PromptIndex
from app.views.naming import Taxonomy, load_taxonomy_names
from curation.authoring.checks import Finding
from curation.authoring.copies import load_copy
from curation.authoring.copy_views import AsideView, CopyView, Difference
from curation.authoring.submitting import check_copy
from curation.review.blindness import find_hidden
from curation.review.said import Said, find_said
from db.engine import Session
from db.queries.item_facts import statuses
from db.queries.status import ItemStatus
from db.requirements import parse_requirements
from db.working_copies import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorPage:
    """One working copy with what helps to write it.

    Attributes:
        requirements: Read from the reference as it stands; empty while it is empty.
        near: The prompts most like this one, the most alike first.
        findings: What a submission would be told now.
        said: What the round said that returned the item; None when none did.
    """

    copy: CopyView
    taxonomy: Taxonomy
    guideline: GuidelineShown | None
    requirements: tuple[str, ...]
    near: tuple[NearShown, ...]
    findings: tuple[Finding, ...]
    said: Said | None

    def text(self, part: Part) -> str:
        """Give the newest saved text of a part."""
        return self.copy.parts[part].text

    def findings_of(self, part: Part) -> tuple[Finding, ...]:
        """Give what there is to say about a part."""
        return tuple(one for one in self.findings if one.part is part)

    def unsettled_of(self, part: Part) -> tuple[AsideView, ...]:
        """Give the texts of a part that wait for a decision."""
        return tuple(one for one in self.copy.unsettled if one.part is part)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What a newer revision of somebody else says otherwise."""
        return self.copy.differences if self.copy.is_stale else ()


def load_author_page(
    session: Session, copy_id: str, *, annotator_id: str, language: str, prompts: PromptIndex
) -> AuthorPage:
    """Read a working copy.

    Args:
        session: Open session.
        copy_id: The copy.
        annotator_id: Whose it must be.
        language: Language of the screens, for the guideline.
        prompts: Every current prompt.

    Raises:
        NotFound: There is no such copy.
        Forbidden: It is another person's.
    """
    copy = load_copy(session, copy_id, annotator_id=annotator_id)
    reference = copy.parts[Part.REFERENCE].text
    prompt = copy.parts[Part.PROMPT].text
    return AuthorPage(
        copy=copy,
        taxonomy=load_taxonomy_names(session),
        guideline=load_guideline(session, copy.parts[Part.TYPE].text, language),
        requirements=tuple(parse_requirements(reference)) if reference.strip() else (),
        near=prompts.nearest(
            prompt,
            item_id=copy.item_id,
            family_item_id=copy.parts[Part.FAMILY].text,
            hidden=find_hidden(session, annotator_id=annotator_id).items,
        ),
        findings=check_copy(
            session, copy_id, annotator_id=annotator_id, neighbourhood=prompts.neighbourhood
        )
        if copy.is_open
        else (),
        said=_said(session, copy, annotator_id=annotator_id),
    )


def _said(session: Session, copy: CopyView, *, annotator_id: str) -> Said | None:
    if not copy.is_open or copy.item_id is None:
        return None
    if statuses(session, [copy.item_id])[copy.item_id] is not ItemStatus.RETURNED:
        return None
    return find_said(session, copy.item_id, annotator_id=annotator_id)
