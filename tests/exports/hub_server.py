"""Owns a hub on this machine: the HTTP interface that the hub's library speaks, over real sockets.

It checks size and SHA-256 of every large object and size and beginning of every other file,
refuses a wrong parent (412) and a repeated tag (409), shows private datasets to its tokens only,
and can cut the connection, answer with an error or spoil a byte at any named point. As the public
hub does, it keeps large objects in a store at another address, whose signed links must be used
without a token.
"""

import base64
import hashlib
import json
import re
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.exports.hub_rules import card_errors, is_ignored, is_large
from tests.exports.hub_state import GIT_ATTRIBUTES, Dataset, Refused, Stored, git_hash

TOKEN = "hf_canaryTokenThatMustStandNowhere"
READ_TOKEN = "hf_mayReadAndNotWrite"
NOT_OURS = "another-team"
SIGNATURE = "d1g3st"


# Every connection and look-up of this process that leaves the machine, from the first hub on.
ELSEWHERE: list[str] = []
_HERE = ("127.0.0.1", "::1", "localhost")


def note_other_machines(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in _HERE:
        ELSEWHERE.append(f"{event} {host!r}")


@cache
def watch_the_network() -> None:
    sys.addaudithook(note_other_machines)


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


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    # Head and body are two packets: the second must not wait for the first to be acknowledged.
    disable_nagle_algorithm = True
    hub: LocalHub
    routes: "tuple[Route, ...]"

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

    def _do(self, kind: str, act: "Act", names: dict[str, str]) -> None:
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

    # What is asked.

    def whoami(self) -> object:
        if self._token() is None:
            raise Refused(401, "Invalid username or password.")
        return {"type": "user", "name": "somebody"}

    def create(self) -> object:
        self._refuse_readers()
        asked = self._json()
        assert asked["type"] == "dataset"
        repo = f"{asked['organization']}/{asked['name']}"
        if asked["organization"] == NOT_OURS:
            raise Refused(403, f"You don't have the rights to create a dataset under {NOT_OURS}")
        if repo in self.hub.datasets:
            raise Refused(409, "You already created this dataset repo")
        self.hub.create(repo, private=asked.get("visibility") == "private")
        return {"url": f"{self.hub.endpoint}/datasets/{repo}"}

    def validate_yaml(self) -> object:
        asked = self._json()
        assert asked["repoType"] == "dataset"
        warnings = [{"message": text} for text in self.hub.warnings]
        if errors := card_errors(str(asked["content"])):
            told = [{"message": text} for text in errors]
            raise Refused(400, "; ".join(errors), body={"errors": told, "warnings": warnings})
        return {"errors": [], "warnings": warnings}

    def preupload(self, repo: str, revision: str) -> object:
        files = self._written(repo).at(revision).files
        told = []
        announced = self.hub.samples.setdefault(repo, {})
        ignoring = files.get(".gitignore")
        for file in self._json()["files"]:
            name, size, sample = file["path"], file["size"], base64.b64decode(file["sample"])
            announced[name] = (size, sample)
            known = files.get(name)
            told.append(
                {
                    "path": name,
                    "uploadMode": "lfs" if is_large(name, size, sample) else "regular",
                    "shouldIgnore": is_ignored(name, ignoring.data if ignoring else None),
                    "oid": known.etag if known else None,
                }
            )
        return {"files": told}

    def batch(self, repo: str) -> object:
        objects = self._written(repo).objects
        asked = self._json()
        assert asked["operation"] == "upload"
        assert asked["hash_algo"] == "sha256"
        assert {"basic", "multipart"} <= set(asked["transfers"])
        limit = self.hub.multipart_above
        in_parts = limit is not None and any(one["size"] > limit for one in asked["objects"])
        return {
            "transfer": "multipart" if in_parts else "basic",
            "objects": [
                {"oid": one["oid"], "size": one["size"]}
                if one["oid"] in objects
                else {
                    "oid": one["oid"],
                    "size": one["size"],
                    "actions": self._actions(repo, one["oid"], one["size"]),
                }
                for one in asked["objects"]
            ],
        }

    def _actions(self, repo: str, oid: str, size: int) -> object:
        base = f"{self.hub.store}/lfs/{repo}/{oid}/{size}"
        verify = {"href": f"{self.hub.endpoint}/verify/{repo}"}
        limit = self.hub.multipart_above
        if limit is None or size <= limit:
            return {"upload": {"href": base}, "verify": verify}
        count = -(-size // limit)
        header = {str(n + 1): f"{base}/part/{n + 1}" for n in range(count)}
        return {
            "upload": {
                "href": f"{self.hub.endpoint}/complete/{repo}/{oid}/{size}",
                "header": {"chunk_size": str(limit), **header},
            },
            "verify": verify,
        }

    def _store(self, repo: str, oid: str, size: str, data: bytes) -> None:
        if len(data) != int(size) or hashlib.sha256(data).hexdigest() != oid:
            raise Refused(422, f"the object is not {oid} of {size} bytes")
        self.hub.datasets[repo].objects[oid] = data

    def _refuse_token(self) -> None:
        if self.headers.get("Authorization") is not None:
            raise Refused(400, "Only one auth mechanism allowed")

    def stored(self, repo: str, oid: str) -> Stored:
        self._refuse_token()
        if self.query.get("X-Amz-Signature") != [SIGNATURE]:
            raise Refused(403, "SignatureDoesNotMatch")
        return Stored(data=self.hub.datasets[repo].objects[oid], large=True)

    def put(self, repo: str, oid: str, size: str) -> object:
        self._refuse_token()
        self._store(repo, oid, size, self.data)
        return {}

    def put_part(self, repo: str, oid: str, size: str, number: str) -> object:
        del repo, size
        self._refuse_token()
        self.hub.parts[oid, int(number)] = self.data
        return Part(etag=hashlib.sha256(self.data).hexdigest())

    def complete(self, repo: str, oid: str, size: str) -> object:
        data = b""
        assert self._json()["oid"] == oid
        for part in self._json()["parts"]:
            one = self.hub.parts.pop((oid, part["partNumber"]))
            if hashlib.sha256(one).hexdigest() != part["etag"].strip('"'):
                raise Refused(422, "a part is not what was sent")
            data += one
        self._store(repo, oid, size, data)
        return {}

    def verify(self, repo: str) -> object:
        asked = self._json()
        data = self._written(repo).objects.get(asked["oid"])
        if data is None or len(data) != asked["size"]:
            raise Refused(404, "no such object")
        return {}

    def commit(self, repo: str, revision: str) -> object:
        dataset = self._written(repo)
        assert revision == "main"
        lines = [json.loads(line) for line in self.data.splitlines()]
        for line in lines:
            if line["key"] == "file":
                line["value"]["content"] = base64.b64decode(line["value"]["content"])
        made = dataset.apply(lines, self.hub.samples.get(repo, {}))
        return {
            "commitUrl": f"{self.hub.endpoint}/datasets/{repo}/commit/{made}",
            "commitOid": made,
            "hookOutput": "",
        }

    def tag(self, repo: str, revision: str) -> object:
        self._written(repo).put_tag(str(self._json()["tag"]), revision)
        return {}

    def refs(self, repo: str) -> object:
        dataset = self._seen(repo)
        return {
            "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": dataset.head}],
            "converts": [],
            "tags": [
                {"name": name, "ref": f"refs/tags/{name}", "targetCommit": commit}
                for name, commit in dataset.tags.items()
            ],
        }

    def info(self, repo: str, revision: str = "main") -> object:
        dataset = self._seen(repo)
        commit = dataset.at(revision)
        detailed = self.query.get("blobs") == ["True"] or self.query.get("blobs") == ["true"]
        return {
            "id": repo,
            "sha": commit.id,
            "private": dataset.private,
            "gated": False,
            "disabled": False,
            "tags": [],
            "siblings": [
                {"rfilename": name}
                | ({"size": len(file.data), "blobId": file.blob_id} if detailed else {})
                | (
                    {
                        "lfs": {
                            "sha256": file.sha256,
                            "size": len(file.data),
                            "pointerSize": len(file.pointer),
                        }
                    }
                    if file.large and detailed
                    else {}
                )
                for name, file in sorted(commit.files.items())
            ],
        }

    def tree(self, repo: str, revision: str, folder: str | None = None) -> object:
        files = self._seen(repo).at(revision).files
        start = f"{folder}/" if folder else ""
        deep = self.query.get("recursive", ["false"])[0].lower() == "true"
        entries: dict[str, object] = {}
        for name, file in sorted(files.items()):
            if not name.startswith(start):
                continue
            steps = name[len(start) :].split("/")
            for depth in range(1, len(steps)):
                path = start + "/".join(steps[:depth])
                if deep or depth == 1:
                    entries[path] = _folder(path)
            if deep or len(steps) == 1:
                entries[name] = _entry(name, file)
        if folder and not entries:
            raise Refused(404, f"{folder} does not exist", "EntryNotFound")
        return list(entries.values())

    def paths_info(self, repo: str, revision: str) -> object:
        files = self._seen(repo).at(revision).files
        asked = (
            self._json()["paths"]
            if "json" in (self.headers.get("Content-Type") or "")
            else parse_qs(self.data.decode()).get("paths", [])
        )
        return [
            _entry(path, files[path]) if path in files else _folder(path)
            for path in asked
            if path in files or any(name.startswith(f"{path}/") for name in files)
        ]

    def resolve(self, repo: str, revision: str, name: str) -> Stored:
        files = self._seen(repo).at(revision).files
        if name not in files:
            raise Refused(404, f"{name} does not exist", "EntryNotFound")
        return files[name]


def _entry(name: str, file: Stored) -> dict[str, object]:
    large = {"lfs": {"oid": file.sha256, "size": len(file.data), "pointerSize": len(file.pointer)}}
    return {
        "type": "file",
        "path": name,
        "size": len(file.data),
        "oid": file.blob_id,
        **(large if file.large else {}),
    }


def _folder(path: str) -> dict[str, object]:
    return {"type": "directory", "path": path, "size": 0, "oid": git_hash("tree", path.encode())}


Act = Callable[..., object]
_R = r"(?P<repo>[^/]+/[^/]+)"
_AT = r"(?P<revision>[^/]+)"
_OID = r"(?P<oid>[0-9a-f]{64})"
_OBJECT = rf"{_R}/{_OID}/(?P<size>\d+)"
Route = tuple[str, str, str, Act]
ROUTES: tuple[Route, ...] = (
    ("GET", r"/api/whoami-v2", "whoami", Handler.whoami),
    ("POST", r"/api/repos/create", "create", Handler.create),
    ("POST", r"/api/validate-yaml", "validate", Handler.validate_yaml),
    ("POST", rf"/api/datasets/{_R}/preupload/{_AT}", "preupload", Handler.preupload),
    ("POST", rf"/datasets/{_R}\.git/info/lfs/objects/batch", "batch", Handler.batch),
    ("POST", rf"/complete/{_OBJECT}", "complete", Handler.complete),
    ("POST", rf"/verify/{_R}", "verify", Handler.verify),
    ("POST", rf"/api/datasets/{_R}/commit/{_AT}", "commit", Handler.commit),
    ("POST", rf"/api/datasets/{_R}/tag/{_AT}", "tag", Handler.tag),
    ("GET", rf"/api/datasets/{_R}/refs", "refs", Handler.refs),
    ("GET", rf"/api/datasets/{_R}/revision/{_AT}", "info", Handler.info),
    ("GET", rf"/api/datasets/{_R}/tree/{_AT}", "tree", Handler.tree),
    ("GET", rf"/api/datasets/{_R}/tree/{_AT}/(?P<folder>.+)", "tree", Handler.tree),
    ("POST", rf"/api/datasets/{_R}/paths-info/{_AT}", "paths", Handler.paths_info),
    ("GET", rf"/api/datasets/{_R}", "info", Handler.info),
    ("GET HEAD", rf"/datasets/{_R}/resolve/{_AT}/(?P<name>.+)", "resolve", Handler.resolve),
)
STORE_ROUTES: tuple[Route, ...] = (
    ("PUT", rf"/lfs/{_OBJECT}", "put", Handler.put),
    ("PUT", rf"/lfs/{_OBJECT}/part/(?P<number>\d+)", "put", Handler.put_part),
    ("GET HEAD", rf"/stored/{_R}/{_OID}", "stored", Handler.stored),
)


class Server(ThreadingHTTPServer):
    """Threads that do not outlive the test, and no noise about cut connections."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address


@contextmanager
def running_hub(path: str = "") -> Iterator[LocalHub]:
    """Start a hub on free ports of this machine and stop it at the end.

    Args:
        path: Where on its host the hub is, as behind a proxy: "/hub"; "" for the root.

    Raises:
        AssertionError: This process asked any other machine meanwhile.
    """
    watch_the_network()
    ELSEWHERE.clear()
    hub = LocalHub()
    hub.path = path
    with _serving(hub, ROUTES) as here, _serving(hub, STORE_ROUTES) as store:
        hub.endpoint, hub.store = here + path, store + path
        try:
            yield hub
        finally:
            hub.hang.set()
    assert ELSEWHERE == []


@contextmanager
def _serving(hub: LocalHub, routes: tuple[Route, ...]) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": hub, "routes": routes}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        hub.hang.set()
        server.shutdown()
        thread.join(10)
        server.server_close()
