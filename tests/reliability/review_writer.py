"""Review as fast as it goes; a program: URL annotator journal stop seed.

Claims, solves, types, decides, confirms and undoes; opens a round again when nothing is left. Most
of the gestures that a kill left without an answer are sent again, as a browser does.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from curation.claims.claiming import Claim, claim
from curation.review.acting import act
from curation.review.confirming import ConfirmConflict, awaiting, confirm
from curation.review.material import PromptOnly, material
from curation.review.reviewing import Reviewed, decide
from curation.review.solving import Solved, solve
from curation.review.texts import SavedText, save_text
from curation.review.undoing import recent, undo
from db.acts import ActKind
from db.engine import Engine, open_engine, reading
from db.errors import GainsayError
from db.queries.acts import list_acts
from db.queries.item_facts import statuses
from db.queries.status import ItemStatus
from db.reviews import Answer, Axis, ReasonCode, ReviewDecision, Withdrawn
from db.slots import Stage
from db.working_copies import Part
from tests.reliability.journal import Fields, Journal, entries, unanswered

UNDONE, REPEATED = 0.2, 0.7
ON_THE_WAY_SECONDS = (0, 0.05, 0.1)
DECISIONS = (
    *([ReviewDecision.ACCEPT] * 10),
    *([ReviewDecision.RETURN] * 5),
    *([ReviewDecision.REJECT] * 2),
    ReviewDecision.ACCEPT_WITH_EDIT,
)
OVER = {ItemStatus.ACCEPTED, ItemStatus.RETURNED, ItemStatus.REJECTED, ItemStatus.READY}


class Reviewer:
    """One tab of one person."""

    def __init__(self, engine: Engine, annotator_id: str, journal: Journal, seed: str) -> None:
        self.engine, self.annotator_id, self.journal = engine, annotator_id, journal
        self.number = len(entries(journal.file))
        self.random = random.Random(f"{seed} {self.number}")
        self.verbs: dict[str, Callable[[Fields], Fields]] = {
            "solve": self._solve,
            "type": self._type,
            "decide": self._decide,
            "confirm": self._confirm,
            "undo": self._undo,
            "reopen": self._reopen,
        }

    def send(self, gesture: Fields) -> None:
        """Make one gesture and write down how it was answered."""
        self.journal.intend(gesture)
        try:
            told = self.verbs[str(gesture["verb"])](gesture)
        except GainsayError as error:
            self.journal.fail(gesture, error)
        else:
            # An answer takes a while to its reader: a kill then finds it stored and not told.
            time.sleep(self.random.choice(ON_THE_WAY_SECONDS))
            self.journal.answer(gesture, told)

    def choose(self) -> Fields | None:
        """Think of something to do; None when there is nothing just now."""
        self.number += 1
        token = f"{self.journal.file.stem}-{self.number}"
        if self.random.random() < UNDONE:
            with reading(self.engine) as session:
                last = recent(session, annotator_id=self.annotator_id)
            own = [one.decision for one in last if one.may_undo]
            if own:
                return {"verb": "undo", "kind": own[0].kind.value, "decision": own[0].id}
        for stage in (Stage.REVIEW, Stage.THIRD_REVIEW):
            found = claim(self.engine, stage, annotator_id=self.annotator_id, now=datetime.now(UTC))
            if isinstance(found, Claim):
                return self._at_work(found, token)
        with reading(self.engine) as session:
            waiting = awaiting(session, annotator_id=self.annotator_id)
        if waiting:
            return {
                "verb": "confirm",
                "review": waiting[0],
                "yes": self.random.random() < UNDONE,
                "token": token,
            }
        return self._again(token)

    def _at_work(self, work: Claim, token: str) -> Fields:
        with reading(self.engine) as session:
            shown = material(session, work.slot_id, annotator_id=self.annotator_id)
        gesture = {"slot": work.slot_id, "fence": work.fence, "token": token}
        if isinstance(shown, PromptOnly):
            return {"verb": "solve", **gesture}
        if self.random.random() < UNDONE:
            return {"verb": "type", **gesture}
        return {"verb": "decide", **gesture, "decision": self.random.choice(DECISIONS).value}

    def _again(self, token: str) -> Fields | None:
        """Pick an item whose round is over, to be opened again."""
        with reading(self.engine) as session:
            over = [one for one, status in statuses(session).items() if status in OVER]
            if not over:
                return None
            item_id = self.random.choice(over)
            expected = list_acts(session, item_id)[-1].number
        return {"verb": "reopen", "item": item_id, "expected": expected, "token": token}

    def _solve(self, gesture: Fields) -> Fields:
        answer = solve(
            self.engine,
            str(gesture["slot"]),
            annotator_id=self.annotator_id,
            fence=int(str(gesture["fence"])),
            type_id="dia",
            expected=str(gesture["token"]),
            token=str(gesture["token"]),
            now=datetime.now(UTC),
        )
        stored = answer.solution if isinstance(answer, Solved) else answer.stored
        return {"answer": type(answer).__name__, "id": stored.id}

    def _type(self, gesture: Fields) -> Fields:
        answer = save_text(
            self.engine,
            str(gesture["slot"]),
            "reason",
            str(gesture["token"]),
            annotator_id=self.annotator_id,
            base_number=0,
            tab=self.journal.file.stem,
            now=datetime.now(UTC),
        )
        number = answer.number if isinstance(answer, SavedText) else answer.late_number
        return {"answer": type(answer).__name__, "number": number}

    def _decide(self, gesture: Fields) -> Fields:
        decision = ReviewDecision(str(gesture["decision"]))
        refuses = decision in {ReviewDecision.RETURN, ReviewDecision.REJECT}
        edits = decision is ReviewDecision.ACCEPT_WITH_EDIT
        answer = decide(
            self.engine,
            str(gesture["slot"]),
            annotator_id=self.annotator_id,
            fence=int(str(gesture["fence"])),
            answers=dict.fromkeys(Axis, Answer.YES),
            decision=decision,
            reason_code=ReasonCode.AMBIGUOUS if refuses else ReasonCode.NONE,
            reason=str(gesture["token"]),
            edit={Part.TWIN: f"Twin of {gesture['token']}"} if edits else None,
            token=str(gesture["token"]),
            now=datetime.now(UTC),
        )
        if isinstance(answer, Reviewed):
            return {"answer": "Reviewed", "id": answer.review_id}
        return {"answer": type(answer).__name__}

    def _confirm(self, gesture: Fields) -> Fields:
        answer = confirm(
            self.engine,
            str(gesture["review"]),
            annotator_id=self.annotator_id,
            is_confirmed=bool(gesture["yes"]),
            reason=str(gesture["token"]),
            token=str(gesture["token"]),
            now=datetime.now(UTC),
        )
        if isinstance(answer, ConfirmConflict):
            return {"answer": "ConfirmConflict"}
        return {"answer": "Confirmed", "id": answer.confirmation.id}

    def _undo(self, gesture: Fields) -> Fields:
        answer = undo(
            self.engine,
            Withdrawn(str(gesture["kind"])),
            str(gesture["decision"]),
            annotator_id=self.annotator_id,
            now=datetime.now(UTC),
        )
        return {"answer": "Undone", "id": answer.decision.id}

    def _reopen(self, gesture: Fields) -> Fields:
        answer = act(
            self.engine,
            str(gesture["item"]),
            ActKind.REOPEN,
            annotator_id=self.annotator_id,
            reason=str(gesture["token"]),
            token=str(gesture["token"]),
            seen=int(str(gesture["expected"])),
            now=datetime.now(UTC),
        )
        return {"answer": "Acted", "id": answer.act_id}


def main(url: str, annotator_id: str, log: str, stop: str, seed: str) -> None:
    """Work until the file ``stop`` is there."""
    engine = open_engine(url)
    reviewer = Reviewer(engine, annotator_id, Journal(Path(log)), seed)
    left = unanswered(Path(log))
    if left is not None and reviewer.random.random() < REPEATED:
        reviewer.send(left.gesture)
    while not Path(stop).exists():
        gesture = reviewer.choose()
        if gesture is not None:
            reviewer.send(gesture)
    engine.dispose()
