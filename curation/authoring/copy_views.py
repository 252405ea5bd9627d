"""Owns what is answered about working copies: frozen values that hold no session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.working_copies import Closing, Part, Resolution


class Choice(StrEnum):
    """What a person does about a text of theirs that came too late."""

    THEIRS = "theirs"
    MINE = "mine"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPart:
    """A text is stored.

    Attributes:
        copy_id: The copy that has it; another than was asked for when that one is closed. Load it
            before saving any other part.
        number: What the next save of this part names as its base.
    """

    copy_id: str
    part: Part
    number: int
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StalePart:
    """A text came too late and is stored aside.

    Attributes:
        copy_id: The copy that has it; another than was asked for when that one is closed.
        base: The text that the person had seen.
        theirs: The text that is newest now.
        theirs_number: Its number.
        aside_id: Names the text that was set aside.
    """

    copy_id: str
    part: Part
    base: str
    theirs: str
    mine: str
    theirs_number: int
    aside_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """The newest text of one part."""

    text: str
    number: int
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideView:
    """A text that came too late.

    Attributes:
        base: The text that the person had seen; ``theirs`` is the part's text in the copy.
        resolution: None while nobody decided.
    """

    id: str
    part: Part
    base_number: int
    base: str
    text: str
    tab: str
    saved_at: datetime
    resolution: Resolution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part that reads otherwise in the item's current revision than in the copy."""

    part: Part
    base: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """A working copy whole.

    Attributes:
        closed_as: None while the copy is open.
        revision_id: What it became; None unless it was submitted.
        current_revision_id: The item's newest revision; None for an item to be.
        asides: Every text that was set aside, settled ones too, the oldest first.
        differences: What somebody else's newer revision says otherwise; empty when the base is
            the current revision.
    """

    id: str
    annotator_id: str
    item_id: str | None
    base_revision_id: str | None
    current_revision_id: str | None
    opened_at: datetime
    touched_at: datetime
    closed_as: Closing | None
    revision_id: str | None
    parts: Mapping[Part, PartView]
    asides: tuple[AsideView, ...]
    differences: tuple[Difference, ...]

    @property
    def is_open(self) -> bool:
        """Whether it takes text."""
        return self.closed_as is None

    @property
    def is_stale(self) -> bool:
        """Whether somebody else made a newer revision than the copy started from."""
        return self.is_open and self.current_revision_id != self.base_revision_id

    @property
    def unsettled(self) -> tuple[AsideView, ...]:
        """The texts that wait for a decision."""
        return tuple(aside for aside in self.asides if aside.resolution is None)
