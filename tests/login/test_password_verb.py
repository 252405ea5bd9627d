"""The verb `gainsay people password`: the password comes from where nobody else can read it."""

import io
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli import main
from app.settings import Settings
from app.workspace import prepare
from curation.sign_in.passwords import NotSignedIn, sign_in
from curation.sign_in.sessions import NewSession
from db.engine import open_engine
from tests.login.people import NOW, OTHER, PASSWORD, person, shared

GAINSAY = str(Path(sys.executable).with_name("gainsay"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    settings = Settings(data_folder=folder, database_url=f"sqlite:///{folder / 'gainsay.db'}")
    prepare(settings, now=NOW, starter=False)
    engine = open_engine(settings.database_url)
    person(engine, "ada", admin_id=shared(engine), password=None)
    engine.dispose()
    return folder


class Ended:
    """What a verb answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.returncode, self.stdout, self.stderr = code, out, err


Run = Callable[..., Ended]


@pytest.fixture
def run(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    """Run the verb with words and a text on standard input."""

    def run_verb(*words: str, typed: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        url = f"sqlite:///{home / 'gainsay.db'}"
        code = main(["people", "password", *words, "--db", url])
        told = capsys.readouterr()
        return Ended(code, told.out, told.err)

    return run_verb


def fits(home: Path, handle: str, password: str) -> bool:
    engine = open_engine(f"sqlite:///{home / 'gainsay.db'}")
    try:
        answer = sign_in(engine, handle, password, now=NOW)
    finally:
        engine.dispose()
    assert isinstance(answer, NewSession | NotSignedIn)
    return isinstance(answer, NewSession)


def test_a_line_of_standard_input_becomes_the_password(home: Path, run: Run) -> None:
    ended = run("ada", typed=f"{PASSWORD}\n")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("The password of ada is set")
    assert PASSWORD not in ended.stdout
    assert fits(home, "ada", PASSWORD)


def test_a_one_time_password_is_made_and_printed(home: Path, run: Run) -> None:
    ended = run("ada", "--one-time", "--json")

    told = json.loads(ended.stdout)
    assert told["must_change"] is True
    assert fits(home, "ada", told["password"])


def test_a_terminal_is_asked_twice_and_shows_nothing(home: Path) -> None:
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [GAINSAY, "people", "password", "local"],
        env={"GAINSAY_HOME": str(home)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = b""
    for question in (b"New password of local: ", b"Once more: "):
        deadline = time.monotonic() + 30
        while question not in seen:
            assert time.monotonic() < deadline
            seen += os.read(ours, 1_000)
        os.write(ours, f"{OTHER}\n".encode())

    assert asking.wait(30) == 0
    seen += os.read(ours, 1_000)
    os.close(ours)
    assert OTHER.encode() not in seen
    # One's own password is not handed over: nothing has to be changed.
    assert b"first sign-in" not in seen
    assert fits(home, "local", OTHER)


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (["ada"], "short\n", "has 5 characters"),
        (["ada"], "", "has 0 characters"),
        (["nobody"], f"{PASSWORD}\n", "'nobody'"),
    ],
)
def test_what_is_refused_is_one_sentence(
    words: list[str], typed: str, sentence: str, run: Run
) -> None:
    ended = run(*words, typed=typed)

    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert sentence in line
