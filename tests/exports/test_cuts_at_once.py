from collections.abc import Callable
from pathlib import Path

import pytest

from db.engine import reading
from db.errors import Conflict, Invalid
from db.history import events
from db.intake import Table
from db.verification import verify_history
from exports.cutting import CutOutcome, CutPoint, cut_release
from tests import programs
from tests.exports.conftest import NOW, Place
from tests.exports.rows import six
from tests.exports.test_cutting import bytes_of

ROOT = Path(__file__).parents[2]
TableOf = Callable[..., Table]


def cut_together(url: str, actor_id: str, folders: list[Path]) -> list[str]:
    """Cut 1.0.0 in one process per folder, all at once; give their outcomes in order."""
    calls = [[url, actor_id, str(folder), str(day)] for day, folder in enumerate(folders)]
    return programs.at_once("tests.exports.cut_at_once", calls)


def releases_cut(place: Place) -> int:
    with reading(place.engine) as session:
        assert verify_history(session).ok
        return sum(event.action == "release.cut" for event in events(session))


def test_cuts_at_once_into_one_folder_give_one_release_and_unchanged(
    workspace: Place, migrated_url: str, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six(f"Question {number}") for number in range(100)]))
    out = tmp_path / "releases" / "1.0.0"

    outcomes = cut_together(migrated_url, workspace.actor_id, [out] * 4)

    assert sorted(outcomes) == ["cut", "unchanged", "unchanged", "unchanged"]
    assert releases_cut(workspace) == 1
    assert list(out.parent.iterdir()) == [out]
    again = cut_release(workspace.engine, "1.0.0", out, actor_id=workspace.actor_id, now=NOW)
    assert again.outcome is CutOutcome.UNCHANGED


def test_cuts_at_once_into_several_folders_give_the_same_bytes(
    workspace: Place, migrated_url: str, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six(f"Question {number}") for number in range(100)]))
    folders = [tmp_path / "releases" / str(number) for number in range(4)]

    outcomes = cut_together(migrated_url, workspace.actor_id, folders)

    assert sorted(outcomes) == ["cut", "written_again", "written_again", "written_again"]
    assert releases_cut(workspace) == 1
    # The clocks of the four were a day apart: the release has the moment of the one that won.
    assert [bytes_of(folder) for folder in folders[1:]] == [bytes_of(folders[0])] * 3


def test_a_cut_whose_folder_the_same_release_filled_meanwhile_is_done(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six("a")]))
    out, other = tmp_path / "a" / "out", tmp_path / "b" / "out"

    def cut(folder: Path, at: Callable[[CutPoint], None] | None = None) -> CutOutcome:
        return cut_release(
            workspace.engine, "1.0.0", folder, actor_id=workspace.actor_id, now=NOW, at=at
        ).outcome

    def somebody_else(point: CutPoint) -> None:
        if point is CutPoint.RECORDED:
            cut(other)
            other.rename(out)

    assert cut(out, somebody_else) is CutOutcome.CUT
    (out / "LICENSE").unlink()
    out.rename(other.with_name("damaged"))

    assert cut(out, somebody_else) is CutOutcome.UNCHANGED
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_a_version_recorded_meanwhile_with_other_content_is_a_conflict(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six("a")]))

    def somebody_else(point: CutPoint) -> None:
        if point is CutPoint.STAGED:
            cut_release(
                workspace.engine, "1.0.0", tmp_path / "one", actor_id=workspace.actor_id, now=NOW
            )
            workspace.take(table_of([six("b")]))

    with pytest.raises(Conflict, match=r"cut on 2026-03-01 with other content.*1 rows added"):
        cut_release(
            workspace.engine,
            "1.0.0",
            tmp_path / "two",
            actor_id=workspace.actor_id,
            now=NOW,
            at=somebody_else,
        )
    assert not (tmp_path / "two").exists()


def test_a_larger_version_recorded_meanwhile_is_compared_with(
    workspace: Place, table_of: TableOf, tmp_path: Path
) -> None:
    workspace.take(table_of([six("a")]))

    def somebody_else(point: CutPoint) -> None:
        if point is CutPoint.STAGED:
            cut_release(
                workspace.engine, "2.0.0", tmp_path / "one", actor_id=workspace.actor_id, now=NOW
            )

    with pytest.raises(Invalid, match=r"use 2\.0\.1 or a larger one"):
        cut_release(
            workspace.engine,
            "1.0.0",
            tmp_path / "two",
            actor_id=workspace.actor_id,
            now=NOW,
            at=somebody_else,
        )
    assert not (tmp_path / "two").exists()
