"""Every bad file of responses, labels and verdicts: its exact sentence, and nothing is written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.cli import main
from tests.cli.bad_imports import BAD_IMPORTS, ITEMS, RESPONSES, VERDICTS, BadImport, rows


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one item, one response and one verdict."""
    folder = tmp_path_factory.mktemp("ready")
    url = f"sqlite:///{folder / 'ready.db'}"
    assert main(["db", "upgrade", "--db", url]) == 0
    for kind, found in (("items", ITEMS), ("responses", RESPONSES), ("verdicts", VERDICTS)):
        file = folder / f"{kind}.jsonl"
        file.write_bytes(rows(*found))
        assert main(["import", kind, str(file), "--db", url]) == 0
    return folder / "ready.db"


@pytest.mark.parametrize("case", BAD_IMPORTS, ids=lambda case: case.name)
def test_a_bad_import_is_refused_in_one_exact_sentence_and_writes_nothing(
    case: BadImport,
    ready: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(case.file).write_bytes(case.data)
    before = dump(ready)
    code = main(["import", case.verb, case.file, "--json", "--db", f"sqlite:///{ready}"])
    printed = capsys.readouterr()
    assert (code, printed.out, printed.err) == (1, "", case.sentence + "\n")
    assert dump(ready) == before


def dump(file: Path) -> list[str]:
    """Write down every row of a database."""
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())
