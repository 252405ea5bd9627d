"""Owns what the workspace remembers of publications: events in the history, without any token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.engine import Engine, Session, lock_workspace, writing
from db.history import events
from db.recording import recording

ACTION: Final = "release.publish"
_KIND: Final = "release"
_ALL: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Where a release was published.

    Attributes:
        private: Whether the dataset was private at that moment.
        at: When this workspace recorded it.
    """

    version: str
    endpoint: str
    repo: str
    tag: str
    commit: str
    private: bool
    at: datetime

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return dataset_url(self.endpoint, self.repo, self.tag)


def dataset_url(endpoint: str, repo: str, tag: str) -> str:
    """Name the page of a dataset at a tag."""
    return f"{endpoint}/datasets/{repo}/tree/{tag}"


def publications(session: Session, version: str) -> tuple[Publication, ...]:
    """List where a release was published, newest first."""
    found = []
    for event in events(session, subject_id=version, newest=_ALL):
        if event.action == ACTION and event.subject_kind == _KIND and event.after:
            told = event.after
            found.append(
                Publication(
                    version=version,
                    endpoint=str(told.get("endpoint")),
                    repo=str(told.get("repo")),
                    tag=str(told.get("tag")),
                    commit=str(told.get("commit")),
                    private=bool(told.get("private")),
                    at=event.at,
                )
            )
    return tuple(found)


def record_publication(engine: Engine, publication: Publication, *, actor_id: str) -> bool:
    """Record a publication, once: a repeat finds it and records nothing.

    Returns:
        Whether it was recorded now.
    """
    with writing(engine) as session:
        # Two at once would both find nothing.
        lock_workspace(session)
        for known in publications(session, publication.version):
            if (known.endpoint, known.repo, known.commit) == (
                publication.endpoint,
                publication.repo,
                publication.commit,
            ):
                return False
        with recording(
            session,
            now=publication.at,
            actor_id=actor_id,
            action=ACTION,
            subject_kind=_KIND,
            subject_id=publication.version,
        ) as record:
            record.after.update(
                {
                    "endpoint": publication.endpoint,
                    "repo": publication.repo,
                    "tag": publication.tag,
                    "commit": publication.commit,
                    "private": publication.private,
                }
            )
    return True
