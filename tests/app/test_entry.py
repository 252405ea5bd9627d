"""The entry script: guard, language, notices."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.settings import Settings
from app.state import NOTICES, Notice, Tone
from tests.app.reading import words

Opened = Callable[..., AppTest]
PAGES = ("overview", "items", "agreement", "releases")


def test_without_a_workspace_the_screen_names_the_command(entry: AppTest) -> None:
    entry.run()
    assert not entry.exception
    assert entry.title[0].value == "This workspace is not ready"
    assert "gainsay db upgrade --starter" in entry.code[0].value
    assert not entry.metric


def test_a_file_that_is_no_workspace_is_refused_in_one_sentence(
    entry: AppTest, empty_workspace: Settings
) -> None:
    (empty_workspace.data_folder / "gainsay.db").write_bytes(b"not a database" * 100)
    entry.run()
    assert not entry.exception
    assert "could not be used" in entry.error[0].value


def test_a_database_that_cannot_be_reached_shows_no_password(
    entry: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://anna:s3cret-canary@127.0.0.1:9/none"
    monkeypatch.setenv("GAINSAY_DATABASE_URL", url)
    entry.run()
    assert not entry.exception
    assert entry.error
    assert "s3cret-canary" not in words(entry)


@pytest.mark.usefixtures("starter_workspace")
@pytest.mark.parametrize(("locale", "title"), [("zh-CN", "总览"), ("en-GB", "Overview")])
def test_the_first_language_is_the_browser_s(entry: AppTest, locale: str, title: str) -> None:
    entry.context = {"locale": locale}
    entry.run()
    assert entry.title[0].value == title
    assert "ui" not in entry.query_params


@pytest.mark.usefixtures("starter_workspace")
def test_a_link_keeps_its_language_on_every_page(opened: Opened) -> None:
    page = opened("items", ui="zh")
    assert page.title[0].value == "题目"
    page.switch_page("app_pages/releases.py").run()
    assert page.title[0].value == "发布版本"
    assert page.query_params["ui"] in ("zh", ["zh"])


@pytest.mark.usefixtures("starter_workspace")
def test_an_unknown_language_in_a_link_falls_back(opened: Opened) -> None:
    assert opened("overview", ui="klingon").title[0].value == "Overview"


@pytest.mark.usefixtures("starter_workspace")
def test_the_switch_changes_every_word(opened: Opened) -> None:
    page = opened("overview")
    page.segmented_control(key="ui").set_value("zh").run()
    assert page.title[0].value == "总览"
    assert [one.value for one in page.subheader[:3]] == [
        "向模型提问",
        "题目现状",
        "题型 × 领域覆盖情况",
    ]
    page.segmented_control(key="ui").set_value("en").run()
    assert page.title[0].value == "Overview"


@pytest.mark.usefixtures("starter_workspace")
def test_notices_are_drawn_once(entry: AppTest) -> None:
    entry.run()
    entry.session_state[NOTICES] = [
        Notice(tone=Tone.DONE, text="done"),
        Notice(tone=Tone.REFUSED, text="refused"),
    ]
    entry.run()
    assert (entry.success[0].value, entry.error[0].value) == ("done", "refused")
    entry.run()
    assert not entry.success
    assert not entry.error


@pytest.mark.usefixtures("starter_workspace")
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_drawn_in_chinese(opened: Opened, name: str) -> None:
    page = opened(name, ui="zh")
    assert "local" in words(page)
    assert "单人工作区" in words(page)
