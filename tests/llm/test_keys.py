from pathlib import Path

import pytest

from app.settings import KeyPlace, key_place, read_key
from db.errors import Invalid
from tests.llm.asking import CANARY


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GAINSAY_HOME", str(tmp_path))
    monkeypatch.delenv("LOCAL_KEY", raising=False)
    return tmp_path


def test_a_key_comes_from_the_environment_before_the_secrets_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_key("LOCAL_KEY") is None
    (home / "secrets.toml").write_text('[keys]\nLOCAL_KEY = "from-the-file"\n')
    assert read_key("LOCAL_KEY") == "from-the-file"
    monkeypatch.setenv("LOCAL_KEY", "from-the-environment")
    assert read_key("LOCAL_KEY") == "from-the-environment"
    monkeypatch.setenv("LOCAL_KEY", "")
    assert read_key("LOCAL_KEY") == "from-the-file"


def test_reading_a_key_closes_the_file_to_others(home: Path) -> None:
    secrets = home / "secrets.toml"
    secrets.write_text('[keys]\nLOCAL_KEY = "from-the-file"\n')
    secrets.chmod(0o644)
    read_key("LOCAL_KEY")
    assert secrets.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    ["", "[keys]\n", '[keys]\nOTHER = "x"\n', "[keys]\nLOCAL_KEY = 7\n", 'keys = "x"\n',
     '[keys]\nLOCAL_KEY = ""\n'],
    ids=["empty", "no-keys", "another", "a-number", "no-section", "an-empty-one"],
)  # fmt: skip
def test_a_key_that_is_not_there_is_none(home: Path, content: str) -> None:
    (home / "secrets.toml").write_text(content)
    assert read_key("LOCAL_KEY") is None


@pytest.mark.parametrize(
    "name", ["GAINSAY_DATABASE_URL", "gainsay_database_url", "STREAMLIT_SERVER_COOKIE_SECRET"]
)
def test_the_programs_own_secrets_are_no_providers_key(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, CANARY)
    assert read_key(name) is None
    assert key_place(name) is None


def test_a_key_is_told_by_its_place(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_place("LOCAL_KEY") is None
    (home / "secrets.toml").write_text('[keys]\nLOCAL_KEY = "from-the-file"\n')
    assert key_place("LOCAL_KEY") is KeyPlace.FILE
    monkeypatch.setenv("LOCAL_KEY", "from-the-environment")
    assert key_place("LOCAL_KEY") is KeyPlace.ENVIRONMENT


def test_a_broken_secrets_file_is_named_and_not_quoted(home: Path) -> None:
    (home / "secrets.toml").write_text(f'[keys]\nLOCAL_KEY = "{CANARY}\n')
    with pytest.raises(Invalid, match=r"secrets\.toml' is no TOML") as caught:
        read_key("LOCAL_KEY")
    assert CANARY not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__
