"""Owns publishing a release: one commit that makes a dataset equal to its folder, then one tag.

The tag is set last, and only on a commit whose every file was fetched back and compared, so that
whatever breaks before it leaves no version behind; see `docs/decisions/publishing-a-release.md`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from db.engine import Engine, reading
from db.errors import Conflict, External, Invalid
from db.queries.roles import require_for_all
from db.roles import Role
from exports.hub import Hub, RemoteFile, RemoteState, dataset_name
from exports.layout import CARD, MANIFEST
from exports.manifest import SCHEMA, CutFile, describe
from exports.presence import manifest_of
from exports.publishing_files import sealed_files
from exports.publishing_record import Publication, record_publication
from exports.versions import Version, parse_version

# The hub writes it itself and needs it; no release has a file of that name.
HUBS_OWN: Final = ".gitattributes"
_NAMED_FILES: Final = 3


class PublishStep(StrEnum):
    """What a publication is about to do."""

    CHECKING = "checking"
    LOOKING = "looking"
    CREATING = "creating"
    SENDING = "sending"
    READING_BACK = "reading_back"
    TAGGING = "tagging"
    RECORDING = "recording"


class PublishOutcome(StrEnum):
    """What a publication did, or a dry run says that it would do."""

    PUBLISHED = "published"
    TAGGED = "tagged"
    ALREADY_THERE = "already_there"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """What publishing would do now.

    Attributes:
        outcome: ``tagged`` when the files are there and only the tag is missing.
        exists: Whether the dataset exists.
        private: Whether it is, or would be made, private.
        commit: The commit that holds the files already; None when they are still to be sent.
        parent: The commit that the new one follows; None when there is none.
        send: Files to be sent, in the order of their names.
        delete: Names of files that are not of this release.
        files: How many files the release has.
    """

    version: str
    endpoint: str
    repo: str
    outcome: PublishOutcome
    exists: bool
    private: bool
    commit: str | None
    parent: str | None
    send: tuple[CutFile, ...]
    delete: tuple[str, ...]
    files: int

    @property
    def send_bytes(self) -> int:
        """How many bytes would be sent."""
        return sum(file.size for file in self.send)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What was done.

    Attributes:
        plan: What was found before.
        commit: The commit that the tag names.
        recorded: False when the history had it already.
    """

    plan: PublishPlan
    commit: str
    url: str
    recorded: bool


def plan_publication(
    engine: Engine,
    hub: Hub,
    version: str,
    folder: Path,
    *,
    repo: str,
    private: bool,
    now: datetime,
) -> PublishPlan:
    """Say what publishing would do; nothing is sent and nothing written.

    Raises:
        As ``publish_release``.
    """
    dataset_name(repo)
    files = sealed_files(engine, version, folder, now=now)
    return _look(hub, version, files, repo=repo, private=private)


def publish_release(
    engine: Engine,
    hub: Hub,
    version: str,
    folder: Path,
    *,
    repo: str,
    private: bool,
    actor_id: str,
    now: datetime,
    at: Callable[[PublishStep], None] | None = None,
) -> PublishReport:
    """Publish a release, finish a publication that broke, or find that it is there.

    Args:
        engine: The workspace.
        hub: Where to.
        version: A version that was cut here; it becomes the tag as it stands.
        folder: Its files.
        repo: ``ORG/NAME``; created when it does not exist.
        private: Create it private; the visibility of one that exists is never changed.
        actor_id: Who publishes.
        now: The moment.
        at: Called before each step.

    Raises:
        NotFound: The version was never cut here, or its folder is missing.
        Conflict: The folder is not what the release sealed; the tag exists with other content; a
            newer version is published; the dataset holds something else, or changed meanwhile.
        Invalid: The name of the dataset is illegal, or the hub refuses the files.
        Forbidden: The actor is no lead for everything; the token is not accepted or may not write.
        External: The hub cannot be reached or fails.
    """
    reach = at or _pass
    with reading(engine) as session:
        require_for_all(session, actor_id, Role.LEAD)
    dataset_name(repo)
    reach(PublishStep.CHECKING)
    files = sealed_files(engine, version, folder, now=now)
    reach(PublishStep.LOOKING)
    plan = _look(hub, version, files, repo=repo, private=private)
    commit = plan.commit
    if plan.outcome is not PublishOutcome.ALREADY_THERE:
        commit = commit or _send(hub, plan, files, private=private, reach=reach)
        reach(PublishStep.READING_BACK)
        _refuse_other_content(hub, repo, commit, files)
        reach(PublishStep.TAGGING)
        _tag(hub, repo, version, commit)
    reach(PublishStep.RECORDING)
    found = Publication(
        version=version,
        endpoint=hub.endpoint,
        repo=repo,
        tag=version,
        commit=str(commit),
        private=plan.private,
        at=now,
    )
    recorded = record_publication(engine, found, actor_id=actor_id)
    return PublishReport(plan=plan, commit=found.commit, url=found.url, recorded=recorded)


def _look(
    hub: Hub, version: str, files: Mapping[str, bytes], *, repo: str, private: bool
) -> PublishPlan:
    state = hub.look(repo)
    wanted = parse_version(version)
    commit: str | None = None
    send, delete = dict(files), tuple[str, ...]()
    outcome = PublishOutcome.PUBLISHED
    if state is not None:
        _refuse_public(state, repo, private=private)
        commit = _tagged_commit(hub, state, repo, version, files)
        if commit is not None:
            send, outcome = {}, PublishOutcome.ALREADY_THERE
        else:
            _refuse_older(state, repo, wanted)
            send, delete = _difference(state.files, files)
            if state.head is not None and not send and not delete:
                commit, outcome = state.head, PublishOutcome.TAGGED
            else:
                _refuse_foreign(hub, state, repo)
    return PublishPlan(
        version=version,
        endpoint=hub.endpoint,
        repo=repo,
        outcome=outcome,
        exists=state is not None,
        private=state.private if state is not None else private,
        commit=commit,
        parent=state.head if state is not None else None,
        send=describe(send),
        delete=delete,
        files=len(files),
    )


def _send(
    hub: Hub,
    plan: PublishPlan,
    files: Mapping[str, bytes],
    *,
    private: bool,
    reach: Callable[[PublishStep], None],
) -> str:
    """Make the main branch equal to the folder, and give the commit."""
    if not plan.exists:
        reach(PublishStep.CREATING)
        hub.create(plan.repo, private=private)
        # The hub may have put a first commit into it, and somebody else may have been faster.
        plan = _look(hub, plan.version, files, repo=plan.repo, private=private)
        if not plan.exists:
            raise External(
                f"The hub {hub.endpoint!r} does not show the dataset {plan.repo!r} that was just "
                "created; publish again.",
                retryable=True,
            )
        if plan.commit is not None:
            return plan.commit
    reach(PublishStep.SENDING)
    return hub.commit(
        plan.repo,
        parent=plan.parent,
        send={file.name: files[file.name] for file in plan.send},
        delete=plan.delete,
        title=f"Release {plan.version}",
    )


def _tagged_commit(
    hub: Hub, state: RemoteState, repo: str, version: str, files: Mapping[str, bytes]
) -> str | None:
    """Give the commit of the version's tag; None when there is no such tag.

    Raises:
        Conflict: It names other content.
    """
    commit = state.tags.get(version)
    if commit is None:
        return None
    send, delete = _difference(hub.files(repo, commit), files)
    differing = [*send, *delete]
    if differing:
        raise Conflict(
            f"The dataset {repo!r} has a tag {version!r} with other content ("
            f"{_named(differing)}); a published version is never changed: cut and publish a new "
            "version."
        )
    return commit


def _difference(
    there: Mapping[str, RemoteFile], files: Mapping[str, bytes]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Give the files that are missing or differ there, and the names that are too many."""
    send = {
        name: data
        for name, data in files.items()
        if name not in there or not there[name].holds(data)
    }
    return send, tuple(sorted(there.keys() - files.keys() - {HUBS_OWN}))


def _refuse_public(state: RemoteState, repo: str, *, private: bool) -> None:
    if private and not state.private:
        raise Conflict(
            f"The dataset {repo!r} exists and is public; publishing never changes a visibility. "
            "Make it private on the hub, name another one, or publish without asking for private."
        )


def _refuse_older(state: RemoteState, repo: str, wanted: Version) -> None:
    published = [version for tag in state.tags if (version := _version_or_none(tag))]
    newest = max(published, default=None)
    if newest is not None and wanted < newest:
        raise Conflict(
            f"The dataset {repo!r} holds the newer version '{newest}': publishing '{wanted}' now "
            "would put older rows on its main branch; publish versions in their order, or into "
            "another dataset."
        )


def _refuse_foreign(hub: Hub, state: RemoteState, repo: str) -> None:
    """Refuse to delete files that no release of this program put there."""
    foreign = sorted(state.files.keys() - {HUBS_OWN, CARD})
    if not foreign or state.head is None:
        return
    if MANIFEST in state.files:
        manifest = hub.read(repo, MANIFEST, state.head)
        if manifest_of({MANIFEST: manifest}).get("schema") == SCHEMA:
            return
    raise Conflict(
        f"The dataset {repo!r} holds files that are no release of this program "
        f"({_named(foreign)}); they were left alone. Name a dataset that does not exist yet, or is "
        "empty."
    )


def _refuse_other_content(hub: Hub, repo: str, commit: str, files: Mapping[str, bytes]) -> None:
    """Fetch every file at a commit and compare it with what was sent."""
    send, delete = _difference(hub.files(repo, commit), files)
    wrong = [*send, *delete] or [
        name for name, data in files.items() if hub.read(repo, name, commit) != data
    ]
    if wrong:
        raise External(
            f"The hub {hub.endpoint!r} gives other content back than was sent to {repo!r} "
            f"({_named(wrong)}); no tag was set. Publish again.",
            retryable=True,
        )


def _tag(hub: Hub, repo: str, version: str, commit: str) -> None:
    try:
        hub.tag(repo, name=version, commit=commit)
    except Conflict:
        state = hub.look(repo)
        if state is None or state.tags.get(version) != commit:
            raise


def _named(names: list[str]) -> str:
    rest = len(names) - _NAMED_FILES
    return ", ".join(map(repr, names[:_NAMED_FILES])) + (f" and {rest:,} more" if rest > 0 else "")


def _version_or_none(tag: str) -> Version | None:
    try:
        return parse_version(tag)
    except Invalid:
        return None


def _pass(step: PublishStep) -> None:
    del step
