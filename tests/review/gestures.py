"""Make gestures of reviewers when told to; a program: the URL.

Prints "ready", then answers each line, a JSON gesture with the moment at which it is made, with a
line: the kind of answer and the id of what is stored.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from curation.claims.skipping import Skipped, skip
from curation.review.adjudicating import Ruled, rule
from curation.review.confirming import Confirmed, confirm
from curation.review.reviewing import Reviewed, decide
from curation.review.solving import Solved, solve
from curation.review.texts import SavedText, save_text
from curation.review.undoing import Undone, undo
from db.engine import Engine, open_engine
from db.errors import GainsayError
from db.reviews import Answer, Axis, Confidence, ReasonCode, ReviewDecision, Ruling, Withdrawn
from db.slots import SkipReason


def _decide(engine: Engine, *, decision: str, **given: Any) -> object:
    refuses = decision in {"return", "reject", "escalate"}
    return decide(
        engine,
        **given,
        answers=dict.fromkeys(Axis, Answer.YES),
        decision=ReviewDecision(decision),
        reason_code=ReasonCode.AMBIGUOUS if refuses else ReasonCode.NONE,
        now=datetime.now(UTC),
    )


def _solve(engine: Engine, **given: Any) -> object:
    return solve(engine, **given, type_id="dia", now=datetime.now(UTC))


def _skip(engine: Engine, **given: Any) -> object:
    return skip(engine, **given, reason=SkipReason.UNCLEAR, now=datetime.now(UTC))


def _undo(engine: Engine, *, kind: str, **given: Any) -> object:
    return undo(engine, Withdrawn(kind), **given, now=datetime.now(UTC))


def _confirm(engine: Engine, **given: Any) -> object:
    return confirm(engine, **given, now=datetime.now(UTC))


def _rule(engine: Engine, *, ruling: str, **given: Any) -> object:
    return rule(
        engine,
        **given,
        ruling=Ruling(ruling),
        confidence=Confidence.HIGH,
        error_category=ReasonCode.AMBIGUOUS,
        is_guideline_gap=False,
        reason="Read both.",
        now=datetime.now(UTC),
    )


def _save(engine: Engine, **given: Any) -> object:
    return save_text(engine, **given, now=datetime.now(UTC))


CALLS: dict[str, Callable[..., object]] = {
    "decide": _decide,
    "solve": _solve,
    "skip": _skip,
    "undo": _undo,
    "confirm": _confirm,
    "rule": _rule,
    "save": _save,
}


def stored_id(answer: object) -> str:
    """Name what an answer tells of."""
    match answer:
        case Reviewed():
            return f"{answer.review_id} {answer.is_surplus}"
        case Solved():
            return answer.solution.id
        case Confirmed():
            return answer.confirmation.id
        case Ruled():
            return answer.ruling.id
        case Undone():
            return answer.decision.id
        case Skipped():
            return answer.skip_id
        case SavedText():
            return str(answer.number)
        case _:
            return ""


def _answer(engine: Engine, gesture: dict[str, Any]) -> dict[str, str]:
    call, moment = CALLS[gesture.pop("call")], gesture.pop("moment")
    while time.monotonic() < moment:
        pass
    try:
        answer = call(engine, **gesture)
    except GainsayError as error:
        return {"kind": type(error).__name__, "sentence": str(error)}
    return {"kind": type(answer).__name__, "id": stored_id(answer)}


def main(url: str) -> None:
    """Answer until standard input ends."""
    engine = open_engine(url)
    with engine.connect():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(_answer(engine, json.loads(line)))}\n")
        sys.stdout.flush()
    engine.dispose()
