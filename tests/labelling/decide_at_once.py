"""Decide when told to; run as a program: URL, annotator, response, token, decision.

Prints "ready" when all is loaded, waits for a line, decides and prints how it was answered.
"""

import sys

from curation.labelling.deciding import LabelConflict, decide
from db.engine import open_engine
from db.labels import Decision
from tests.labelling.workspace import NOW


def main(url: str, annotator_id: str, response_id: str, token: str, decision: str) -> None:
    """Decide once a line comes in."""
    engine = open_engine(url)
    with engine.connect():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    sys.stdin.readline()
    answer = decide(
        engine,
        annotator_id=annotator_id,
        response_id=response_id,
        decision=Decision(decision),
        token=token,
        now=NOW,
    )
    if isinstance(answer, LabelConflict):
        sys.stdout.write("conflict")
    else:
        sys.stdout.write("new" if answer.is_new else "known")
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
