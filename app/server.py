"""Owns the app's server process: one Streamlit child that is healthy before it is announced.

The child never outlives this process, and the port was free before anything was written.
"""

import ctypes
import errno
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from db.errors import Conflict, External, Invalid

SCRIPT = Path(__file__).with_name("server_app.py")
START_SECONDS = 90.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05
TAIL_LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the server listens.

    Attributes:
        host: A name or address of this machine.
        port: 1-65535.
    """

    host: str
    port: int

    @property
    def is_local(self) -> bool:
        """Whether only programs on this machine reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def reached_at(self) -> str:
        """The host that a browser asks for: every interface includes this machine's own name."""
        if self.is_local:
            return "localhost"
        return socket.gethostname() if self.host in {"0.0.0.0", "::"} else self.host

    @property
    def url(self) -> str:
        """What a person types into a browser."""
        host = f"[{self.reached_at}]" if ":" in self.reached_at else self.reached_at
        return f"http://{host}:{self.port}"


def refuse_taken(place: Place) -> None:
    """Check that the server can listen there.

    Raises:
        Conflict: Something else does; the message names the next free port.
        Invalid: The host is not this machine's, or the port needs more rights.
    """
    try:
        _bind(place)
    except socket.gaierror as error:
        raise Invalid(
            f"The host {place.host!r} is not known; name an address of this machine, such as "
            "127.0.0.1."
        ) from error
    except OSError as error:
        raise _refusal(place, error) from error


def serve(
    place: Place,
    *,
    environment: Mapping[str, str],
    announce: Callable[[], None],
    script: Path = SCRIPT,
) -> None:
    """Run the app until it is told to stop (SIGINT, SIGTERM or SIGHUP).

    Args:
        place: Where to listen.
        environment: What the child gets; secrets travel here, never on the command line.
        announce: Called once, when the server is healthy.
        script: The Streamlit entry script.

    Raises:
        External: The server ended by itself, or was not healthy in time.
    """
    with _stop_asked() as asked, _child(place, environment, script) as child:
        deadline = time.monotonic() + START_SECONDS
        while not _is_healthy(place):
            child.refuse_ended("while starting")
            if asked.is_true:
                return
            if time.monotonic() > deadline:
                raise External(f"The app was not healthy after {START_SECONDS:.0f} s{child.tail()}")
            time.sleep(POLL_SECONDS)
        child.refuse_ended("while starting")
        announce()
        child.show_log()
        while not asked.is_true:
            child.refuse_ended("by itself")
            time.sleep(POLL_SECONDS)


class _Asked:
    """Whether a signal has asked to stop."""

    is_true = False

    def note(self, _number: int, _frame: FrameType | None) -> None:
        self.is_true = True


@contextmanager
def _stop_asked() -> Iterator[_Asked]:
    asked = _Asked()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, asked.note) for number in numbers]
    try:
        yield asked
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


class _Child:
    """The Streamlit process and what it has said."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lock = threading.Lock()
        self._shown = False
        self._lines: deque[str] = deque(maxlen=200)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def refuse_ended(self, when: str) -> None:
        """Raise External when the process is gone."""
        code = self._process.poll()
        if code is not None:
            self._reader.join(1)
            raise External(f"The app's server ended {when} (exit {code}){self.tail()}")

    def tail(self) -> str:
        """Give the end of its log, as the end of a sentence."""
        with self._lock:
            lines = [line.strip() for line in self._lines if line.strip()][-TAIL_LINES:]
        return f"; its log ends with: {' / '.join(lines)}" if lines else "; its log is empty."

    def show_log(self) -> None:
        """Pass its log on to standard error, from its beginning."""
        with self._lock:
            self._shown = True
            for line in self._lines:
                _write(line)

    def close(self) -> None:
        """Let go of the log; the process has ended."""
        self._reader.join(1)
        if self._process.stdout is not None and not self._reader.is_alive():
            self._process.stdout.close()

    def _read(self) -> None:
        stream = self._process.stdout
        for line in stream or ():
            with self._lock:
                self._lines.append(line)
                if self._shown:
                    _write(line)


@contextmanager
def _child(place: Place, environment: Mapping[str, str], script: Path) -> Iterator[_Child]:
    # -P: a folder named app where somebody starts it is not this package.
    command = [sys.executable, "-P", "-m", "app.serving", "run", os.fspath(script)]
    command += ["--server.port", str(place.port), "--server.address", place.host]
    command += ["--browser.serverAddress", place.reached_at]
    command += ["--logger.hideWelcomeMessage", "true"]
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        # A group of its own: Ctrl+C reaches this process alone, which then ends the whole group.
        process_group=0,
        preexec_fn=_die_with_parent(),
    )
    child = _Child(process)
    try:
        yield child
    finally:
        _end(process)
        child.close()


def _end(process: subprocess.Popen[str]) -> None:
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _die_with_parent() -> Callable[[], None] | None:
    """On Linux, have the kernel end the child when this process is killed outright."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, signal.SIGKILL)


def _is_healthy(place: Place) -> bool:
    # Not urllib: a proxy from the environment must not be asked about this machine.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.host, place.host)
    connection = http.client.HTTPConnection(host, place.port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _bind(place: Place) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(
        place.host, place.port, type=socket.SOCK_STREAM
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the server does: a port that was just closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _refusal(place: Place, error: OSError) -> Conflict | Invalid:
    if error.errno == errno.EADDRINUSE:
        free = _next_free(place)
        way_out = f"port {free} is free: --port {free}" if free else "name a free one with --port"
        return Conflict(f"Port {place.port} is taken, perhaps by another gainsay; {way_out}.")
    if error.errno == errno.EACCES:
        return Invalid(
            f"Port {place.port} may not be opened by this user; use one from 1024 to 65535."
        )
    return Invalid(
        f"The host {place.host!r} is not an address of this machine; use 127.0.0.1 for this "
        "machine alone."
    )


def _next_free(place: Place) -> int | None:
    for port in range(place.port + 1, min(place.port + 100, 65_536)):
        try:
            _bind(Place(host=place.host, port=port))
        except OSError:
            continue
        return port
    return None


def _write(line: str) -> None:
    try:
        sys.stderr.write(line)
        sys.stderr.flush()
    except OSError:
        # Whoever read our log is gone; the server goes on, and its pipe must be drained.
        return
