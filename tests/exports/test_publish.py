"""Publishing to a hub on this machine, through the hub's real library."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import _http

from db.engine import reading
from db.errors import Conflict, External, Invalid
from db.intake import Table
from db.verification import verify_history
from exports.publishing import PublishOutcome, PublishStep, plan_publication
from tests.exports import hub_rules
from tests.exports.hub_state import Stored
from tests.exports.publishing_place import (
    LATER,
    REPO,
    NoWaiting,
    Original,
    Publishing,
    cut_at,
    hub_environment,
    original,
)
from tests.exports.rows import hostile_rows, six

ROOT = Path(__file__).parents[2]
TableOf = Callable[..., Table]

# The hub's library uploads in a way that its own HTTP client calls old.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Original:
    """A workspace with release 1.0.0, made once."""
    return original(
        tmp_path_factory.mktemp("publishing"),
        sqlite_copy,
        [*hostile_rows(), six("Chinese", language="chinese")],
    )


@pytest.fixture
def publishing(
    prepared: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publishing]:
    """A copy of that workspace, and an empty hub."""
    monkeypatch.setattr(_http, "time", NoWaiting)
    with prepared.copied(tmp_path / "copy") as made:
        yield made


def load(publishing: Publishing, home: Path) -> dict[str, dict[str, list[dict[str, Any]]]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.exports.hub_reader", REPO, "1.0.0"],
        cwd=ROOT,
        env=hub_environment(publishing.server, home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, list[dict[str, Any]]]] = json.loads(done.stdout)
    return found


def test_the_dataset_library_gives_the_rows_of_the_release_back_at_the_tag(
    publishing: Publishing, tmp_path: Path
) -> None:
    report = publishing.publish(private=True)
    assert report.plan.outcome is PublishOutcome.PUBLISHED
    # Whatever comes to the main branch later, the tag still gives the release.
    publishing.server.somebody_commits(REPO, "Inverse_IFEval_Dataset.json", b"[]")

    found = load(publishing, tmp_path / "clean-home")
    rows = json.loads(publishing.files()["Inverse_IFEval_Dataset.json"])
    assert len(rows) == len(hostile_rows()) + 1
    assert sorted(found) == ["default", "full", "json", "none named"]
    assert found["default"] == {"test": rows, "train": rows}
    assert found["none named"] == found["default"]
    assert found["json"] == {"train": rows}
    (full,) = found["full"].values()
    assert [{name: row[name] for name in rows[0]} for row in full] == rows
    assert len({row["id"] for row in full}) == len(rows)


def test_the_dataset_at_the_tag_is_the_folder_and_the_history_says_where(
    publishing: Publishing,
) -> None:
    report = publishing.publish()
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()
    assert publishing.commits() == ["initial commit", "Release 1.0.0"]
    assert publishing.tags() == {"1.0.0": report.commit}
    assert not publishing.server.datasets[REPO].private
    (event,) = publishing.published()
    assert (event.subject_kind, event.subject_id, event.at) == ("release", "1.0.0", LATER)
    assert event.after == {
        "endpoint": publishing.server.endpoint,
        "repo": REPO,
        "tag": "1.0.0",
        "commit": report.commit,
        "private": False,
    }
    with reading(publishing.place.engine) as session:
        assert verify_history(session).ok


def test_publishing_again_sends_nothing_and_records_nothing(publishing: Publishing) -> None:
    first = publishing.publish()
    before = publishing.server.counts.copy()
    again = publishing.publish()
    assert again.plan.outcome is PublishOutcome.ALREADY_THERE
    assert (again.commit, again.recorded) == (first.commit, False)
    sent = publishing.server.counts - before
    assert set(sent) == {"info", "refs"}
    assert len(publishing.published()) == 1


def test_large_objects_may_be_sent_in_parts(publishing: Publishing) -> None:
    publishing.server.multipart_above = 1_000
    publishing.publish()
    assert publishing.server.counts["complete"] == 2
    assert publishing.server.counts["put"] > 4
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()


@pytest.mark.parametrize(
    ("later", "longest"),
    [
        # The library doubles 1 s with every try, and adds 1 s to what a hub asks for.
        ({}, 2),
        ({"Retry-After": "30"}, 31),
        ({"RateLimit": '"api";r=0;t=20'}, 21),
        ({"Retry-After": "86400"}, 2),
        ({"RateLimit": '"api";r=0;t=86400'}, 2),
    ],
)
def test_a_hub_that_is_busy_for_a_moment_is_asked_again_within_a_minute(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch, later: dict[str, str], longest: float
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(NoWaiting, "sleep", staticmethod(waits.append))
    publishing.server.later = later
    publishing.server.busy.update({"preupload": 2, "batch": 1, "put": 1, "verify": 1})
    assert publishing.publish().plan.outcome is PublishOutcome.PUBLISHED
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()
    assert (len(waits), max(waits)) == (5, longest)


def test_text_that_is_too_large_for_git_goes_the_way_of_large_objects(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_rules, "LARGE_BYTES", 1_000)
    publishing.publish()
    files = publishing.server.datasets[REPO].at("1.0.0").files
    assert files["Inverse_IFEval_Dataset.json"].large
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()
    assert publishing.publish().plan.outcome is PublishOutcome.ALREADY_THERE


def test_what_the_hub_advises_about_the_card_is_no_warning_of_the_program(
    publishing: Publishing,
) -> None:
    # A warning would be an error here.
    publishing.server.warnings.append("the license is unusual")
    assert publishing.publish().plan.outcome is PublishOutcome.PUBLISHED


def test_a_file_that_the_dataset_ignores_gets_no_tag_until_a_repeat_brings_it(
    publishing: Publishing, table_of: TableOf
) -> None:
    publishing.publish()
    publishing.server.somebody_commits(REPO, ".gitignore", b"CHANGELOG.md\n")
    publishing.place.take(table_of([six("One more")], "more.jsonl"))
    publishing.cut("1.1.0")
    with pytest.raises(External, match=r"\('CHANGELOG\.md'\); no tag was set"):
        publishing.publish("1.1.0")
    assert list(publishing.tags()) == ["1.0.0"]
    # The commit took the list of ignored files away, so the repeat meets none.
    publishing.publish("1.1.0")
    assert publishing.server.contents(REPO, "1.1.0") == publishing.files("1.1.0")


def test_a_hub_below_a_path_of_its_host_works(prepared: Original, tmp_path: Path) -> None:
    with prepared.copied(tmp_path / "copy", path="/mirror/hub") as made:
        assert made.server.endpoint.endswith("/mirror/hub")
        assert made.publish().url == f"{made.server.endpoint}/datasets/{REPO}/tree/1.0.0"
        assert made.server.contents(REPO, "1.0.0") == made.files()


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(publishing: Publishing) -> None:
    files = publishing.files()
    for exists in (False, True):
        if exists:
            publishing.server.create(REPO, private=True)
        plan = plan_publication(
            publishing.place.engine,
            publishing.hub(),
            "1.0.0",
            publishing.folders / "1.0.0",
            repo=REPO,
            private=True,
            now=LATER,
        )
        assert (plan.outcome, plan.exists, plan.private) == (
            PublishOutcome.PUBLISHED,
            exists,
            True,
        )
        assert {file.name: file.size for file in plan.send} == {
            name: len(data) for name, data in files.items()
        }
        assert plan.send_bytes == sum(map(len, files.values()))
    assert {line.partition(" ")[0] for line in publishing.server.asked} == {"GET"}
    assert publishing.published() == []


def test_a_second_version_replaces_what_changed_and_deletes_what_is_not_of_it(
    publishing: Publishing, table_of: TableOf
) -> None:
    first = publishing.publish()
    publishing.server.somebody_commits(REPO, "notes/old.txt", b"left over")
    publishing.place.take(table_of([six("One more")], "more.jsonl"))
    publishing.cut("1.1.0")
    second = publishing.publish("1.1.0")
    assert second.plan.delete == ("notes/old.txt",)
    # The licence is the same in both, so it is not sent again.
    assert "LICENSE" not in {file.name for file in second.plan.send}
    assert publishing.server.contents(REPO, "1.1.0") == publishing.files("1.1.0")
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()
    assert publishing.tags() == {"1.0.0": first.commit, "1.1.0": second.commit}


def test_a_version_older_than_the_newest_published_one_is_refused(
    publishing: Publishing, table_of: TableOf
) -> None:
    publishing.place.take(table_of([six("One more")], "more.jsonl"))
    publishing.cut("1.1.0")
    publishing.publish("1.1.0")
    # Its items moved on; the seal in the history still vouches for the folder.
    with pytest.raises(Conflict, match=r"holds the newer version '1\.1\.0'"):
        publishing.publish("1.0.0")
    assert list(publishing.tags()) == ["1.1.0"]


@pytest.mark.parametrize(
    ("point", "done"),
    [
        ("before:info", "nothing"),
        ("before:refs", "created"),
        ("before:create", "nothing"),
        ("after:create", "created"),
        ("before:validate", "created"),
        ("before:preupload", "created"),
        ("before:batch", "created"),
        ("before:put", "created"),
        ("inside:put", "created"),
        ("after:put", "created"),
        ("before:verify", "created"),
        ("before:commit", "created"),
        ("inside:commit", "created"),
        ("after:commit", "committed"),
        ("before:resolve", "committed"),
        ("inside:resolve", "committed"),
        ("before:tag", "committed"),
        ("after:tag", "tagged"),
    ],
)
def test_a_network_cut_leaves_nothing_half_published_and_a_repeat_finishes(
    publishing: Publishing, point: str, done: str
) -> None:
    with cut_at(publishing.server, point), pytest.raises(External) as caught:
        publishing.publish()
    assert caught.value.retryable
    assert f"The connection to the hub '{publishing.server.endpoint}' broke" in str(caught.value)
    # Without the tag there is no version; the branch is as it was, or whole.
    assert list(publishing.tags()) == (["1.0.0"] if done == "tagged" else [])
    whole = done in ("committed", "tagged")
    assert publishing.main_files() == (publishing.files() if whole else {})
    assert (REPO in publishing.server.datasets) == (done != "nothing")
    assert publishing.published() == []

    objects = publishing.server.counts["commit"]
    report = publishing.publish()
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()
    assert publishing.commits() == ["initial commit", "Release 1.0.0"]
    expected = {
        "committed": PublishOutcome.TAGGED,
        "tagged": PublishOutcome.ALREADY_THERE,
    }.get(done, PublishOutcome.PUBLISHED)
    assert report.plan.outcome is expected
    if whole:
        assert publishing.server.counts["commit"] == objects
    assert len(publishing.published()) == 1


@pytest.mark.parametrize("last", list(PublishStep))
def test_a_process_that_ends_before_any_step_leaves_what_a_repeat_finishes(
    publishing: Publishing, last: PublishStep
) -> None:
    def end(step: PublishStep) -> None:
        if step is last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publishing.publish(at=end)
    assert list(publishing.tags()) == (["1.0.0"] if last is PublishStep.RECORDING else [])
    assert publishing.main_files() in ({}, publishing.files())
    assert publishing.published() == []
    assert publishing.publish().recorded
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()
    assert publishing.commits() == ["initial commit", "Release 1.0.0"]
    assert len(publishing.published()) == 1


def test_a_commit_by_somebody_else_in_between_is_refused_and_stays(
    publishing: Publishing, table_of: TableOf
) -> None:
    publishing.publish()
    publishing.place.take(table_of([six("One more")], "more.jsonl"))
    publishing.cut("1.1.0")

    def interfere(step: PublishStep) -> None:
        if step is PublishStep.SENDING:
            publishing.server.somebody_commits(REPO, "notes.txt", b"theirs")

    with pytest.raises(Conflict, match=r"Somebody else changed .* meanwhile \(412, while sending"):
        publishing.publish("1.1.0", at=interfere)
    assert publishing.main_files() == {**publishing.files(), "notes.txt": b"theirs"}
    assert list(publishing.tags()) == ["1.0.0"]
    assert len(publishing.published()) == 1


@pytest.mark.parametrize("same", [True, False], ids=["the same commit", "another commit"])
def test_a_tag_that_somebody_set_in_between_is_never_moved(
    publishing: Publishing, same: bool
) -> None:
    def interfere(step: PublishStep) -> None:
        if step is PublishStep.TAGGING:
            dataset = publishing.server.datasets[REPO]
            dataset.tags["1.0.0"] = next(
                commit.id for commit in dataset.commits.values() if bool(commit.parent) == same
            )

    if same:
        publishing.publish(at=interfere)
        assert len(publishing.published()) == 1
        return
    with pytest.raises(Conflict, match=r"\(409, while setting the tag\)"):
        publishing.publish(at=interfere)
    tagged = dict(publishing.tags())
    with pytest.raises(Conflict, match=r"has a tag '1\.0\.0' with other content \('CHANGELOG"):
        publishing.publish()
    assert publishing.tags() == tagged
    assert publishing.published() == []


def test_an_object_spoilt_on_its_way_is_refused_by_the_hub(publishing: Publishing) -> None:
    publishing.server.spoil.add("put")
    with pytest.raises(Invalid, match=r"refuses .* \(422, while sending the files\)"):
        publishing.publish()
    assert publishing.commits() == ["initial commit"]
    assert publishing.tags() == {}
    assert publishing.published() == []


@pytest.mark.parametrize("name", ["LICENSE", "data/test-00000-of-00001.parquet"])
def test_what_the_hub_gives_back_otherwise_gets_no_tag(publishing: Publishing, name: str) -> None:
    def rot(step: PublishStep) -> None:
        if step is PublishStep.READING_BACK:
            dataset = publishing.server.datasets[REPO]
            files = dataset.at("main").files
            files[name] = Stored(data=files[name].data[:-1] + b"?", large=files[name].large)

    with pytest.raises(External, match=f"gives other content back than was sent .*{name}"):
        publishing.publish(at=rot)
    assert publishing.tags() == {}
    assert publishing.published() == []


def test_a_dataset_of_somebody_else_is_left_alone(publishing: Publishing) -> None:
    publishing.server.create(REPO)
    publishing.server.somebody_commits(REPO, "their/data.csv", b"a,b\n")
    with pytest.raises(Conflict, match=r"no release of this program \('their/data.csv'\)"):
        publishing.publish()
    assert publishing.main_files() == {"their/data.csv": b"a,b\n"}


@pytest.mark.parametrize("private", [True, False])
def test_a_new_dataset_is_created_as_private_as_asked(
    publishing: Publishing, private: bool
) -> None:
    publishing.publish(private=private)
    assert publishing.server.datasets[REPO].private is private
    (event,) = publishing.published()
    assert (event.after or {})["private"] is private


def test_the_visibility_of_a_dataset_that_exists_is_never_changed(publishing: Publishing) -> None:
    publishing.server.create(REPO)
    with pytest.raises(Conflict, match="exists and is public; publishing never changes"):
        publishing.publish(private=True)
    assert publishing.main_files() == {}
    publishing.server.datasets[REPO].private = True
    report = publishing.publish(private=False)
    assert report.plan.private
    assert publishing.server.datasets[REPO].private


def test_a_private_dataset_is_shown_to_its_own_people_only(publishing: Publishing) -> None:
    publishing.publish(private=True)
    stranger = HfApi(endpoint=publishing.server.endpoint, token=False)
    with pytest.raises(HfHubHTTPError) as caught:
        stranger.dataset_info(REPO, revision="1.0.0")
    assert caught.value.response.status_code == 401
