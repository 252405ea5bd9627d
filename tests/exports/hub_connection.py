"""Owns one connection to the hub of the tests: who asks, and how it is answered, cut or spoiled.

What a request means is in hub_server.py; what the hub holds is in hub_state.py.
"""

import json
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.exports.hub_state import GIT_ATTRIBUTES, Dataset, Refused, Stored

TOKEN = "hf_canaryTokenThatMustStandNowhere"
READ_TOKEN = "hf_mayReadAndNotWrite"
NOT_OURS = "another-team"
SIGNATURE = "d1g3st"

Act = Callable[..., object]
Route = tuple[str, str, str, Act]


class Cut(Exception):
    """The connection is to be cut here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of an object was taken."""

    etag: str


class LocalHub:
    """A hub; start it with ``running_hub``.

    Attributes:
        cuts: Points at which every connection is cut: ``before:KIND`` (nothing was done),
            ``inside:KIND`` (half of the request's body was read), ``after:KIND`` (it was done, the
            answer is lost); a kind is the name of a route.
        answers: Status by kind, given instead of doing it.
        spoil: Kinds whose data get a wrong byte on their way.
        counts: Requests by kind.
        asked: Path of every request, in order.
        busy: How often a kind is answered with 429 before it is done; ``later`` are its headers.
        warnings: What the check of a card warns about.
        multipart_above: Size from which an object has to be sent in parts.
        path: Where on its host the hub is; "" for the root.
        store: Address of the large objects.
    """

    def __init__(self) -> None:
        self.datasets: dict[str, Dataset] = {}
        self.lock = threading.RLock()
        self.cuts: set[str] = set()
        self.answers: dict[str, int] = {}
        self.spoil: set[str] = set()
        self.busy: Counter[str] = Counter()
        self.later: dict[str, str] = {}
        self.warnings: list[str] = []
        self.path = ""
        self.store = ""
        self.counts: Counter[str] = Counter()
        self.asked: list[str] = []
        self.samples: dict[str, dict[str, tuple[int, bytes]]] = {}
        self.parts: dict[tuple[str, int], bytes] = {}
        self.multipart_above: int | None = None
        self.hang = threading.Event()
        self.hang.set()
        self.endpoint = ""

    def create(self, repo: str, *, private: bool = False) -> Dataset:
        made = Dataset(private=private)
        made.add_commit("initial commit", {".gitattributes": _regular(GIT_ATTRIBUTES)})
        self.datasets[repo] = made
        return made

    def somebody_commits(self, repo: str, name: str, data: bytes) -> str:
        with self.lock:
            dataset = self.datasets[repo]
            files = dataset.at("main").files
            return dataset.add_commit("from elsewhere", {**files, name: _regular(data)})

    def contents(self, repo: str, revision: str) -> dict[str, bytes]:
        """Give the files of a dataset, without the hub's own."""
        files = self.datasets[repo].at(revision).files
        return {name: file.data for name, file in files.items() if name != ".gitattributes"}


def _regular(data: bytes) -> Stored:
    return Stored(data=data, large=False)


class Connection(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # Head and body are two packets: the second must not wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    hub: LocalHub
    routes: tuple[Route, ...]

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        del format, args

    def _serve(self) -> None:
        self.parts = urlsplit(self.path)
        self.query = parse_qs(self.parts.query)
        path = unquote(self.parts.path)
        try:
            for method, pattern, kind, act in self.routes:
                found = re.fullmatch(self.hub.path + pattern, path)
                if found and self.command in method:
                    self._do(kind, act, found.groupdict())
                    return
            self._body("unknown")
            self._answer(404, {"error": f"no such address: {path}"})
        except Cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        except Refused as error:
            headers = {"X-Error-Message": str(error), **error.headers}
            if error.code:
                headers["X-Error-Code"] = error.code
            self._answer(error.status, error.body or {"error": str(error)}, headers)

    def _do(self, kind: str, act: Act, names: dict[str, str]) -> None:
        hub = self.hub
        with hub.lock:
            hub.counts[kind] += 1
            hub.asked.append(f"{self.command} {self.path}")
        if f"before:{kind}" in hub.cuts:
            raise Cut
        self.data = self._body(kind)
        if kind in hub.answers:
            raise Refused(hub.answers[kind], f"told to answer so; {self.headers['Authorization']}")
        if hub.busy[kind] > 0:
            hub.busy[kind] -= 1
            raise Refused(429, "try later", headers=hub.later)
        hub.hang.wait(30)
        with hub.lock:
            answer = act(self, **names)
        if f"after:{kind}" in hub.cuts:
            raise Cut
        if isinstance(answer, Stored) and answer.large and "revision" in names:
            self._redirect(answer, names)
        elif isinstance(answer, Stored):
            self._send_file(answer, names)
        elif isinstance(answer, Part):
            self._answer(200, {}, {"ETag": f'"{answer.etag}"'})
        else:
            self._answer(200, answer)

    def _body(self, kind: str) -> bytes:
        length = int(self.headers.get("Content-Length") or 0)
        if f"inside:{kind}" in self.hub.cuts:
            self.rfile.read(length // 2)
            raise Cut
        data = self.rfile.read(length)
        return data[:-1] + bytes([data[-1] ^ 1]) if data and kind in self.hub.spoil else data

    def _answer(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _redirect(self, file: Stored, names: dict[str, str]) -> None:
        link = f"{self.hub.store}/stored/{names['repo']}/{file.sha256}?X-Amz-Signature={SIGNATURE}"
        headers = {
            "Location": link,
            "X-Repo-Commit": self._seen(names["repo"]).at(names["revision"]).id,
            "X-Linked-Etag": f'"{file.sha256}"',
            "X-Linked-Size": str(len(file.data)),
        }
        self._answer(302, {}, headers)

    def _send_file(self, file: Stored, names: dict[str, str]) -> None:
        data = file.data
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        if asked:
            data = data[int(asked[1]) : int(asked[2]) + 1 if asked[2] else None]
        self.send_response(206 if asked else 200)
        if asked:
            end = int(asked[1]) + len(data) - 1
            self.send_header("Content-Range", f"bytes {asked[1]}-{end}/{len(file.data)}")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{file.etag}"')
        if "revision" in names:
            commit = self._seen(names["repo"]).at(names["revision"])
            self.send_header("X-Repo-Commit", commit.id)
        self.end_headers()
        if self.command == "HEAD":
            return
        if "inside:resolve" in self.hub.cuts:
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            raise Cut
        self.wfile.write(data)

    # Who asks.

    def _token(self) -> str | None:
        given = self.headers.get("Authorization")
        if given is None:
            return None
        token = given.removeprefix("Bearer ")
        if token not in (TOKEN, READ_TOKEN):
            raise Refused(401, "Invalid credentials in Authorization header")
        return token

    def _seen(self, repo: str) -> Dataset:
        token = self._token()
        dataset = self.hub.datasets.get(repo)
        if dataset is None or (dataset.private and token is None):
            if token is None:
                raise Refused(401, "Invalid username or password.", "RepoNotFound")
            raise Refused(404, "Repository not found", "RepoNotFound")
        return dataset

    def _written(self, repo: str) -> Dataset:
        dataset = self._seen(repo)
        self._refuse_readers()
        return dataset

    def _refuse_readers(self) -> None:
        token = self._token()
        if token is None:
            raise Refused(401, "Invalid username or password.")
        if token != TOKEN:
            raise Refused(403, "You don't have the required permissions.")

    def _json(self) -> dict[str, Any]:
        found = json.loads(self.data)
        assert isinstance(found, dict)
        return found
