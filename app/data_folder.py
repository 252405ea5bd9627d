"""Owns the folder that an installation keeps its data in, and the secret that signs its cookies.

Both are for their owner's eyes only: the folder has mode 0700, the secret 0600.
"""

import os
import secrets
import tomllib
from pathlib import Path
from typing import Any

from db.errors import External, Invalid

SECRET_FILE = "cookie-secret"
SECRETS_FILE = "secrets.toml"


def make_data_folder(folder: Path) -> None:
    """Create the folder unless it is there.

    Raises:
        External: It cannot be created or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        raise _unusable(folder, str(error.strerror)) from error
    if not writable:
        raise _unusable(folder, "no permission to write")


def cookie_secret(folder: Path) -> str:
    """Read the secret, made on the first call; a restart with it keeps people signed in.

    Args:
        folder: An existing data folder.

    Raises:
        External: The file cannot be written or read.
    """
    file = folder / SECRET_FILE
    try:
        if not file.exists():
            _create(file)
        # A copied or restored folder may have lost the mode.
        file.chmod(0o600)
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise _unusable(file, str(error.strerror)) from error


def sign_in_secrets(folder: Path) -> dict[str, Any]:
    """Read the section ``auth`` of ``secrets.toml``: the identity providers; empty without a file.

    Args:
        folder: An existing data folder.

    Raises:
        Invalid: The file is no TOML.
        External: It cannot be read.
    """
    auth = _secrets(folder).get("auth")
    if not isinstance(auth, dict):
        return {}
    return {"auth": {"cookie_secret": cookie_secret(folder), **auth}}


def stored_key(folder: Path, name: str) -> str | None:
    """Read a key from the section ``keys`` of ``secrets.toml``; None when it is not there.

    Raises:
        Invalid: The file is no TOML.
        External: It cannot be read.
    """
    keys = _secrets(folder).get("keys")
    key = keys.get(name) if isinstance(keys, dict) else None
    return key if isinstance(key, str) and key else None


def _secrets(folder: Path) -> dict[str, Any]:
    file = folder / SECRETS_FILE
    try:
        if not file.exists():
            return {}
        file.chmod(0o600)
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unusable(file, str(error.strerror)) from error
    except ValueError:
        # The error itself would quote the file.
        raise Invalid(
            f"The file {os.fspath(file)!r} is no TOML; see docs/sign-in.md for an example."
        ) from None


def _create(file: Path) -> None:
    part = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
        # A link appears with its whole content or not at all, and never replaces another's.
        os.link(part, file)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _unusable(path: Path, reason: str) -> External:
    return External(
        f"The data folder cannot be used ({os.fspath(path)!r}: {reason}); choose another with "
        "GAINSAY_HOME."
    )
