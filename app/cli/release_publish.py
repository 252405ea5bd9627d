"""Owns the verb `gainsay release publish`."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option

if TYPE_CHECKING:
    from exports.publishing import PublishPlan, PublishReport, PublishStep

Version = Annotated[str, typer.Argument(help="A version that was cut here; it is the tag.")]
Repo = Annotated[
    str, typer.Option("--repo", metavar="ORG/NAME", help="Dataset on the hub; created if new.")
]
Endpoint = Annotated[
    str | None, typer.Option("--endpoint", metavar="URL", help="Another hub than huggingface.co.")
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        metavar="DIR",
        help="Where its files are; default: releases/VERSION in the data folder.",
    ),
]
Private = Annotated[
    bool, typer.Option("--private", help="Create the dataset private if it is new.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be sent and send nothing.")]

_PUBLISHED = {
    "published": "published now",
    "tagged": "the files were there, the tag is set now",
    "already_there": "already there, nothing was sent",
}
_WOULD = {
    "published": "would be published",
    "tagged": "the files are there, only the tag would be set",
    "already_there": "already there, nothing would be sent",
}
_STEPS = {
    "checking": "Checking the files",
    "looking": "Looking at the dataset",
    "creating": "Creating the dataset",
    "sending": "Sending the files",
    "reading_back": "Reading the files back",
    "tagging": "Setting the tag",
    "recording": "Recording it",
}


def publish(
    version: Version,
    repo: Repo,
    endpoint: Endpoint = None,
    folder: Folder = None,
    private: Private = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    db: DatabaseUrl = None,
) -> None:
    """Publish a release as a dataset on a hub: one commit, every file read back, one tag."""
    from app.cli.actor import local_annotator
    from app.settings import load_settings
    from app.views.releases import folder_of
    from app.workspace import existing
    from exports.hub import open_hub
    from exports.publishing import plan_publication, publish_release

    _refuse_wrong_options(version, repo, endpoint)
    source = folder or folder_of(load_settings().data_folder, version)
    now = datetime.now(UTC)
    with existing(db) as engine:
        hub = open_hub(endpoint)
        if dry_run:
            plan = plan_publication(
                engine, hub, version, source, repo=repo, private=private, now=now
            )
            answer(_plan_object(plan), as_json=as_json, lines=_plan_lines(plan))
            return
        report = publish_release(
            engine,
            hub,
            version,
            source,
            repo=repo,
            private=private,
            actor_id=local_annotator(engine),
            now=now,
            at=_progress(),
        )
    answer(_publish_object(report), as_json=as_json, lines=_publish_lines(report))


def _refuse_wrong_options(version: str, repo: str, endpoint: str | None) -> None:
    from db.errors import Invalid
    from exports.hub import dataset_name, hub_address
    from exports.versions import parse_version

    option = "VERSION"
    try:
        parse_version(version)
        option = "--repo"
        dataset_name(repo)
        option = "--endpoint"
        hub_address(endpoint)
    except Invalid as error:
        raise wrong_option(option, str(error)) from error


def _progress() -> "Callable[[PublishStep], None] | None":
    if sys.stderr is None or not sys.stderr.isatty():
        return None

    def say(step: "PublishStep") -> None:
        sys.stderr.write(f"{_STEPS[step.value]} ...\n")
        sys.stderr.flush()

    return say


def _plan_object(plan: "PublishPlan") -> dict[str, object]:
    return {
        "version": plan.version,
        "endpoint": plan.endpoint,
        "repo": plan.repo,
        "dry_run": True,
        "outcome": plan.outcome.value,
        "repo_exists": plan.exists,
        "private": plan.private,
        "tag_exists": plan.outcome.value == "already_there",
        "commit": plan.commit,
        "files": plan.files,
        "send": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.size} for file in plan.send
        ],
        "send_bytes": plan.send_bytes,
        "delete": list(plan.delete),
    }


def _publish_object(report: "PublishReport") -> dict[str, object]:
    plan = report.plan
    return {
        "version": plan.version,
        "endpoint": plan.endpoint,
        "repo": plan.repo,
        "dry_run": False,
        "outcome": plan.outcome.value,
        "created": not plan.exists,
        "private": plan.private,
        "tag": plan.version,
        "commit": report.commit,
        "url": report.url,
        "files": plan.files,
        "sent": [
            {"name": file.name, "sha256": file.sha256, "bytes": file.size} for file in plan.send
        ],
        "sent_bytes": plan.send_bytes,
        "deleted": list(plan.delete),
        "recorded": report.recorded,
    }


def _plan_lines(plan: "PublishPlan") -> Iterator[str]:
    yield f"version   {plan.version} ({_WOULD[plan.outcome.value]})"
    state = "exists" if plan.exists else "would be created"
    yield f"dataset   {plan.repo} on {plan.endpoint} ({state}, {_visibility(plan)})"
    yield f"to send   {len(plan.send)} of {plan.files} files, {plan.send_bytes:,} bytes"
    for file in plan.send:
        yield f"  {file.sha256}  {file.size:>10,}  {file.name}"
    for name in plan.delete:
        yield f"  would be deleted: {name}"


def _publish_lines(report: "PublishReport") -> Iterator[str]:
    plan = report.plan
    yield f"version   {plan.version} ({_PUBLISHED[plan.outcome.value]})"
    state = "existed" if plan.exists else "created"
    yield f"dataset   {plan.repo} on {plan.endpoint} ({state}, {_visibility(plan)})"
    yield f"tag       {plan.version} on commit {report.commit}"
    yield f"sent      {len(plan.send)} of {plan.files} files, {plan.send_bytes:,} bytes"
    yield f"see       {report.url}"


def _visibility(plan: "PublishPlan") -> str:
    return "private" if plan.private else "public"
