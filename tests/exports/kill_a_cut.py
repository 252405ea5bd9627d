"""Cut a release and be killed at a named point; a program: URL, actor, folder, point."""

import os
import signal
from pathlib import Path

from db.engine import open_engine
from exports.cutting import CutPoint, cut_release
from tests.exports.conftest import NOW


def main(url: str, actor_id: str, out: str, point: str) -> None:
    """Cut version 1.0.0 until the point is reached."""

    def die(reached: CutPoint) -> None:
        if reached.value == point:
            os.kill(os.getpid(), signal.SIGKILL)

    cut_release(open_engine(url), "1.0.0", Path(out), actor_id=actor_id, now=NOW, at=die)
