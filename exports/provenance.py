"""Owns what is said about where a row comes from and what stands behind it.

A machine-written row is never called human evidence; an imported row is never called reviewed, nor
is a row that only its own author looked at called independent. The words stand on every screen, in
every export and on the card.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from db.items import ItemOrigin
from db.queries.review_rounds import DecidedBy
from db.queries.status import Standing

MACHINE_WRITTEN: Final = "machine-written, not human-reviewed"
PROBE_WAIVED: Final = "waived: no panel is connected"


class ReviewKind(StrEnum):
    """What stands behind an accepted row; one word each in the column ``review``."""

    NOT_REVIEWED = "not_reviewed"
    BLIND_UNANIMOUS = "blind_unanimous"
    BLIND_MAJORITY = "blind_majority"
    ADJUDICATED = "adjudicated"
    LEAD_RULING = "lead_ruling"
    HUMAN_UNBLINDED = "human_unblinded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStory:
    """How a revision came to be accepted.

    Attributes:
        blind_reviewers: Blind reviews that counted in the round that accepted it.
        is_edited: Whether the accepted text is a reviewer's edit.
        is_by_author: Whether whoever reviewed it unblinded wrote it, too.
        has_hand: Whether a person wrote or changed its text in this workspace.
    """

    kind: ReviewKind
    blind_reviewers: int = 0
    is_edited: bool = False
    is_by_author: bool = False
    has_hand: bool = False


NOT_REVIEWED: Final = ReviewStory(kind=ReviewKind.NOT_REVIEWED)

_WRITTEN: Final = {
    ItemOrigin.STARTER: "machine-written",
    ItemOrigin.IMPORTED: "imported",
    ItemOrigin.AUTHORED: "written by a person",
    ItemOrigin.DRAFTED: "machine-written",
}
_PROVENANCE: Final = {
    ItemOrigin.STARTER: "written by a machine for the Gainsay starter set, licence CC-BY-4.0",
    ItemOrigin.IMPORTED: "imported from a file, licence of the source unknown",
    ItemOrigin.AUTHORED: "written in the workspace that cut this release",
    ItemOrigin.DRAFTED: "drafted by a model in the workspace that cut this release",
}
_UNREVIEWED: Final = {
    ItemOrigin.STARTER: "not human-reviewed",
    ItemOrigin.IMPORTED: "not reviewed in this workspace",
    ItemOrigin.AUTHORED: "not reviewed",
    ItemOrigin.DRAFTED: "not human-reviewed",
}
_KINDS: Final = {
    DecidedBy.REVIEWERS: ReviewKind.BLIND_UNANIMOUS,
    DecidedBy.MAJORITY: ReviewKind.BLIND_MAJORITY,
    DecidedBy.ADJUDICATOR: ReviewKind.ADJUDICATED,
}


def story_of(standing: Standing, *, author_id: str, has_hand: bool) -> ReviewStory:
    """Say how the accepted revision of an item came to be accepted.

    Args:
        standing: Where the item stands.
        author_id: Who wrote that revision.
        has_hand: Whether a person wrote or changed its text in this workspace.
    """
    outcome = standing.outcome
    reviews = outcome.reviews if outcome is not None else ()
    blind = sum(review.is_blind for review in reviews)
    edits = {review.edited_revision_id for review in reviews} - {None}
    kind = ReviewKind.NOT_REVIEWED
    if standing.ruled:
        kind = ReviewKind.LEAD_RULING
    elif outcome is not None and outcome.decided_by is not None:
        kind = _KINDS[outcome.decided_by]
        if blind < len(reviews):
            kind = ReviewKind.HUMAN_UNBLINDED
    return ReviewStory(
        kind=kind,
        blind_reviewers=blind,
        is_edited=standing.accepted_id in edits,
        is_by_author=author_id in {review.annotator_id for review in reviews},
        has_hand=has_hand,
    )


def evidence_of(origin: ItemOrigin, story: ReviewStory = NOT_REVIEWED) -> str:
    """Say what stands behind an item of this origin, and nothing more than its facts do."""
    written = _WRITTEN[origin]
    if story.has_hand and origin is not ItemOrigin.AUTHORED:
        written += ", edited by a person"
    return f"{written}, {_reviewed(origin, story)}"


def provenance_of(origin: ItemOrigin) -> str:
    """Say where an item of this origin comes from and under which licence."""
    return _PROVENANCE[origin]


def _reviewed(origin: ItemOrigin, story: ReviewStory) -> str:
    count = story.blind_reviewers
    reviewers = f"{count} blind reviewer{'' if count == 1 else 's'}"
    match story.kind:
        case ReviewKind.NOT_REVIEWED:
            return _UNREVIEWED[origin]
        case ReviewKind.BLIND_UNANIMOUS:
            said = f"accepted by {reviewers}"
        case ReviewKind.BLIND_MAJORITY:
            said = f"accepted by a majority of {reviewers}"
        case ReviewKind.ADJUDICATED:
            said = f"accepted by an adjudicator after {reviewers} differed"
        case ReviewKind.LEAD_RULING:
            said = f"accepted by a lead's ruling, {reviewers} before it"
        case ReviewKind.HUMAN_UNBLINDED:
            who = "its own author" if story.is_by_author else "one person"
            said = f"reviewed by {who} alone, not blind"
    return f"{said}, edited in review" if story.is_edited else said
