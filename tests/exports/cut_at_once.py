"""Cut a release when told to; a program: URL, actor, folder, day of the clock.

Prints "ready" when all is loaded, waits for a line, cuts 1.0.0 and prints the outcome.
"""

import sys
from datetime import timedelta
from pathlib import Path

from db.engine import open_engine
from exports.cutting import cut_release
from tests.exports.conftest import NOW


def main(url: str, actor_id: str, out: str, day: str) -> None:
    """Cut version 1.0.0 once a line comes in."""
    engine = open_engine(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    now = NOW + timedelta(days=int(day))
    report = cut_release(engine, "1.0.0", Path(out), actor_id=actor_id, now=now)
    sys.stdout.write(report.outcome.value)
