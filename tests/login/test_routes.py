"""The routes that passwords are posted to: who may post, what they answer, what they never say."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli import main
from app.settings import Settings
from app.workspace import prepare
from curation.sign_in.sessions import SignedOut, hash_token, who
from db.engine import Engine, open_engine, reading
from tests.login.people import OTHER, PASSWORD, person, shared
from tests.running import RunningApp, running_app

WRONG = "three newts before noon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running app on a shared workspace."""

    app: RunningApp
    engine: Engine
    home: Path

    @property
    def host(self) -> str:
        return self.app.url.removeprefix("http://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def cookie(self) -> str:
        return self.headers.get("set-cookie", "")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    now = datetime.now(UTC)
    prepare(settings, now=now, starter=True)
    engine = open_engine(settings.database_url)
    admin = shared(engine, now=now)
    person(engine, "ada", admin_id=admin, now=now)
    with running_app(home) as app:
        yield Place(app=app, engine=engine, home=home)
    engine.dispose()


def post(
    place: Place, path: str, value: object, *, method: str = "POST", **headers: str | None
) -> Answer:
    """Post as the app's own page does; a header is changed or, with None, left out by name."""
    sent = {
        "host": place.host,
        "origin": place.app.url,
        "sec-fetch-site": "same-origin",
        "content-type": "application/json",
    }
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    all_headers = {**sent, **changed}
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    connection = http.client.HTTPConnection("localhost", int(place.host.rpartition(":")[2]))
    try:
        connection.request(
            method, path, body, {key: one for key, one in all_headers.items() if one is not None}
        )
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return Answer(
            status=answer.status,
            headers={name.lower(): one for name, one in answer.getheaders()},
            body=text,
        )
    finally:
        connection.close()


def ada(password: str = PASSWORD) -> dict[str, str]:
    return {"handle": "ada", "password": password}


def token_of(answer: Answer) -> str:
    return answer.cookie.partition("=")[2].partition(";")[0]


def test_the_right_password_is_answered_with_a_cookie_that_scripts_cannot_read(
    place: Place,
) -> None:
    answer = post(place, "/sign-in", ada())

    assert (answer.status, answer.body) == (204, "")
    name, *attributes = (part.strip() for part in answer.cookie.split(";"))
    port = place.host.rpartition(":")[2]
    assert name.startswith(f"gainsay_session_{port}=")
    assert {one.lower() for one in attributes} == {
        "httponly",
        "samesite=strict",
        "path=/",
        # Seven days.
        "max-age=604800",
    }
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_never_goes_over_http(place: Place) -> None:
    answer = post(place, "/sign-in", ada(), origin=f"https://{place.host}")

    assert "secure" in answer.cookie.lower().split("; ")


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": None},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": None, "origin": "http://evil.example"},
        {"sec_fetch_site": None, "origin": "null"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "text/plain"},
        {"content_type": None},
    ],
    ids=str,
)
def test_only_the_apps_own_pages_may_post(place: Place, changed: dict[str, str | None]) -> None:
    answer = post(place, "/sign-in", ada(), **changed)

    assert answer.status == 403
    assert json.loads(answer.body)["refused"] == "foreign"
    assert answer.cookie == ""


def test_on_plain_http_from_another_machine_the_origin_alone_decides(place: Place) -> None:
    assert post(place, "/sign-in", ada(), sec_fetch_site=None).status == 204


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"handle": "ada"}',
        b'{"handle": "ada", "password": ["x"]}',
        b'{"handle": "ada", "password": "x", "next": "https://evil.example"}',
        b'{"handle": "ada", "password": "\\ud800"}',
        b'{"handle": "\\u0000", "password": "x"}',
        b"\xff\xfe",
        b'{"handle": "ada", "password": "' + b"x" * 20_000 + b'"}',
    ],
)
def test_what_is_no_form_of_ours_is_refused_without_repeating_it(place: Place, body: bytes) -> None:
    answer = post(place, "/sign-in", body)

    assert answer.status in {400, 403, 413}
    assert answer.cookie == ""
    assert "evil" not in answer.body


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(place: Place) -> None:
    wrong = post(place, "/sign-in", ada(WRONG))
    unknown = post(place, "/sign-in", {"handle": "nobody", "password": WRONG})

    assert wrong.status == unknown.status == 403
    assert wrong.body == unknown.body


@pytest.mark.parametrize("path", ["/sign-in", "/password"])
def test_nothing_is_taken_from_an_address(place: Place, path: str) -> None:
    answer = post(
        place, f"{path}?handle=ada&password={PASSWORD.replace(' ', '+')}", {}, method="GET"
    )

    # The page of that name, which asks to sign in, or a refusal of the method.
    assert answer.status in {200, 404, 405}
    assert answer.cookie == ""


def test_a_new_password_needs_a_session_and_ends_it(place: Place) -> None:
    change = {"old": PASSWORD, "new": OTHER}
    assert json.loads(post(place, "/password", change).body)["refused"] == "ended"
    first = post(place, "/sign-in", ada())
    cookie = first.cookie.partition(";")[0]
    weak = post(place, "/password", {"old": PASSWORD, "new": "short"}, cookie=cookie)
    assert (weak.status, "has 5 characters" in weak.body) == (400, True)

    changed = post(place, "/password", change, cookie=cookie)

    assert changed.status == 204
    assert token_of(changed) != token_of(first)
    with reading(place.engine) as session:
        before = who(session, hash_token(token_of(first)), now=datetime.now(UTC))
    assert isinstance(before, SignedOut)
    # Back, for the tests after this one.
    back = {"old": OTHER, "new": PASSWORD}
    assert post(place, "/password", back, cookie=changed.cookie.partition(";")[0]).status == 204


def test_signing_in_again_ends_the_session_that_the_browser_had(place: Place) -> None:
    first = post(place, "/sign-in", ada())

    post(place, "/sign-in", ada(), cookie=first.cookie.partition(";")[0])

    with reading(place.engine) as session:
        found = who(session, hash_token(token_of(first)), now=datetime.now(UTC))
    assert isinstance(found, SignedOut)


def test_no_password_and_no_token_is_in_a_log_a_file_a_backup_or_an_export(
    place: Place, tmp_path: Path, own_data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = post(place, "/sign-in", ada())
    post(place, "/sign-in", ada(WRONG))
    secrets = [PASSWORD, WRONG, OTHER, token_of(answer)]

    files = [file for file in place.home.rglob("*") if file.is_file()]
    assert any(file.name == "gainsay.db" for file in files)
    contents = {str(file): file.read_bytes() for file in files}
    contents["log"] = place.app.log.read_bytes()
    url = f"sqlite:///{place.home / 'gainsay.db'}"
    for verb in (
        ["db", "backup"],
        ["history", "show", "--json"],
        ["people", "list", "--json"],
        ["export", "labels", str(tmp_path / "labels.csv")],
    ):
        assert main([*verb, "--db", url]) == 0
    told = capsys.readouterr()
    contents["answers"] = (told.out + told.err).encode()
    written = [tmp_path / "labels.csv", *own_data_folder.rglob("*.db")]
    # The export, the backup, and the ledger's beside it.
    assert len(written) == 3
    contents |= {str(file): file.read_bytes() for file in written}
    # The search finds what is there: what the database knows the token by.
    known_by = hash_token(token_of(answer)).encode()
    assert any(known_by in held for held in contents.values())
    for secret in secrets:
        assert len(secret) > 12
        assert [name for name, held in contents.items() if secret.encode() in held] == []
