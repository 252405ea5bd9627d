"""Migrations: the tables they make are the tables the code declares, once and whole."""

import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from db.backups import back_up_before_upgrade
from db.engine import open_engine
from db.errors import GainsayError, Invalid
from db.history import GENESIS
from db.migrations import current, head, schema, upgrade
from db.tables import METADATA
from db.verification import check_database
from tests.db.content import fill
from tests.programs import loaded


def test_an_upgraded_database_has_exactly_the_declared_tables(engine_url: str) -> None:
    engine = open_engine(engine_url)
    done = upgrade(engine)
    assert (done.before, done.after, done.backup) == (None, head(), None)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        names = set(sa.inspect(connection).get_table_names())
    assert names == set(METADATA.tables) | {"alembic_version"}
    assert upgrade(engine).before == head()
    engine.dispose()


def test_the_migrations_genesis_is_the_codes(engine: Engine) -> None:
    with engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT id, seq, hash FROM history_head").one()
    assert tuple(row) == (1, 0, GENESIS)


def test_the_versions_folder_is_a_package_so_that_the_wheel_carries_it() -> None:
    assert (Path(schema.__file__).parent / "versions" / "__init__.py").is_file()


def test_a_database_of_somebody_else_is_refused_and_left_alone(engine_url: str) -> None:
    engine = open_engine(engine_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(Invalid, match=r"tables that are not Gainsay's \('theirs'\)"):
        upgrade(engine)
    assert sa.inspect(engine).get_table_names() == ["theirs"]
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Invalid, match="'9999', which is newer"):
        upgrade(engine)


def _upgrade(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


def test_two_processes_upgrading_at_once_both_succeed(engine_url: str) -> None:
    context = loaded()
    processes = [context.Process(target=_upgrade, args=(engine_url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    engine = open_engine(engine_url)
    assert current(engine) == head()
    assert check_database(engine).ok
    engine.dispose()


def test_a_migration_that_fails_leaves_the_old_schema_and_its_rows(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    before = head()
    scripts = _scripts_with(
        tmp_path,
        'op.execute("CREATE TABLE half (id INTEGER)")\n    raise RuntimeError("power cut")',
    )
    monkeypatch.setattr(schema, "SCRIPTS", scripts)
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(engine)
    assert current(engine) == before
    assert "half" not in sa.inspect(engine).get_table_names()
    monkeypatch.undo()
    assert check_database(engine).ok


def test_rebuilding_a_parent_table_keeps_its_children_and_a_backup(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    before = head()
    scripts = _scripts_with(
        tmp_path,
        'with op.batch_alter_table("item", recreate="auto") as batch:\n'
        '        batch.add_column(sa.Column("extra", sa.String(), nullable=True))',
    )
    monkeypatch.setattr(schema, "SCRIPTS", scripts)
    backup = tmp_path / "backups" / "before.db"
    done = upgrade(engine, back_up=lambda: back_up_before_upgrade(engine, backup))
    assert (done.before, done.after) == (before, "next")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM revision").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM label").scalar() == 1
    assert done.backup == backup
    with sqlite3.connect(backup) as old:
        assert old.execute("SELECT version_num FROM alembic_version").fetchone() == (before,)
        assert old.execute("SELECT count(*) FROM item").fetchone() == (1,)
    old.close()


def test_a_migration_that_orphans_rows_is_rolled_back(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    before = head()
    monkeypatch.setattr(
        schema, "SCRIPTS", _scripts_with(tmp_path, 'op.execute("DELETE FROM family")')
    )
    with pytest.raises(GainsayError, match=r"without their parent|violates foreign key"):
        upgrade(engine)
    assert current(engine) == before
    monkeypatch.undo()
    assert check_database(engine).ok


def _scripts_with(folder: Path, body: str) -> Path:
    """Copy the migrations and add one more with this body."""
    scripts, newest = folder / "scripts", head()
    shutil.copytree(
        Path(schema.__file__).parent, scripts, ignore=shutil.ignore_patterns("__pycache__")
    )
    (scripts / "versions" / "next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f'revision = "next"\ndown_revision = "{newest}"\n\n\n'
        f"def upgrade() -> None:\n    {body}\n"
    )
    return scripts
