import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import reading
from db.intake import Table
from db.queries.releases import find_release
from db.verification import verify_history
from exports.cutting import CutOutcome, CutPoint, cut_release
from tests import programs
from tests.exports.conftest import NOW, Place
from tests.exports.rows import six
from tests.exports.test_cutting import FILES, bytes_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("point", CutPoint)
def test_a_killed_cut_leaves_no_folder_and_cutting_again_completes_it(
    workspace: Place,
    migrated_url: str,
    table_of: Callable[..., Table],
    tmp_path: Path,
    point: CutPoint,
) -> None:
    workspace.take(table_of([six("a"), six("b")]))
    out = tmp_path / "releases" / "1.0.0"

    arguments = (migrated_url, workspace.actor_id, str(out), point.value)
    with programs.program("tests.exports.kill_a_cut", *arguments) as died:
        assert programs.ended(died.process) == -signal.SIGKILL

    assert not out.exists()
    with reading(workspace.engine) as session:
        recorded = find_release(session, "1.0.0") is not None
        assert verify_history(session).ok
    # Only the last point lies behind the commit.
    assert recorded == (point is CutPoint.RECORDED)
    assert len(list(out.parent.iterdir())) == 1

    again = cut_release(workspace.engine, "1.0.0", out, actor_id=workspace.actor_id, now=NOW)

    assert again.outcome is (CutOutcome.WRITTEN_AGAIN if recorded else CutOutcome.CUT)
    assert set(bytes_of(out)) == FILES
    # What the killed process left is gone.
    assert list(out.parent.iterdir()) == [out]


def test_a_staging_folder_of_a_living_process_is_left_alone(
    place: Place, table_of: Callable[..., Table], tmp_path: Path
) -> None:
    place.take(table_of([six("a")]))
    out = tmp_path / "releases" / "one"

    def another_process(point: CutPoint) -> None:
        if point is CutPoint.STAGED and not (out.parent / "two").exists():
            (ours,) = out.parent.iterdir()
            other = out.parent / "two"
            cut_release(place.engine, "1.0.0", out, actor_id=place.actor_id, now=NOW)
            assert (ours / "README.md").exists()
            out.rename(other)

    second = cut_release(
        place.engine, "1.0.0", out, actor_id=place.actor_id, now=NOW, at=another_process
    )
    assert second.outcome is CutOutcome.WRITTEN_AGAIN
    assert bytes_of(out) == bytes_of(out.parent / "two")
    assert sorted(path.name for path in out.parent.iterdir()) == ["one", "two"]
