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
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.exports.hub_connection import NOT_OURS, SIGNATURE, Connection, LocalHub, Part, Route
from tests.exports.hub_rules import card_errors, is_ignored, is_large
from tests.exports.hub_state import Refused, Stored, git_hash

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


class Handler(Connection):
    """What each address does."""

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
        url = f"{self.hub.endpoint}/datasets/{repo}"
        if repo in self.hub.datasets:
            # The library reads the address in this answer as in the other one.
            told = "You already created this dataset repo"
            raise Refused(409, told, body={"error": told, "url": url})
        self.hub.create(repo, private=asked.get("visibility") == "private")
        return {"url": url}

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


_R = r"(?P<repo>[^/]+/[^/]+)"
_AT = r"(?P<revision>[^/]+)"
_OID = r"(?P<oid>[0-9a-f]{64})"
_OBJECT = rf"{_R}/{_OID}/(?P<size>\d+)"
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
