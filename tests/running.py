"""Owns how tests and benchmarks start the real app and a real browser."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# Debian's browser; --disable-quic and the rest keep it from asking anybody else on the network.
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 90


class NoBrowser(Exception):
    """There is no browser to test in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningApp:
    """An app that answers.

    Attributes:
        url: Where it is.
        process: ``gainsay up`` itself.
        announced: The object that it printed.
        seconds: From its start to its announcement.
        log: What it and its server wrote to standard error.
    """

    url: str
    process: subprocess.Popen[str]
    announced: dict[str, object]
    seconds: float
    log: Path


def browser_path() -> str:
    """Find the browser: the variable CHROMIUM, else ``chromium`` on the path.

    Raises:
        NoBrowser: There is none.
    """
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found or not Path(found).exists():
        raise NoBrowser(
            "No browser to test in: install it (apt-get install chromium fonts-noto-cjk) or name "
            "it in CHROMIUM."
        )
    return found


def free_port() -> int:
    """Name a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_app(
    home: Path,
    *options: str,
    program: Path | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[RunningApp]:
    """Start ``gainsay up``, wait until it says that it is healthy, stop it.

    Args:
        home: The data folder, empty for a first start.
        options: More options of ``gainsay up``.
        program: Another ``gainsay`` than this environment's.
        folder: Where to start it; else the current folder.
        environment: All that it gets beside the data folder; else that of a person who has set
            nothing.
        port: Where it listens, so that it can start again where it was; else a free one.
    """
    port = port or free_port()
    program = program or Path(sys.executable).with_name("gainsay")
    if environment is None:
        names = ("HOME", "LANG", "PATH")
        environment = {name: os.environ[name] for name in names if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="gainsay-app-") as log_folder:
        log = Path(log_folder) / "log"
        begin = time.monotonic()
        with log.open("w", encoding="utf-8") as errors:
            process = subprocess.Popen(
                [str(program), "up", "--port", str(port), "--json", *options],
                cwd=folder,
                env={**environment, "GAINSAY_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            announced = _announcement(process, log)
            yield RunningApp(
                url=f"http://localhost:{port}",
                process=process,
                announced=announced,
                seconds=time.monotonic() - begin,
                log=log,
            )
        finally:
            process.terminate()
            process.wait(20)
            _close(process.stdout)


def _announcement(process: subprocess.Popen[str], log: Path) -> dict[str, object]:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if line == "}\n":
            announced: dict[str, object] = json.loads("".join(lines))
            return announced
    process.wait(START_SECONDS)
    raise AssertionError(f"gainsay up ended with {process.returncode}: {log.read_text()}")


def _close(stream: IO[str] | None) -> None:
    if stream is not None:
        stream.close()
