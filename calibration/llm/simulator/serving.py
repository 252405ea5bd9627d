"""Owns the running of a simulator: a port of this machine, uvicorn, and an orderly end."""

import errno
import ipaddress
import signal
import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from calibration.llm.simulator.settings import Settings
from calibration.llm.simulator.web import Simulator
from db.errors import Conflict, Invalid

BACKLOG: Final = 1_024
# Answers that are being written may end; what hangs on purpose is broken off.
PATIENCE_SECONDS: Final = 1


def is_local(host: str) -> bool:
    """Tell whether an address is reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve(settings: Settings, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until a signal asks for the end.

    Args:
        settings: How the simulator behaves.
        host: Address to listen on.
        port: Port to listen on, 0 for any that is free.
        announce: Called with the base URL once the port is open.

    Raises:
        Conflict: The port is taken.
        Invalid: The host is no address of this machine, or the port is not for this user.
    """
    with _listening(host, port) as listening:
        for number in (signal.SIGTERM, signal.SIGINT):
            # uvicorn ends by both, and then raises them once more for whoever was there before.
            signal.signal(number, lambda *_: None)
        taken = listening.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        announce(f"http://{name}:{taken}/v1")
        simulator = Simulator(settings)
        server = uvicorn.Server(
            uvicorn.Config(
                simulator.app(),
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=PATIENCE_SECONDS,
            )
        )
        simulator.is_closing = lambda: server.should_exit
        server.run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    found: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError as error:
        if found is not None:
            found.close()
        raise _refusal(host, port, error) from None
    return found


def _refusal(host: str, port: int, error: OSError) -> Conflict | Invalid:
    if error.errno == errno.EADDRINUSE:
        return Conflict(
            f"Port {port} is taken, perhaps by another simulator: name a free one with --port, or "
            "0 for any."
        )
    if error.errno == errno.EACCES:
        return Invalid(f"Port {port} may not be opened by this user: use one from 1024 to 65535.")
    return Invalid(
        f"The host {host!r} is not an address of this machine: use 127.0.0.1 for this machine "
        "alone."
    )
