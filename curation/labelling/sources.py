"""Owns how blind a person's label is: one function, asked again at every decision.

Only a label that nothing speaks against is ``blind_human`` and counts as human evidence. Everything
that does speak against it is named, so that the screen can say why in words.
"""

from dataclasses import dataclass
from enum import StrEnum

from db.annotators import Annotator, AnnotatorKind
from db.engine import Session
from db.errors import Forbidden, NotFound
from db.labels import LabelSource
from db.queries.labelling import has_written, revealed_to
from db.workspace import WorkspaceKind, find_workspace


class Unblinded(StrEnum):
    """Why a person's label is not blind."""

    DEMONSTRATION = "demonstration"
    AUTHOR = "author"
    REVEALED = "revealed"
    SOLO = "solo"


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
    the program and are no evidence. In a solo workspace nobody has logged in, so nobody is blind.

    Raises:
        NotFound: There is no such annotator or response.
        Forbidden: The annotator is a machine.
    """
    annotator = session.get(Annotator, annotator_id)
    if annotator is None:
        raise NotFound(f"There is no annotator {annotator_id!r} in this workspace.")
    if annotator.kind is not AnnotatorKind.HUMAN:
        raise Forbidden(
            f"Annotator {annotator.handle!r} is a machine; only people label here, verdicts of "
            "machines come from judges."
        )
    workspace = find_workspace(session)
    found = {
        Unblinded.DEMONSTRATION: annotator.is_demonstration,
        Unblinded.AUTHOR: has_written(session, annotator_id=annotator_id, response_id=response_id),
        Unblinded.REVEALED: bool(
            revealed_to(session, annotator_id=annotator_id, response_ids=[response_id])
        ),
        Unblinded.SOLO: workspace is None or workspace.kind is WorkspaceKind.SOLO,
    }
    reasons = tuple(reason for reason, holds in found.items() if holds)
    return Standing(
        source=LabelSource.HUMAN_UNBLINDED if reasons else LabelSource.BLIND_HUMAN, reasons=reasons
    )
