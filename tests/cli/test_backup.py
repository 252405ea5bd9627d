"""`gainsay db backup` and `gainsay db restore`, as a person runs them."""

import json
import stat
from pathlib import Path

import pytest

from app.cli import main
from app.settings import load_settings
from curation.starter.content import load_starter_items
from db.migrations import head
from tests.cli.test_database import answer, refusal
from tests.conftest import Server
from tests.db.dumping import dump, dump_of
from tests.db.test_backup import empty_postgres
from tests.db.test_old_schemas import OLD, write_old
from tests.running import running_app

ITEMS = len(load_starter_items())


def test_a_backup_goes_into_the_data_folder_and_says_what_it_holds(
    capsys: pytest.CaptureFixture[str], starter_url: str, own_data_folder: Path
) -> None:
    made = answer(capsys, "db", "backup", "--db", starter_url)
    file = Path(str(made["file"]))
    assert file.parent == own_data_folder / "backups"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent, own_data_folder)] == [
        0o600,
        0o700,
        0o700,
    ]
    assert made["bytes"] == file.stat().st_size
    checked = made["checked"]
    assert isinstance(checked, dict)
    assert checked["items"] == ITEMS
    assert ":***@" in str(made["database"]) or "sqlite" in str(made["database"])


def test_a_restored_backup_is_the_workspace_and_the_app_starts_from_it(
    capsys: pytest.CaptureFixture[str],
    starter_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, new_home = tmp_path / "b.db", tmp_path / "new" / "home"
    answer(capsys, "db", "backup", str(file), "--db", starter_url)
    monkeypatch.setenv("GAINSAY_HOME", str(new_home))
    made = answer(capsys, "db", "restore", str(file))
    assert (made["schema_before"], made["schema"]) == (head(), head())
    assert made["database"] == f"sqlite:///{new_home}/gainsay.db"
    assert dump_of(new_home / "gainsay.db") == dump_of(file)
    with running_app(new_home) as app:
        assert (app.announced["first_start"], app.announced["starter_items"]) == (False, 0)
    listed = answer(capsys, "items", "list")
    assert listed["total"] == ITEMS
    assert answer(capsys, "history", "verify")["verified"] is True
    assert "into a new place only" in refusal(capsys, "db", "restore", str(file))


def test_a_backup_restores_into_an_empty_postgresql_database(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, postgres: Server
) -> None:
    answer(capsys, "db", "upgrade", "--starter")
    file = tmp_path / "b.db"
    answer(capsys, "db", "backup", str(file))
    with empty_postgres(postgres) as target:
        url = target.url.render_as_string(hide_password=False)
        answer(capsys, "db", "restore", str(file), "--db", url)
        assert dump(target) == dump_of(file)
        assert answer(capsys, "db", "check", "--db", url)["ok"] is True
        assert answer(capsys, "db", "upgrade", "--db", url)["first_start"] is False


def test_a_person_reads_where_the_backup_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer(capsys, "db", "upgrade")
    assert main(["db", "backup", str(tmp_path / "b.db")]) == 0
    assert f"is backed up in {tmp_path}/b.db (" in capsys.readouterr().out
    assert main(["db", "restore", str(tmp_path / "b.db"), "--db", f"sqlite:///{tmp_path}/n"]) == 0
    assert f"is restored in sqlite:///{tmp_path}/n (schema" in capsys.readouterr().out


def test_an_upgrade_backs_up_into_the_data_folder_whatever_the_database(
    capsys: pytest.CaptureFixture[str], engine_url: str, own_data_folder: Path, tmp_path: Path
) -> None:
    write_old(OLD[0], engine_url, tmp_path)
    done = answer(capsys, "db", "upgrade", "--db", engine_url)
    assert done["schema_before"] == "0001"
    file = Path(str(done["backup"]))
    assert file.parent == own_data_folder / "backups"
    assert file.name.endswith("-before-upgrade.db")
    restored = answer(capsys, "db", "restore", str(file), "--db", f"sqlite:///{tmp_path}/n.db")
    assert restored["schema_before"] == "0001"
    assert json.dumps(restored["checked"])


def test_a_backup_without_a_workspace_and_a_restore_without_a_backup_are_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "There is no workspace" in refusal(capsys, "db", "backup")
    assert "There is no backup" in refusal(capsys, "db", "restore", str(tmp_path / "none"))
    assert "Missing argument 'FILE'" in refusal(capsys, "db", "restore", code=2)
    assert not load_settings().data_folder.exists()
