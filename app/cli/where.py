"""Owns the verb `gainsay where`."""

import platform
import sys
from importlib.metadata import version

from app.cli.output import AsJson, DatabaseUrl, answer

PACKAGES = ("streamlit", "sqlmodel", "openai", "pandas", "scikit-learn", "datasets")


def where(as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Show the data folder, the database and the versions; nothing is created."""
    from app.settings import load_settings
    from db.engine import open_engine, redacted, sqlite_file
    from db.migrations import current, head

    settings = load_settings(database_url=db)
    engine = open_engine(settings.database_url)
    file = sqlite_file(engine)
    try:
        # Opening a SQLite file that is not there would create it.
        schema = None if file is not None and not file.exists() else current(engine)
    finally:
        engine.dispose()
    result = {
        "data_folder": str(settings.data_folder),
        "database": redacted(settings.database_url),
        "schema": schema,
        "newest_schema": head(),
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
            f"gainsay      {result['gainsay']} on Python {result['python']}",
            *(f"{name:<12} {version(name)}" for name in PACKAGES),
        ],
    )
