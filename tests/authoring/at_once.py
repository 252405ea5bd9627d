"""Do one gesture when told to; run as a program: URL, annotator, gesture, copy, tab, text.

Prints "ready" when all is loaded, waits for a line, acts and prints what was answered.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from curation.authoring.copies import save_part
from curation.authoring.submitting import submit
from db.engine import open_engine
from db.working_copies import Part
from tests.authoring.workspace import LATER

ROOT = Path(__file__).parents[2]


def at_once(url: str, gestures: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Run each gesture in a process of its own, all let go together; give the answers."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.authoring.at_once", url, *gesture],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for gesture in gestures
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in started]
    assert [error for _, error in answers if error] == []
    return [json.loads(answer) for answer, _ in answers]


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


if __name__ == "__main__":
    main(*sys.argv[1:])
