import pytest

from db.errors import Invalid
from exports.changes import Changes, RowState, compare
from exports.versions import Version, check_step, parse_version, smallest_next

ADDED = Changes(added=("a",))
CHANGED = Changes(changed=("a",))
REMOVED = Changes(removed=("a",))
SAME = Changes()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (SAME, "0.9.4"),
        (ADDED, "0.10.0"),
        (CHANGED, "1.0.0"),
        (REMOVED, "1.0.0"),
        (Changes(added=("a",), removed=("b",)), "1.0.0"),
    ],
    ids=["same", "added", "changed", "removed", "added and removed"],
)
def test_the_smallest_step_follows_from_what_changed(changes: Changes, expected: str) -> None:
    assert str(smallest_next(parse_version("0.9.3"), changes)) == expected


def test_the_first_release_is_one_dot_zero() -> None:
    assert str(smallest_next(None, ADDED)) == "1.0.0"


def test_versions_compare_by_number() -> None:
    assert parse_version("1.9.0") < parse_version("1.10.0") < parse_version("2.0.0")


@pytest.mark.parametrize("wanted", ["1.1.0", "1.7.3", "2.0.0"])
def test_any_larger_version_is_legal(wanted: str) -> None:
    check_step(parse_version(wanted), Version(1, 0, 0), ADDED)


@pytest.mark.parametrize("wanted", ["1.0.1", "1.0.0", "0.9.0"])
def test_a_smaller_version_is_not(wanted: str) -> None:
    with pytest.raises(Invalid, match=r"use 1\.1\.0 or a larger one"):
        check_step(parse_version(wanted), Version(1, 0, 0), ADDED)


def test_releases_are_compared_by_id_and_row_hash() -> None:
    def row(item_id: str, digest: str) -> RowState:
        return RowState(item_id=item_id, revision_id="r", content_sha256=digest)

    before = [row("kept", "1"), row("edited", "2"), row("gone", "3")]
    after = [row("new", "4"), row("edited", "5"), row("kept", "1")]
    assert compare(before, after) == Changes(added=("new",), changed=("edited",), removed=("gone",))
