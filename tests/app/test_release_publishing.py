"""Publishing on the page Releases, against a hub on this machine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants
from huggingface_hub.utils import _http
from streamlit.testing.v1 import AppTest

from app.settings import Settings
from exports.folder import read_folder
from tests.app.reading import table, words
from tests.app.test_releases_page import confirm_and_cut
from tests.exports.hub_connection import TOKEN, LocalHub
from tests.exports.hub_server import running_hub
from tests.exports.publishing_place import REPO, NoWaiting

Opened = Callable[..., AppTest]

# The hub's library uploads in a way that its own HTTP client calls old.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LocalHub]:
    """An empty hub that the app takes for its own, and a person who is logged in."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "login" / "token"))
    monkeypatch.setattr(_http, "time", NoWaiting)
    with running_hub() as server:
        monkeypatch.setattr(constants, "ENDPOINT", server.endpoint)
        yield server


@pytest.fixture
def ready(opened: Opened, starter_workspace: Settings) -> AppTest:
    """The page with release 1.0.0 open and a dataset named."""
    page = opened("releases")
    confirm_and_cut(page, "1.0.0")
    page.text_input(key="publish_repo_1.0.0").set_value(REPO).run()
    return page


def confirm(page: AppTest) -> None:
    (box,) = (one for one in page.checkbox if str(one.key).startswith("publish_confirm"))
    assert box.label == f"Publish 1.0.0 in {REPO}; a published version is never changed."
    box.check().run()


def test_a_release_is_published_with_one_button_and_the_page_says_where(
    ready: AppTest, hub: LocalHub, starter_workspace: Settings
) -> None:
    assert "Not published from this workspace" in words(ready)
    assert ready.button(key="publish_do_1.0.0").disabled
    confirm(ready)
    ready.button(key="publish_do_1.0.0").click().run()
    assert not ready.exception
    assert f"Release 1.0.0 is published in {REPO}: 10 files sent" in ready.success[0].value
    folder = starter_workspace.data_folder / "releases" / "1.0.0"
    assert hub.contents(REPO, "1.0.0") == read_folder(folder)
    # The box is ticked at first: what is not said to be public is not.
    assert hub.datasets[REPO].private
    assert "private at that time, tag 1.0.0" in words(ready)
    assert f"{hub.endpoint}/datasets/{REPO}/tree/1.0.0" in [code.value for code in ready.code]

    confirm_again = ready.button(key="publish_do_1.0.0")
    confirm_again.click().run()
    assert f"Release 1.0.0 is in {REPO} already" in ready.success[0].value


def test_a_look_ahead_names_the_files_and_sends_nothing(ready: AppTest, hub: LocalHub) -> None:
    ready.button(key="publish_look_1.0.0").click().run()
    assert not ready.exception
    assert f"**1.0.0 would be published** in {REPO}" in words(ready).replace("\\", "")
    assert "The dataset would be created, private." in words(ready)
    sent = [one.value for one in ready.dataframe if len(one.value) == 10]
    assert len(sent) == 2, "the files of the release, and those that would be sent"
    assert table(ready, "instruction_types") is not None
    assert hub.datasets == {}
    # What was found holds for these very fields only.
    ready.checkbox(key="publish_private_1.0.0").uncheck().run()
    assert "would be published" not in words(ready)


def test_a_refusal_is_one_notice_without_the_token(ready: AppTest, hub: LocalHub) -> None:
    hub.answers["commit"] = 500
    confirm(ready)
    ready.button(key="publish_do_1.0.0").click().run()
    assert not ready.exception
    (error,) = ready.error
    assert "failed or is busy" in error.value
    assert TOKEN not in words(ready)
    assert "Not published from this workspace" in words(ready)
    assert hub.datasets[REPO].tags == {}


def test_a_name_that_is_none_and_a_missing_login_are_refused(
    ready: AppTest, hub: LocalHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.text_input(key="publish_repo_1.0.0").set_value("<b>no</b>").run()
    ready.button(key="publish_look_1.0.0").click().run()
    assert "write ORG/NAME" in ready.error[0].value.replace("\\", "")
    monkeypatch.delenv("HF_TOKEN")
    ready.text_input(key="publish_repo_1.0.0").set_value(REPO).run()
    ready.button(key="publish_look_1.0.0").click().run()
    assert "Publishing needs a token" in ready.error[0].value
    assert hub.asked == []


def test_a_published_release_stands_in_the_history_in_words(ready: AppTest, hub: LocalHub) -> None:
    confirm(ready)
    ready.button(key="publish_do_1.0.0").click().run()
    ready.switch_page("app_pages/overview.py").run()
    assert "Published release 1.0.0" in words(ready).replace("\\", "")
    assert hub.datasets[REPO].tags
