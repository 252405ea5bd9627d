"""Make gestures at given moments; a program. Reads one JSON gesture a line.

Prints "ready", then for each gesture one line: the kind of answer and everything in it. The
moment is one of the clock that all processes share, so that two of them begin together.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from curation.authoring.copies import open_item, open_new, save_part
from curation.authoring.submitting import submit
from curation.labelling.deciding import decide
from curation.labelling.undoing import undo
from db.engine import Engine, open_engine
from db.errors import GainsayError
from db.labels import Decision
from db.working_copies import Part

CALLS: dict[str, Callable[..., Any]] = {
    "decide": decide,
    "open_item": open_item,
    "open_new": open_new,
    "save_part": save_part,
    "submit": submit,
    "undo": undo,
}


def _answer(engine: Engine, gesture: dict[str, Any]) -> dict[str, object]:
    call, moment = CALLS[gesture.pop("call")], gesture.pop("moment")
    if "decision" in gesture:
        gesture["decision"] = Decision(gesture["decision"])
    if "part" in gesture:
        gesture["part"] = Part(gesture["part"])
    while time.monotonic() < moment:
        pass
    try:
        answer = call(engine, **gesture, now=datetime.now(UTC))
    except GainsayError as error:
        return {"kind": type(error).__name__, "sentence": str(error)}
    return {"kind": type(answer).__name__, **asdict(answer)}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Answer until standard input ends; ``{"open": URL}`` says where, ``{"open": null}`` leaves."""
    _say("ready")
    engine: Engine | None = None
    for line in sys.stdin:
        gesture = json.loads(line)
        if "open" not in gesture:
            assert engine is not None
            _say(json.dumps(_answer(engine, gesture), default=str))
            continue
        if engine is not None:
            engine.dispose()
        engine = open_engine(gesture["open"]) if gesture["open"] else None
        if engine is not None:
            with engine.connect():
                pass
        _say("{}")
