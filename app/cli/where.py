"""Owns the verb `gainsay where`."""

import platform
import sys
from importlib.metadata import version

from app.cli.output import AsJson, DatabaseUrl, answer

PACKAGES = ("streamlit", "sqlmodel", "openai", "pandas", "scikit-learn", "datasets")


def where(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Show the data folder, the database and the versions; nothing is created."""
    from app.settings import load_settings
    from db.engine import open_engine, redacted, shown_url, sqlite_file
    from db.ledger.migrations import current as ledger_schema
    from db.ledger.place import open_ledger
    from db.migrations import current, head

    settings = load_settings(database_url=db)
    engine = open_engine(settings.database_url)
    file = sqlite_file(engine)
    ledger = open_ledger(engine)
    try:
        # Opening a SQLite file that is not there would create it.
        schema = None if file is not None and not file.exists() else current(engine)
        calls = ledger_schema(ledger)
    finally:
        ledger.dispose()
        engine.dispose()
    result = {
        "data_folder": str(settings.data_folder),
        "database": redacted(settings.database_url),
        "schema": schema,
        "newest_schema": head(),
        "ledger": shown_url(ledger),
        "ledger_schema": calls,
        "gainsay": version("gainsay"),
        "python": platform.python_version(),
        "executable": sys.executable,
        "packages": {name: version(name) for name in PACKAGES},
    }
    answer(
        result,
        as_json=as_json,
        lines=[
            f"data folder  {result['data_folder']}",
            f"database     {result['database']}",
            f"schema       {schema or 'not created yet'} (newest {result['newest_schema']})",
            f"ledger       {result['ledger']} ({calls or 'not created yet'})",
            f"gainsay      {result['gainsay']} on Python {result['python']}",
            *(f"{name:<12} {version(name)}" for name in PACKAGES),
        ],
    )
