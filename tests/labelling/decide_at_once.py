"""Decide when told to; a program: URL, annotator, JSON list of response, token, decision.

Prints "ready" when all is loaded, waits for a line, decides one after another and prints how each
was answered as a JSON list.
"""

import json
import sys

from curation.labelling.deciding import LabelConflict, decide
from db.engine import open_engine
from db.labels import Decision
from tests.labelling.workspace import NOW


def main(url: str, annotator_id: str, gestures: str) -> None:
    """Decide once a line comes in."""
    engine = open_engine(url)
    with engine.connect():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    sys.stdin.readline()
    answers = []
    for response_id, token, decision in json.loads(gestures):
        answer = decide(
            engine,
            annotator_id=annotator_id,
            response_id=response_id,
            decision=Decision(decision),
            token=token,
            now=NOW,
        )
        if isinstance(answer, LabelConflict):
            answers.append("conflict")
        else:
            answers.append("new" if answer.is_new else "known")
    sys.stdout.write(json.dumps(answers))
    engine.dispose()
