"""Publishing by a process that is killed at any moment: a repeat finishes, no tag is wrong."""

import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import reading
from db.verification import verify_history
from exports.publishing import PublishOutcome
from tests.exports.publish_and_die import publish_once
from tests.exports.publishing_place import REPO, Original, Publishing, original
from tests.exports.rows import six
from tests.programs import loaded

KILLS = 20
# A process that ends before its kill counts for nothing, and how many do depends on the machine.
ATTEMPTS = 4 * KILLS


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Original:
    """A workspace with release 1.0.0, made once."""
    return original(tmp_path_factory.mktemp("killed"), sqlite_copy, [six("One"), six("Two")])


def publish(made: Publishing, *, until: int | None = None, then: float = 0) -> int:
    """Publish in a process of its own, and kill it once the hub was asked so often.

    Args:
        until: After how many requests; None lets the process end.
        then: How many seconds later.
    """
    asked = (str(made.folders.parent), made.server.endpoint, made.place.actor_id)
    process = loaded().Process(target=publish_once, args=asked)
    process.start()
    while until is not None and len(made.server.asked) < until and process.is_alive():
        time.sleep(0.0005)
    if until is not None:
        time.sleep(then)
        process.kill()
    process.join(60)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
def test_a_process_killed_at_any_moment_leaves_what_a_repeat_finishes(
    prepared: Original, tmp_path: Path
) -> None:
    with prepared.copied(tmp_path / "whole") as made:
        assert publish(made) == 0
        assert made.tags() == {"1.0.0": made.server.datasets[REPO].head}
        requests = len(made.server.asked)
    chosen = random.Random(20260506)
    found: Counter[str] = Counter()
    for number in range(ATTEMPTS):
        if found.total() - found["not killed"] == KILLS:
            break
        # Each kill falls into its own part of the requests, at any moment of one.
        until = int(requests * (number % KILLS + chosen.random()) / KILLS) + 1
        with prepared.copied(tmp_path / "killed") as made:
            killed = publish(made, until=until, then=chosen.random() / 100) != 0
            expected = made.files()
            for commit in made.tags().values():
                assert made.server.contents(REPO, commit) == expected
            assert made.main_files() in ({}, expected)
            before = len(made.published())

            report = made.publish()

            found[report.plan.outcome.value if killed else "not killed"] += 1
            assert made.tags() == {"1.0.0": report.commit}
            assert made.server.contents(REPO, "1.0.0") == expected
            assert made.commits() == ["initial commit", "Release 1.0.0"]
            assert report.recorded == (before == 0)
            assert len(made.published()) == 1
            with reading(made.place.engine) as session:
                assert verify_history(session).ok
        shutil.rmtree(tmp_path / "killed")
    assert found.total() - found["not killed"] == KILLS, found
    assert found[PublishOutcome.PUBLISHED.value] > 0, found
    assert found[PublishOutcome.TAGGED.value] > 0, found
