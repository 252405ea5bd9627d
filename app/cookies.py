"""Owns the name of the cookie that a signed-in browser shows."""

from typing import Final

COOKIE: Final = "gainsay_session"


def cookie_name(host: str | None) -> str:
    """Name the cookie: it is all that tells the workspaces on one machine's ports apart.

    Args:
        host: The header Host, such as ``localhost:8600``.
    """
    port = (host or "").rpartition(":")[2]
    return f"{COOKIE}_{port}" if port.isdigit() else COOKIE
