"""Owns making something of answers: each is applied in the workspace, then marked in the ledger.

In this order: after a crash between the two, the idempotent step is taken once more.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

from calibration.runs.kinds import run_kinds
from db.engine import Engine, reading, writing
from db.ledger.queries.chunks import mark_applied, unapplied_answers

BATCH: Final = 100
_ONE_AT_A_TIME: Final = threading.Lock()


def apply_answers(workspace: Engine, ledger: Engine, *, now: Callable[[], datetime]) -> int:
    """Apply every answer of which nothing was made yet; say how many."""
    kinds = {name: kind.apply for name, kind in run_kinds().items() if kind.apply is not None}
    if not kinds:
        return 0
    count = 0
    with _ONE_AT_A_TIME:
        while True:
            with reading(ledger) as session:
                answers = unapplied_answers(session, kinds, count=BATCH)
            for answer in answers:
                kinds[answer.kind](workspace, answer)
            with writing(ledger) as session:
                mark_applied(session, [(one.run_id, one.position) for one in answers], now=now())
            count += len(answers)
            if len(answers) < BATCH:
                return count
