"""The page Releases, started from the entry script."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Checkbox, TextInput

from app.settings import Settings
from app.views.workspace_head import load_workspace_head
from curation.authoring.copies import open_new, save_part
from curation.authoring.submitting import Submitted, submit
from curation.starter.content import load_starter_items
from db.engine import open_engine, reading
from db.intake import read_table
from db.working_copies import Part
from db.workspace import find_workspace
from exports.importing import import_items
from tests.app.reading import table, words
from tests.exports.rows import six

Opened = Callable[..., AppTest]
STARTER = load_starter_items()
NOW = datetime(2026, 5, 4, tzinfo=UTC)


def version_field(page: AppTest) -> TextInput:
    (field,) = (one for one in page.text_input if str(one.key).startswith("release_version"))
    return field


def confirmation(page: AppTest) -> Checkbox:
    (box,) = (one for one in page.checkbox if str(one.key).startswith("release_confirm"))
    return box


def confirm_and_cut(page: AppTest, version: str) -> None:
    box = confirmation(page)
    assert version in box.label
    box.check().run()
    page.button(key=f"release_cut_{version}").click().run()


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_workspace_has_nothing_to_release(opened: Opened) -> None:
    page = opened("releases")
    assert "nothing to release yet" in words(page)
    assert "No release has been cut yet" in words(page)
    assert not page.text_input


@pytest.mark.usefixtures("starter_workspace")
def test_the_preview_says_what_a_cut_would_hold(opened: Opened) -> None:
    page = opened("releases")
    assert f"**{len(STARTER)} rows**" in words(page)
    assert "No part of this release rests on human labels" in words(page)
    assert table(page, "Rows")["Rows"].sum() == len(STARTER)
    assert version_field(page).value == "1.0.0"


def test_items_written_here_are_left_out_and_counted(
    starter_workspace: Settings, opened: Opened
) -> None:
    write_item(starter_workspace)
    page = opened("releases")
    assert f"**{len(STARTER)} rows**" in words(page)
    assert "1 item is left out because it is not accepted: in review 1." in words(page)


def test_a_cut_writes_files_and_lists_the_release(
    starter_workspace: Settings, opened: Opened
) -> None:
    page = opened("releases")
    confirm_and_cut(page, "1.0.0")
    assert not page.exception
    assert "Release 1.0.0 is cut" in page.success[0].value
    folder = starter_workspace.data_folder / "releases" / "1.0.0"
    assert (folder / "SHA256SUMS").is_file()
    assert len(table(page, "instruction_types")) == len(STARTER)
    assert "README.md" in set(table(page, "File")["File"])
    assert "The content equals release 1.0.0" in words(page)
    # Nothing changed, so only the packaging could be another: 1.0.1.
    assert version_field(page).value == "1.0.1"


@pytest.mark.usefixtures("starter_workspace")
def test_the_button_waits_until_the_box_is_ticked(opened: Opened) -> None:
    page = opened("releases")
    box = confirmation(page)
    assert box.label == f"Cut 1.0.0 with {len(STARTER)} rows; a version can never be changed."
    assert page.button(key="release_cut_1.0.0").disabled


@pytest.mark.usefixtures("starter_workspace")
def test_another_version_has_to_be_confirmed_anew(opened: Opened) -> None:
    page = opened("releases")
    confirmation(page).check().run()
    version_field(page).set_value("2.0.0").run()
    assert not confirmation(page).value
    assert page.button(key="release_cut_2.0.0").disabled


@pytest.mark.usefixtures("starter_workspace")
def test_a_release_cut_again_is_there_already(opened: Opened) -> None:
    page = opened("releases")
    confirm_and_cut(page, "1.0.0")
    version_field(page).set_value("1.0.0").run()
    confirm_and_cut(page, "1.0.0")
    assert not page.error
    assert "Release 1.0.0 is there already, intact" in page.success[0].value
    assert version_field(page).value == "1.0.1"


@pytest.mark.parametrize("version", ["../../elsewhere", "0.1", "one"])
def test_a_version_that_is_none_is_refused_and_nothing_is_written(
    starter_workspace: Settings, opened: Opened, version: str
) -> None:
    page = opened("releases")
    version_field(page).set_value(version).run()
    confirm_and_cut(page, version)
    assert not page.exception
    assert len(page.error) == 1
    assert not page.success
    assert not (starter_workspace.data_folder / "releases").exists()
    assert version_field(page).value == version


def test_missing_files_of_a_release_are_offered_anew(
    starter_workspace: Settings, opened: Opened
) -> None:
    page = opened("releases")
    confirm_and_cut(page, "1.0.0")
    folder = starter_workspace.data_folder / "releases" / "1.0.0"
    folder.rename(folder.with_name("moved"))
    page.run()
    page.button(key="release_write_again").click().run()
    assert not page.exception
    assert (folder / "SHA256SUMS").read_bytes() == (
        folder.with_name("moved") / "SHA256SUMS"
    ).read_bytes()


def test_what_a_cut_advises_is_shown_in_the_language_of_the_screen(
    empty_workspace: Settings, opened: Opened, tmp_path: Path
) -> None:
    file = tmp_path / "dates.jsonl"
    rows = [six("2024-01-01"), six("2024-01-02")]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    engine = open_engine(empty_workspace.database_url)
    with reading(engine) as session:
        actor = load_workspace_head(session).annotator_id
    import_items(engine, read_table(file, what="items"), actor_id=actor, now=datetime.now(UTC))
    engine.dispose()
    page = opened("releases", ui="zh")
    confirm_and_cut(page, "1.0.0")
    assert not page.exception
    (advice,) = page.warning
    assert "prompt 列的所有文字都像日期" in advice.value


def test_the_files_of_a_release_are_verified_on_demand(
    starter_workspace: Settings, opened: Opened
) -> None:
    page = opened("releases")
    confirm_and_cut(page, "1.0.0")
    page.button(key="release_verify").click().run()
    assert "are what it sealed: 10 files" in page.success[0].value
    (starter_workspace.data_folder / "releases" / "1.0.0" / "LICENSE").write_text("mine")
    page.button(key="release_verify").click().run()
    assert not page.exception
    (error,) = page.error
    assert "is not what release" in error.value


def test_a_release_is_compared_with_another_and_with_now(
    starter_workspace: Settings, opened: Opened, tmp_path: Path
) -> None:
    page = opened("releases")
    confirm_and_cut(page, "1.0.0")
    assert "The same items with the same content" in words(page)
    file = tmp_path / "more.jsonl"
    file.write_text(json.dumps({**six("More"), "id": "one-more"}), encoding="utf-8")
    engine = open_engine(starter_workspace.database_url)
    with reading(engine) as session:
        actor = load_workspace_head(session).annotator_id
    import_items(engine, read_table(file, what="items"), actor_id=actor, now=datetime.now(UTC))
    engine.dispose()
    page.run()
    assert table(page, "Difference").to_dict("records") == [
        {"Difference": "added", "Item": "one-more"}
    ]
    confirm_and_cut(page, "1.1.0")
    page.selectbox(key="release").set_value("1.1.0").run()
    page.selectbox(key="release_compare_1.1.0").set_value("1.0.0").run()
    # Always from the older one to the newer one, whichever of the two is open.
    assert "From 1.0.0 to 1.1.0:" in words(page).replace("\\", "")
    assert table(page, "Difference").to_dict("records") == [
        {"Difference": "added", "Item": "one-more"}
    ]


def write_item(settings: Settings) -> None:
    """Write one item as the person who works here."""
    engine = open_engine(settings.database_url)
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    who = workspace.local_annotator_id
    copy = open_new(engine, annotator_id=who, now=NOW)
    for part, text in (
        (Part.TYPE, "counterfactual-answering"),
        (Part.LANGUAGE, "en"),
        (Part.PROMPT, "The text says that snow is green. What colour is snow, by the text?"),
        (Part.REFERENCE, "1. The answer says that snow is green."),
    ):
        save_part(
            engine,
            copy_id=copy.id,
            annotator_id=who,
            part=part,
            text=text,
            base_number=0,
            tab="t",
            now=NOW,
        )
    assert isinstance(submit(engine, copy.id, annotator_id=who, now=NOW), Submitted)
    engine.dispose()
