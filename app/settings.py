"""Owns what the program reads from the environment: the only place that does.

Everything else receives these values as arguments. A provider's key is read when it is needed, by
its name, and is kept nowhere.
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.data_folder import stored_key
from db.engine import sqlite_url
from db.errors import Invalid

HOME = "GAINSAY_HOME"
DATABASE_URL = "GAINSAY_DATABASE_URL"
OUR_NAMES = ("GAINSAY_", "STREAMLIT_", "DBOS_", "PGPASS")


class KeyPlace(StrEnum):
    """Where a key is found."""

    ENVIRONMENT = "environment"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where this installation keeps its data.

    Attributes:
        data_folder: Absolute folder of the workspace, its backups and its exports.
        database_url: SQLAlchemy URL of the workspace; may hold a password, so never print it
            (``db.engine.redacted`` gives what may be shown).
    """

    data_folder: Path
    database_url: str


def load_settings(*, database_url: str | None = None) -> Settings:
    """Read the environment.

    Args:
        database_url: What ``--db`` said; it wins over the environment.

    The data folder is ``GAINSAY_HOME``, else ``$XDG_DATA_HOME/gainsay``, else
    ``~/.local/share/gainsay``; the database is ``GAINSAY_DATABASE_URL``, else a SQLite file there.
    """
    folder = _data_folder()
    url = database_url or os.environ.get(DATABASE_URL) or sqlite_url(folder / "gainsay.db")
    return Settings(data_folder=folder, database_url=url)


def server_environment(settings: Settings, *, cookie_secret: str) -> dict[str, str]:
    """Build the environment of the app's server process: ours, with these settings pinned.

    Args:
        settings: What this process works with; the child must work with the same.
        cookie_secret: Signs the cookies of the browsers.
    """
    return {
        **os.environ,
        HOME: str(settings.data_folder),
        DATABASE_URL: settings.database_url,
        "STREAMLIT_SERVER_COOKIE_SECRET": cookie_secret,
    }


def read_key(name: str) -> str | None:
    """Find a provider's key: in the environment, else under ``[keys]`` of ``secrets.toml``.

    Raises:
        Invalid: The file is no TOML.
        External: It cannot be read.
    """
    if _is_ours(name):
        return None
    return os.environ.get(name) or stored_key(_data_folder(), name)


def key_place(name: str) -> KeyPlace | None:
    """Say where a provider's key is found, and never what it is; None when it is nowhere.

    Raises:
        Invalid: The file is no TOML.
        External: It cannot be read.
    """
    if _is_ours(name):
        return None
    if os.environ.get(name):
        return KeyPlace.ENVIRONMENT
    return KeyPlace.FILE if stored_key(_data_folder(), name) else None


def _is_ours(name: str) -> bool:
    # Whoever names keys must not have the program's own secrets sent to a server of their choice.
    return name.upper().startswith(OUR_NAMES)


def _data_folder() -> Path:
    home = os.environ.get(HOME)
    if home:
        return _usable(home)
    # The XDG specification says to ignore a relative path.
    xdg = os.environ.get("XDG_DATA_HOME")
    base = Path(xdg) if xdg and Path(xdg).is_absolute() else Path.home() / ".local" / "share"
    return base / "gainsay"


def _usable(home: str) -> Path:
    try:
        home.encode("utf-8")
        return Path(home).expanduser().absolute()
    except (RuntimeError, UnicodeEncodeError) as error:
        raise Invalid(
            f"{HOME} cannot be used as a folder ({home!r}): name one whose path is UTF-8 and whose "
            "user exists."
        ) from error
