"""The keys D, J and K on the page Author: what was changed, and the copies beside this one."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from curation.authoring.copies import discard, open_item, open_new, save_part
from curation.authoring.copy_views import CopyView
from db.engine import Engine, reading
from db.working_copies import Part
from db.workspace import find_workspace
from tests.app.reading import words

Opened = Callable[..., AppTest]
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def annotator_id(starter_engine: Engine) -> str:
    with reading(starter_engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    return workspace.local_annotator_id


@pytest.fixture
def copy(starter_engine: Engine, annotator_id: str) -> CopyView:
    return open_item(starter_engine, "starter-liquid-element", annotator_id=annotator_id, now=NOW)


def test_d_shows_what_reads_otherwise_than_at_the_beginning(
    starter_engine: Engine, copy: CopyView, opened: Opened
) -> None:
    page = opened("author", copy=copy.id)
    page.button(key="author_changes_button").click().run()
    assert "Nothing reads otherwise" in words(page)
    save_part(
        starter_engine,
        copy_id=copy.id,
        annotator_id=copy.annotator_id,
        part=Part.TYPE,
        text="code-without-comments",
        base_number=copy.parts[Part.TYPE].number,
        tab="tab",
        now=NOW,
    )
    page.run()
    assert not page.exception
    said = words(page)
    assert "Nothing reads otherwise" not in said
    # The name of the type as it was and as it is: one word went, the other came.
    drawn = [one.proto.body for one in page.get("html")]
    assert any("Correction" in body and "Comments" in body for body in drawn)
    page.button(key="author_changes_button").click().run()
    assert len(page.get("html")) == len(drawn) - 1


def test_j_and_k_go_to_the_open_copies_beside_this_one(
    starter_engine: Engine, annotator_id: str, copy: CopyView, opened: Opened
) -> None:
    page = opened("author", copy=copy.id)
    assert not {"author_next", "author_previous"} & {one.key for one in page.button}
    other = open_new(starter_engine, annotator_id=annotator_id, now=NOW)
    page = opened("author", copy=copy.id)
    keys = {"author_next", "author_previous"} & {str(one.key) for one in page.button}
    assert len(keys) == 1
    (there,) = keys
    page.button(key=there).click().run()
    assert other.id in page.query_params["copy"]
    back = "author_previous" if there == "author_next" else "author_next"
    page.button(key=back).click().run()
    assert copy.id in page.query_params["copy"]
    discard(starter_engine, other.id, annotator_id=annotator_id, now=NOW)
    page.run()
    assert not {"author_next", "author_previous"} & {one.key for one in page.button}
