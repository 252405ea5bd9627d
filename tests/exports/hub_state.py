"""Owns what a local hub knows: datasets with commits, tags and large objects, kept in memory."""

import hashlib
from dataclasses import dataclass, field

from tests.exports.hub_rules import is_large

GIT_ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"


class Refused(Exception):
    """The hub's answer is an error."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "",
        *,
        body: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.body = body
        self.headers = headers or {}


def git_hash(kind: str, data: bytes) -> str:
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file at a commit."""

    data: bytes
    large: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def pointer(self) -> bytes:
        return (
            "version https://git-lfs.github.com/spec/v1\n"
            f"oid sha256:{self.sha256}\nsize {len(self.data)}\n"
        ).encode()

    @property
    def blob_id(self) -> str:
        return git_hash("blob", self.pointer if self.large else self.data)

    @property
    def etag(self) -> str:
        return self.sha256 if self.large else self.blob_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    id: str
    parent: str | None
    title: str
    files: dict[str, Stored]


@dataclass(slots=True, kw_only=True)
class Dataset:
    """One dataset: its commits by id, oldest first, its head, tags and large objects."""

    private: bool
    commits: dict[str, Commit] = field(default_factory=dict)
    head: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)

    def add_commit(self, title: str, files: dict[str, Stored]) -> str:
        told = f"{self.head} {title} " + " ".join(
            f"{name}:{file.blob_id}" for name, file in sorted(files.items())
        )
        commit = Commit(
            id=git_hash("commit", told.encode()), parent=self.head, title=title, files=files
        )
        self.commits[commit.id] = commit
        self.head = commit.id
        return commit.id

    def at(self, revision: str) -> Commit:
        """Find a commit by branch, tag or id."""
        found = self.head if revision == "main" else self.tags.get(revision, revision)
        if found is None or found not in self.commits:
            raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return self.commits[found]

    def put_tag(self, name: str, revision: str) -> None:
        if name in self.tags:
            raise Refused(409, f"Tag reference exists already: {name}")
        self.tags[name] = self.at(revision).id

    def apply(self, lines: list[dict[str, object]], samples: dict[str, tuple[int, bytes]]) -> str:
        """Make one commit from the lines of a request; all of them count or none."""
        header, *changes = lines
        told = _value(header)
        if "parentCommit" in told and told["parentCommit"] != self.head:
            raise Refused(412, "A commit has happened since. Please refresh and try again.")
        names = [str(_value(change)["path"]) for change in changes]
        if not names or len(names) != len(set(names)):
            raise Refused(400, "A commit changes at least one file, and each file once")
        files = dict(self.commits[self.head].files) if self.head else {}
        for change in changes:
            self._change(files, str(change["key"]), _value(change), samples)
        return self.add_commit(str(told["summary"]), files)

    def _change(
        self,
        files: dict[str, Stored],
        kind: str,
        value: dict[str, object],
        samples: dict[str, tuple[int, bytes]],
    ) -> None:
        name = str(value["path"])
        if kind == "deletedFile":
            if name not in files:
                raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
            del files[name]
        elif kind == "lfsFile":
            data = self.objects.get(str(value["oid"]))
            if data is None or len(data) != value["size"]:
                raise Refused(400, f"LFS pointer of {name} points to no object of that size")
            files[name] = Stored(data=data, large=True)
        else:
            data = value["content"]
            assert isinstance(data, bytes)
            size, sample = samples.get(name, (-1, b""))
            if is_large(name, len(data), data[:512]):
                raise Refused(400, f"{name} is to be sent as a large object")
            if len(data) != size or data[:512] != sample:
                raise Refused(400, f"{name} is not the file that was announced")
            files[name] = Stored(data=data, large=False)


def _value(line: dict[str, object]) -> dict[str, object]:
    value = line["value"]
    assert isinstance(value, dict)
    return value
