"""Owns the door to the hub: what a dataset there holds, and the few things that change it.

Files go through the plain upload, which checks the SHA-256 and size of every object. The hub may
name a store of large objects at another host, which gets no token: a token is read, sent to the
endpoint, and stands in nothing else.
"""

import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from logging import ERROR
from typing import Final, Protocol, TypeVar
from urllib.parse import quote, urlsplit
from warnings import catch_warnings, simplefilter

from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    constants,
    get_session,
    get_token,
    set_client_factory,
)
from huggingface_hub.errors import RepositoryNotFoundError
from huggingface_hub.hf_api import RepoSibling
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import default_client_factory, hf_raise_for_status
from huggingface_hub.utils._validators import validate_repo_id
from huggingface_hub.utils.logging import set_verbosity
from huggingface_hub.utils.tqdm import disable_progress_bars

from db.errors import Forbidden, Invalid
from exports.hub_errors import LOG_IN, Talk, told_in_one_sentence

BRANCH: Final = "main"
SECONDS: Final = 60.0
_KIND: Final = "dataset"
Client = TypeVar("Client")
_REPO: Final = re.compile(r"[^/]+/[^/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """One file of a dataset on the hub.

    Attributes:
        blob_id: Git's own id of what is stored under this name.
        sha256: Of the content, for a file that is stored as a large object; None for others.
    """

    name: str
    size: int
    blob_id: str
    sha256: str | None

    def holds(self, data: bytes) -> bool:
        """Tell whether its content is exactly these bytes."""
        if self.sha256 is not None:
            return self.sha256 == hashlib.sha256(data).hexdigest() and self.size == len(data)
        return self.blob_id == git_blob_id(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteState:
    """A dataset on the hub at one moment.

    Attributes:
        head: The commit at the end of the main branch; None when nothing was ever committed.
        files: At that commit, by name.
        tags: Commit by tag.
    """

    private: bool
    head: str | None
    files: Mapping[str, RemoteFile]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """One hub, and who speaks to it."""

    endpoint: str
    token: str = field(repr=False)

    def look(self, repo: str) -> RemoteState | None:
        """Read what a dataset holds; None when it does not exist, or this token may not see it."""
        with self._talk(repo, "looking at the dataset"):
            try:
                info = self._api.dataset_info(repo, files_metadata=True, timeout=SECONDS)
            except RepositoryNotFoundError as error:
                if error.response.status_code == 404:
                    return None
                raise
            refs = self._api.list_repo_refs(repo, repo_type=_KIND)
            return RemoteState(
                private=bool(info.private),
                head=info.sha,
                files=_files(info.siblings or ()),
                tags={tag.name: tag.target_commit for tag in refs.tags},
            )

    def files(self, repo: str, commit: str) -> Mapping[str, RemoteFile]:
        """List the files of a dataset at a commit."""
        with self._talk(repo, "listing its files"):
            info = self._api.dataset_info(
                repo, revision=commit, files_metadata=True, timeout=SECONDS
            )
            return _files(info.siblings or ())

    def read(self, repo: str, name: str, commit: str) -> bytes:
        """Fetch the content of a file at a commit, past every cache of this machine."""
        with self._talk(repo, f"reading {name!r} back"):
            # The library's own way may name another host than this endpoint.
            url = f"{self.endpoint}/datasets/{repo}/resolve/{quote(commit)}/{quote(name)}"
            answer = get_session().get(url, headers=build_hf_headers(token=self.token))
            hf_raise_for_status(answer)
            return bytes(answer.content)

    def create(self, repo: str, *, private: bool) -> None:
        """Create a dataset; one that exists is left as it is, its visibility too."""
        with self._talk(repo, "creating the dataset"):
            self._api.create_repo(repo, private=private, repo_type=_KIND, exist_ok=True)

    def commit(
        self,
        repo: str,
        *,
        parent: str | None,
        send: Mapping[str, bytes],
        delete: tuple[str, ...],
        title: str,
    ) -> str:
        """Send and delete files in one commit on the main branch, and give the commit's id.

        Raises:
            Conflict: The branch does not end at ``parent`` any more; nothing was changed.
        """
        changes: list[CommitOperationAdd | CommitOperationDelete] = [
            *(CommitOperationAdd(name, data) for name, data in send.items()),
            *(CommitOperationDelete(name, is_folder=False) for name in delete),
        ]
        with self._talk(repo, "sending the files"), catch_warnings():
            # Its advice about the card would reach the screen as the warning of a program.
            simplefilter("ignore")
            done = self._api.create_commit(
                repo,
                changes,
                commit_message=title,
                repo_type=_KIND,
                revision=BRANCH,
                parent_commit=parent,
            )
            return str(done.oid)

    def tag(self, repo: str, *, name: str, commit: str) -> None:
        """Tag a commit.

        Raises:
            Conflict: The tag exists; it is never moved.
        """
        with self._talk(repo, "setting the tag"):
            self._api.create_tag(repo, tag=name, revision=commit, repo_type=_KIND)

    @property
    def _api(self) -> HfApi:
        _settle()
        return HfApi(endpoint=self.endpoint, token=self.token)

    def _talk(self, repo: str, doing: str) -> AbstractContextManager[None]:
        return told_in_one_sentence(
            Talk(endpoint=self.endpoint, repo=repo, doing=doing, token=self.token)
        )


def open_hub(endpoint: str | None) -> Hub:
    """Give the hub at an address, with the token of the environment or of the login file.

    Args:
        endpoint: None for the library's own: the public hub, or what HF_ENDPOINT names.

    Raises:
        Invalid: The address cannot be a hub's.
        Forbidden: Nobody is logged in.
    """
    address = hub_address(endpoint)
    talk = Talk(endpoint=address, repo="", doing="looking for the token", token="")
    with told_in_one_sentence(talk):
        token = get_token()
    if not token:
        raise Forbidden(f"Publishing needs a token of the hub {address!r}: {LOG_IN}.")
    if re.search(r"[^\x21-\x7e]", token):
        raise Forbidden(
            "The token of the hub holds a space or a sign that no token has, and was sent nowhere; "
            f"{LOG_IN}."
        )
    return Hub(endpoint=address, token=token)


def hub_address(endpoint: str | None) -> str:
    """Read the address of a hub.

    Raises:
        Invalid: It is no address, holds a password, or would send the token unencrypted.
    """
    address = (constants.ENDPOINT if endpoint is None else endpoint).rstrip("/")
    try:
        parts = urlsplit(address)
        host, user, _ = parts.hostname, parts.username, parts.port
    except ValueError:
        host, user = None, None
    if not host or not re.fullmatch(r"https?://[^\s?#]+", address):
        # What stands around these signs may be a password.
        told = "What was given" if re.search("[@?#]", address) else repr(address)
        raise Invalid(
            f"{told} is no address of a hub: write https://HOST, such as https://huggingface.co."
        )
    if user is not None:
        raise Invalid(
            "The address of a hub holds no user and no password; give the token in HF_TOKEN."
        )
    if not address.startswith("https://") and not _is_this_machine(str(host)):
        raise Invalid(
            f"{address!r} would get the token unencrypted; write https:// (http:// is for this "
            "machine alone)."
        )
    return address


def dataset_name(repo: str) -> str:
    """Read the name of a dataset.

    Raises:
        Invalid: It is not ORG/NAME as a hub allows it.
    """
    try:
        validate_repo_id(repo)
    except ValueError:
        legal = False
    else:
        legal = _REPO.fullmatch(repo) is not None
    if not legal:
        raise Invalid(
            f"{repo!r} is no name of a dataset: write ORG/NAME with letters, digits, '-', '_' and "
            "'.', at most 96 of them on either side."
        )
    return repo


def git_blob_id(data: bytes) -> str:
    """Give the id under which git stores a content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _files(siblings: Iterable[RepoSibling]) -> dict[str, RemoteFile]:
    return {
        file.rfilename: RemoteFile(
            name=file.rfilename,
            size=file.size or 0,
            blob_id=file.blob_id or "",
            sha256=file.lfs.sha256 if file.lfs is not None else None,
        )
        for file in siblings
    }


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Answer(Protocol):
    """What is used of an answer, whose class belongs to a library that is used behind doors."""

    headers: MutableMapping[str, str]


def _impatient(client: Client) -> Client:
    """Limit every wait of a client, whose class belongs to the same library."""
    setattr(client, "timeout", SECONDS)  # noqa: B010
    hooks: dict[str, list[Callable[[_Answer], None]]] = getattr(client, "event_hooks")  # noqa: B009
    hooks["response"].append(_forget_long_waits)
    return client


def _forget_long_waits(answer: _Answer) -> None:
    """Drop a hub's wish to be asked much later: the library would sleep for hours in silence."""
    for name, wish in (("retry-after", r"\d+"), ("ratelimit", r"(?<=t=)\d+")):
        seconds = re.search(wish, answer.headers.get(name, ""))
        if seconds and int(seconds[0]) > SECONDS:
            del answer.headers[name]


@cache
def _settle() -> None:
    """Set the library up, once: no second host, no chatter, no waiting for ever."""
    # It would ask the public hub which programs call it, whatever the endpoint is.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    # The other way sends parts of files to a store that answers for them itself.
    constants.HF_HUB_DISABLE_XET = True
    set_verbosity(ERROR)
    if constants.HF_HUB_DISABLE_PROGRESS_BARS is None:
        disable_progress_bars()

    # The library's own client waits for ever.
    set_client_factory(lambda: _impatient(default_client_factory()))
