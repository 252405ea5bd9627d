"""Writing an export to a file: whole, new, or not at all."""

import hashlib
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from db.errors import Conflict, External, Invalid, NotFound
from exports.transfer import Kind, export_file
from exports.transfer import outgoing as under_test
from exports.transfer.formats import ENDINGS
from tests.transfer.conftest import Desk, answer


def test_a_file_is_written_whole_and_says_what_it_is(answered: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    done = export_file(answered.engine, out / "responses.csv", kind=Kind.RESPONSES)
    data = (out / "responses.csv").read_bytes()
    assert (done.rows, done.size) == (3, len(data))
    assert done.sha256 == hashlib.sha256(data).hexdigest()
    assert data == answered.give("responses", ".csv")
    assert [path.name for path in out.iterdir()] == ["responses.csv"]


def test_a_file_has_the_rights_of_any_new_file(answered: Desk, tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    export_file(answered.engine, tmp_path / "responses.csv", kind=Kind.RESPONSES)
    rights = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("any", "responses.csv")}
    assert len(rights) == 1


@pytest.mark.parametrize("what", ["file", "folder", "dangling link"])
def test_nothing_is_overwritten(answered: Desk, tmp_path: Path, what: str) -> None:
    path = tmp_path / "there.csv"
    if what == "file":
        path.write_bytes(b"mine")
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Conflict, match="is there already and stays as it is; name a new file"):
        export_file(answered.engine, path, kind=Kind.RESPONSES)
    if what == "file":
        assert path.read_bytes() == b"mine"


def test_a_file_that_comes_in_the_meantime_is_not_overwritten(
    answered: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "out" / "race.csv", tmp_path / "out"
    out.mkdir()
    write = under_test._write

    def somebody_meanwhile(*given: Any, **named: Any) -> int:
        path.write_bytes(b"theirs")
        return write(*given, **named)

    monkeypatch.setattr(under_test, "_write", somebody_meanwhile)
    with pytest.raises(Conflict, match="is there already"):
        export_file(answered.engine, path, kind=Kind.RESPONSES)
    assert path.read_bytes() == b"theirs"
    assert [each.name for each in out.iterdir()] == ["race.csv"]


PROGRAM = """
import sys
from pathlib import Path
from db.engine import open_engine
from exports.transfer import Kind, export_file
export_file(open_engine(sys.argv[1]), Path(sys.argv[2]), kind=Kind.RESPONSES)
"""


def test_what_a_killed_export_leaves_is_hidden_and_swept_by_the_next(
    answered: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    many = [answer(f"many-{at}", "Long. " * 2_000) for at in range(1_500)]
    answered.take("responses", many)
    url = answered.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROGRAM, url, str(out / "r.jsonl")]
    with subprocess.Popen(command) as process:
        while not any(path.stat().st_size for path in out.rglob("r.jsonl")):
            assert process.poll() is None
        process.kill()
    assert not (out / "r.jsonl").exists()
    (hidden,) = out.iterdir()
    assert hidden.name.startswith(".gainsay-unfinished-")
    os.utime(hidden, (0, 0))
    assert export_file(answered.engine, out / "r.jsonl", kind=Kind.RESPONSES).rows == 1_503
    assert [path.name for path in out.iterdir()] == ["r.jsonl"]


def test_a_full_disk_is_a_sentence_and_leaves_nothing(answered: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        for ending in ENDINGS:
            with pytest.raises(External, match="cannot be written"):
                export_file(answered.engine, out / f"r{ending}", kind=Kind.RESPONSES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(out.iterdir()) == []


def test_nothing_to_export_leaves_nothing(answered: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="has no verdicts yet, so there is nothing to export"):
        export_file(answered.engine, tmp_path / "v.jsonl", kind=Kind.VERDICTS)
    assert not list(tmp_path.glob("*v.jsonl"))
    assert not list(tmp_path.glob(".gainsay-*"))


def test_the_ending_must_say_a_format(answered: Desk, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"'r.xlsx' says no format; it must end in \.csv, "):
        export_file(answered.engine, tmp_path / "r.xlsx", kind=Kind.RESPONSES)


def test_a_folder_that_is_missing_is_named(answered: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no folder .*none'; create it first"):
        export_file(answered.engine, tmp_path / "none" / "r.csv", kind=Kind.RESPONSES)


def test_a_folder_that_takes_no_file_is_a_sentence(answered: Desk) -> None:
    with pytest.raises(External, match="cannot be written"):
        export_file(answered.engine, Path("/proc/self/r.csv"), kind=Kind.RESPONSES)
