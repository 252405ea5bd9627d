"""Do one gesture when told to; a program: URL, annotator, gesture, copy, tab, text.

Prints "ready" when all is loaded, waits for a line, acts and prints what was answered.
"""

import json
import sys
from collections.abc import Sequence

from curation.authoring.copies import save_part
from curation.authoring.submitting import submit
from db.engine import open_engine
from db.working_copies import Part
from tests import programs
from tests.authoring.workspace import LATER


def at_once(url: str, gestures: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Run each gesture in a process of its own, all let go together; give the answers."""
    answers = programs.at_once(__name__, [[url, *gesture] for gesture in gestures])
    return [json.loads(answer) for answer in answers]


def main(url: str, annotator_id: str, gesture: str, copy_id: str, tab: str, text: str) -> None:
    """Save a prompt over number 0, many texts one after the other, or submit."""
    engine = open_engine(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    said: dict[str, str] = {}
    if gesture == "submit":
        answer = submit(engine, copy_id, annotator_id=annotator_id, now=LATER)
        said = {"answer": type(answer).__name__, "revision": getattr(answer, "revision_id", "")}
    for number in range(int(gesture) if gesture.isdigit() else 0):
        saved = save_part(
            engine,
            copy_id=copy_id,
            annotator_id=annotator_id,
            part=Part.PROMPT,
            text=f"{text}{number}",
            base_number=0,
            tab=tab,
            now=LATER,
        )
        said = {"answer": type(saved).__name__, "copy": saved.copy_id}
    sys.stdout.write(json.dumps(said))
