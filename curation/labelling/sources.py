"""Owns how blind a person's label is: one function, asked again at every decision.

Only a label that nothing speaks against is ``blind_human`` and counts as human evidence. Everything
that does speak against it is named, so that the screen can say why in words.
"""

from dataclasses import dataclass
from enum import StrEnum

from db.engine import Session
from db.errors import Forbidden
from db.labels import LabelSource
from db.queries.labelling import Ground, find_ground


class Unblinded(StrEnum):
    """Why a person's label is not blind."""

    DEMONSTRATION = "demonstration"
    AUTHOR = "author"
    REVEALED = "revealed"
    SOLO = "solo"
    WORKED_ALONE = "worked_alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a label of a person on a response would be.

    Attributes:
        reasons: Everything that keeps the label from being blind; empty exactly when it is.
    """

    source: LabelSource
    reasons: tuple[Unblinded, ...]


def label_source(session: Session, *, annotator_id: str, response_id: str) -> Standing:
    """Say which source a person's label on a response would have now, and why.

    A demonstration person's label is never blind, whatever else holds: such people exist to show
    the program and are no evidence. In a solo workspace nobody has logged in, so nobody is blind;
    and whoever worked there alone may have seen everything that is older than sharing it.

    Raises:
        NotFound: There is no such annotator or response.
        Forbidden: The annotator is a machine.
    """
    return standing_on(find_ground(session, annotator_id=annotator_id, response_id=response_id))


def standing_on(ground: Ground) -> Standing:
    """Say which source a label has that rests on this ground, and why.

    Raises:
        Forbidden: The annotator is a machine.
    """
    if not ground.is_human:
        raise Forbidden(
            f"Annotator {ground.handle!r} is a machine; only people label here, verdicts of "
            "machines come from judges."
        )
    found = {
        Unblinded.DEMONSTRATION: ground.is_demonstration,
        Unblinded.AUTHOR: ground.has_written,
        Unblinded.REVEALED: ground.was_revealed,
        Unblinded.SOLO: ground.is_solo,
        Unblinded.WORKED_ALONE: ground.was_alone_with_it,
    }
    reasons = tuple(reason for reason, holds in found.items() if holds)
    return Standing(
        source=LabelSource.HUMAN_UNBLINDED if reasons else LabelSource.BLIND_HUMAN, reasons=reasons
    )
