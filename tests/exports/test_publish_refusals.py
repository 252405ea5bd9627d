"""What is refused before or while a release is published, each with one sentence."""

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import close_session, constants
from huggingface_hub.utils import _http
from pyarrow import parquet

from db.errors import Conflict, External, Forbidden, GainsayError, Invalid, NotFound
from db.intake import Table
from exports import hub as door
from exports.hub import Hub, dataset_name, hub_address, open_hub
from exports.hub_errors import Talk, told_in_one_sentence
from tests.exports import hub_server
from tests.exports.hub_connection import NOT_OURS, READ_TOKEN, TOKEN
from tests.exports.publishing_place import REPO, NoWaiting, Original, Publishing, original
from tests.exports.rows import six
from tests.running import free_port

TableOf = Callable[..., Table]

# The hub's library uploads in a way that its own HTTP client calls old.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, sqlite_copy: Callable[[Path], Path]
) -> Original:
    """A workspace with release 1.0.0, made once."""
    return original(tmp_path_factory.mktemp("publishing"), sqlite_copy, [six("One"), six("Two")])


@pytest.fixture
def publishing(
    prepared: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publishing]:
    """A copy of that workspace, and an empty hub."""
    monkeypatch.setattr(_http, "time", NoWaiting)
    with prepared.copied(tmp_path / "copy") as made:
        yield made


def reseal(folder: Path) -> None:
    """Write sums that fit, as somebody would who wants the folder to look whole."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    for name, told in manifest["files"].items():
        data = (folder / name).read_bytes()
        told.update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    (folder / "SHA256SUMS").write_text(
        "".join(
            f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
            for name in names
            if name != "SHA256SUMS"
        ),
        encoding="utf-8",
    )


def change_card(folder: Path) -> None:
    (folder / "README.md").write_text("---\nlicense: mit\n---\n", encoding="utf-8")


def change_card_and_sums(folder: Path) -> None:
    change_card(folder)
    reseal(folder)


def change_row_and_sums(folder: Path) -> None:
    for name in ("data", "full"):
        file = folder / name / "test-00000-of-00001.parquet"
        table = parquet.read_table(io.BytesIO(file.read_bytes()))
        parquet.write_table(table.slice(1), file)
    reseal(folder)


def change_plain_rows_and_sums(folder: Path) -> None:
    file = folder / "Inverse_IFEval_Dataset.json"
    file.write_text(json.dumps(json.loads(file.read_bytes())[:1]), encoding="utf-8")
    reseal(folder)


def add_file(folder: Path) -> None:
    (folder / "private-notes.txt").touch()


def remove_file(folder: Path) -> None:
    (folder / "LICENSE").unlink()


def remove_sums(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()


def claim_another_version(folder: Path) -> None:
    file = folder / "manifest.json"
    file.write_bytes(file.read_bytes().replace(b'"version": "1.0.0"', b'"version": "2.0.0"'))


@pytest.mark.parametrize("moved_on", [False, True], ids=["same items", "items moved on"])
@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (change_card, "README.md"),
        (change_card_and_sums, "README.md SHA256SUMS manifest.json"),
        (change_row_and_sums, "full/test-00000-of-00001.parquet"),
        (change_plain_rows_and_sums, "Inverse_IFEval_Dataset.json"),
        (add_file, "private-notes.txt"),
        (remove_file, "LICENSE"),
        (remove_sums, "SHA256SUMS"),
        (claim_another_version, "manifest.json"),
    ],
)
def test_a_folder_that_is_not_what_was_sealed_is_refused_before_anything_is_asked(
    publishing: Publishing,
    table_of: TableOf,
    tamper: Callable[[Path], None],
    named: str,
    moved_on: bool,
) -> None:
    if moved_on:
        publishing.place.take(table_of([six("Three")], "more.jsonl"))
    tamper(publishing.folders / "1.0.0")
    with pytest.raises(Conflict, match=r"is not what release '1\.0\.0' sealed") as caught:
        publishing.publish()
    assert any(f"({name!r} differs)" in str(caught.value) for name in named.split())
    assert publishing.server.asked == []
    assert publishing.published() == []


def test_an_untouched_folder_is_taken_also_when_its_items_moved_on(
    publishing: Publishing, table_of: TableOf
) -> None:
    publishing.place.take(table_of([six("Three")], "more.jsonl"))
    publishing.publish()
    assert publishing.server.contents(REPO, "1.0.0") == publishing.files()


def test_a_missing_folder_and_an_unknown_version_are_named(publishing: Publishing) -> None:
    shutil.rmtree(publishing.folders / "1.0.0")
    with pytest.raises(NotFound, match=r"There is no folder .*; cut the release into it first"):
        publishing.publish()
    with pytest.raises(NotFound, match=r"The version '3\.0\.0' was never cut in this workspace"):
        publishing.publish("3.0.0")
    assert publishing.server.asked == []


@pytest.mark.parametrize(
    ("kind", "status", "error", "words"),
    [
        ("info", 401, Forbidden, "does not accept the token (401)"),
        ("create", 403, Forbidden, "may not do this"),
        ("preupload", 404, NotFound, "knows no dataset"),
        ("commit", 409, Conflict, "Somebody else changed"),
        ("commit", 412, Conflict, "Somebody else changed"),
        ("commit", 400, Invalid, "refuses 'some-team/counter-intuitive' (400"),
        ("commit", 413, Invalid, "refuses 'some-team/counter-intuitive' (413"),
        ("info", 429, External, "failed or is busy (429"),
        ("batch", 500, External, "failed or is busy (500"),
        ("commit", 503, External, "failed or is busy (503"),
        ("tag", 502, External, "failed or is busy (502"),
    ],
)
def test_an_error_of_the_hub_becomes_one_sentence_without_the_token(
    publishing: Publishing, kind: str, status: int, error: type[GainsayError], words: str
) -> None:
    # The answer quotes the token, as a careless hub might.
    publishing.server.answers[kind] = status
    with pytest.raises(error) as caught:
        publishing.publish()
    sentence = str(caught.value)
    assert words in sentence
    assert "\n" not in sentence
    assert TOKEN not in sentence
    if isinstance(caught.value, External):
        assert caught.value.retryable
    assert publishing.tags() == {}
    assert publishing.published() == []


def test_a_token_that_may_only_read_is_refused(publishing: Publishing) -> None:
    with pytest.raises(Forbidden, match=r"may not do this .* \(403, while creating the dataset\)"):
        publishing.publish(hub=publishing.hub(READ_TOKEN))
    assert publishing.server.datasets == {}


def test_a_token_that_is_none_is_refused(publishing: Publishing) -> None:
    publishing.server.create(REPO, private=True)
    with pytest.raises(Forbidden, match=r"does not accept the token \(401\)"):
        publishing.publish(hub=publishing.hub("hf_expired"))
    assert publishing.main_files() == {}


@pytest.mark.parametrize("token", ["hf_two words", "hf_\u200bpasted", "hf_ｆｕｌｌ", "hf_\x00"])
def test_a_token_that_cannot_be_one_is_sent_nowhere(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setattr(door, "get_token", lambda: token)
    with pytest.raises(Forbidden, match="holds a space or a sign that no token has") as caught:
        open_hub(publishing.server.endpoint)
    assert token not in str(caught.value)
    assert publishing.server.asked == []


def test_a_namespace_of_somebody_else_is_refused(publishing: Publishing) -> None:
    with pytest.raises(Forbidden, match=r"\(403, while creating the dataset\)"):
        publishing.publish(repo=f"{NOT_OURS}/rows")
    assert publishing.server.datasets == {}


def test_a_card_that_the_hub_refuses_stops_before_anything_is_sent(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_server, "card_errors", lambda text: [f"bad {len(text) > 9} {TOKEN}"])
    with pytest.raises(Invalid, match=r"the metadata of the card, .*: .*bad True") as caught:
        publishing.publish()
    assert TOKEN not in str(caught.value)
    assert publishing.main_files() == {}


def test_a_hub_that_does_not_answer_is_given_up_after_its_time(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "SECONDS", 0.3)
    close_session()
    publishing.server.hang.clear()
    with pytest.raises(External, match="did not answer in time while looking") as caught:
        publishing.publish()
    assert caught.value.retryable
    publishing.server.hang.set()
    close_session()


def test_a_library_that_is_told_to_stay_offline_is_named(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(External, match="HF_HUB_OFFLINE is set in the environment; unset it"):
        publishing.publish()
    assert publishing.server.asked == []


def test_a_hub_that_is_not_there_is_named(publishing: Publishing) -> None:
    nowhere = Hub(endpoint=f"http://127.0.0.1:{free_port()}", token=TOKEN)
    with pytest.raises(External, match="cannot be reached; check the address") as caught:
        publishing.publish(hub=nowhere)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx2.ConnectError("[Errno -2] Name or service not known"), "name of the hub"),
        (httpx2.ConnectError("certificate verify failed"), "certificate of the hub"),
        (httpx2.ReadTimeout("slow"), "did not answer in time"),
        (json.JSONDecodeError("not JSON", "<html>", 0), "hub does .* or publish again later"),
        (KeyError("tags"), "does not answer as a hub does"),
    ],
    ids=["name", "certificate", "timeout", "page", "shape"],
)
def test_what_the_library_raises_becomes_one_sentence(error: Exception, words: str) -> None:
    talk = Talk(endpoint="https://hub.invalid", repo=REPO, doing="looking", token=TOKEN)
    with pytest.raises(External, match=words), told_in_one_sentence(talk):
        raise RuntimeError("Error while uploading") from error


@pytest.mark.parametrize(
    "repo",
    ["", "name", "/name", "org/", "a/b/c", "org/na me", "org/--x", "org/..", "org/文", "o/x.git"],
)
def test_a_name_that_no_hub_would_take_is_refused(repo: str) -> None:
    with pytest.raises(Invalid, match="write ORG/NAME"):
        dataset_name(repo)


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        ("", "is no address of a hub"),
        ("hub.example.org", "is no address of a hub"),
        ("ftp://hub.example.org", "is no address of a hub"),
        ("https://hub.example.org:port", "is no address of a hub"),
        ("https://hub.example.org/?token=secret", "is no address of a hub"),
        ("https://me:secret@hub.example.org", "holds no user and no password"),
        ("https://me:secret@hub.example.org:port", "is no address of a hub"),
        ("HTTPS://me:secret@hub.example.org", "is no address of a hub"),
        ("https://me:se#secret@hub.example.org", "is no address of a hub"),
        ("me:secret@hub.example.org", "is no address of a hub"),
        ("http://hub.example.org", "would get the token unencrypted"),
    ],
)
def test_an_address_that_cannot_be_a_hubs_is_refused(endpoint: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        hub_address(endpoint)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("endpoint", ["https://hub.example.org/", "http://localhost:8080"])
def test_an_address_is_taken_without_its_last_slash(endpoint: str) -> None:
    assert hub_address(endpoint) == endpoint.rstrip("/")
