"""Writing an export to a file: whole, new, or not at all."""

import hashlib
from pathlib import Path

import pytest

from db.errors import Conflict, External, Invalid, NotFound
from exports.transfer import Kind, export_file
from exports.transfer import outgoing as under_test
from tests.transfer.conftest import Desk


def test_a_file_is_written_whole_and_says_what_it_is(answered: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    done = export_file(answered.engine, out / "responses.csv", kind=Kind.RESPONSES)
    data = (out / "responses.csv").read_bytes()
    assert (done.rows, done.size) == (3, len(data))
    assert done.sha256 == hashlib.sha256(data).hexdigest()
    assert data == answered.give("responses", ".csv")
    assert [path.name for path in out.iterdir()] == ["responses.csv"]


@pytest.mark.parametrize("what", ["file", "folder", "dangling link"])
def test_nothing_is_overwritten(answered: Desk, tmp_path: Path, what: str) -> None:
    path = tmp_path / "there.csv"
    if what == "file":
        path.write_bytes(b"mine")
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Conflict, match="is there already and is not overwritten; name a new file"):
        export_file(answered.engine, path, kind=Kind.RESPONSES)
    if what == "file":
        assert path.read_bytes() == b"mine"


def test_a_file_that_comes_in_the_meantime_is_not_overwritten(
    answered: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "race.csv"
    place = under_test._place

    def somebody_first(draft: Path, target: Path) -> None:
        target.write_bytes(b"theirs")
        place(draft, target)

    monkeypatch.setattr(under_test, "_place", somebody_first)
    with pytest.raises(Conflict, match="is there already"):
        export_file(answered.engine, path, kind=Kind.RESPONSES)
    assert path.read_bytes() == b"theirs"
    assert not list(tmp_path.glob(".export-*"))


def test_nothing_to_export_leaves_nothing(answered: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="has no verdicts yet, so there is nothing to export"):
        export_file(answered.engine, tmp_path / "v.jsonl", kind=Kind.VERDICTS)
    assert not list(tmp_path.glob("*v.jsonl"))
    assert not list(tmp_path.glob(".export-*"))


def test_the_ending_must_say_a_format(answered: Desk, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"'r.xlsx' says no format; it must end in \.csv, "):
        export_file(answered.engine, tmp_path / "r.xlsx", kind=Kind.RESPONSES)


def test_a_folder_that_is_missing_is_named(answered: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no folder .*none'; create it first"):
        export_file(answered.engine, tmp_path / "none" / "r.csv", kind=Kind.RESPONSES)


def test_a_folder_that_takes_no_file_is_a_sentence(answered: Desk) -> None:
    with pytest.raises(External, match="cannot be written"):
        export_file(answered.engine, Path("/proc/self/r.csv"), kind=Kind.RESPONSES)
