"""A newer revision is merged with what is stored at the click, not with what was drawn before."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.state import ACTING
from curation.authoring.copies import load_copy, open_item, save_part
from curation.authoring.copy_views import CopyView
from curation.authoring.submitting import Submitted, submit
from db.engine import Engine, reading, writing
from db.roles import Role
from db.working_copies import Part
from tests.authoring.workspace import LATER, NOW
from tests.people.team import join, share


def that_merges() -> None:
    """A click on merge that came with a text, as Streamlit puts it into the session."""
    import streamlit as st

    from app.components.author_saving import Author, editor_key, settle_revision
    from curation.authoring.submitting import BaseChoice
    from db.working_copies import Part

    author = Author(annotator_id=st.session_state["who"], copy_id=st.session_state["where"])
    st.session_state[editor_key(author.copy_id, Part.NOTES)] = {"save": st.session_state["sent"]}
    settle_revision(author, BaseChoice.MERGE, st.session_state["seen"])


def save(engine: Engine, copy: CopyView, part: Part, text: str, tab: str) -> None:
    save_part(
        engine,
        copy_id=copy.id,
        annotator_id=copy.annotator_id,
        part=part,
        text=text,
        base_number=load(engine, copy).parts[part].number,
        tab=tab,
        now=LATER,
    )


def load(engine: Engine, copy: CopyView) -> CopyView:
    with reading(engine) as session:
        return load_copy(session, copy.id, annotator_id=copy.annotator_id)


@pytest.fixture
def mine(starter_engine: Engine, acting_as: Callable[[Engine, str | None], str]) -> CopyView:
    """An open copy whose notes are lines 1 to 3, after another person changed the third."""
    with writing(starter_engine) as session:
        people = (share(session), join(session, "mei", *Role))
    item_id = "starter-liquid-element"
    acting_as(starter_engine, people[0])
    first = open_item(starter_engine, item_id, annotator_id=people[1], now=NOW)
    save(starter_engine, first, Part.NOTES, "one\n\ntwo\n\nthree", "tab-0")
    assert isinstance(submit(starter_engine, first.id, annotator_id=people[1], now=NOW), Submitted)
    mine, theirs = (
        open_item(starter_engine, item_id, annotator_id=person, now=NOW) for person in people
    )
    save(starter_engine, theirs, Part.NOTES, "one\n\ntwo\n\nTHREE", "tab-0")
    save(starter_engine, mine, Part.NOTES, "one\n\ntwo and\n\nthree", "tab-1")
    assert isinstance(submit(starter_engine, theirs.id, annotator_id=people[1], now=NOW), Submitted)
    return mine


def clicked(mine: CopyView, seen: CopyView, sent: dict[str, object] | None) -> AppTest:
    script = AppTest.from_function(that_merges, default_timeout=120)
    script.session_state["who"] = mine.annotator_id
    script.session_state[ACTING] = mine.annotator_id
    script.session_state["where"] = mine.id
    script.session_state["seen"] = seen.current_revision_id
    script.session_state["sent"] = sent
    return script.run()


def test_a_text_that_comes_with_the_click_is_in_the_merge(
    starter_engine: Engine, mine: CopyView
) -> None:
    """Fails when author_saving.py:settle_revision merges before it takes what was typed."""
    seen = load(starter_engine, mine)
    typed = {
        "id": "save-1",
        "text": "ONE\n\ntwo and\n\nthree",
        "base": seen.parts[Part.NOTES].number,
        "tab": "tab-1",
    }
    assert not clicked(mine, seen, typed).exception
    after = load(starter_engine, mine)
    assert not after.is_stale
    assert after.parts[Part.NOTES].text == "ONE\n\ntwo and\n\nTHREE"


def test_what_another_tab_saved_after_the_page_was_drawn_is_in_the_merge(
    starter_engine: Engine, mine: CopyView
) -> None:
    seen = load(starter_engine, mine)
    save(starter_engine, mine, Part.NOTES, "ONE\n\ntwo and\n\nthree", "tab-2")
    assert not clicked(mine, seen, None).exception
    assert load(starter_engine, mine).parts[Part.NOTES].text == "ONE\n\ntwo and\n\nTHREE"


def test_of_a_revision_that_nobody_has_looked_at_nothing_is_merged(
    starter_engine: Engine, mine: CopyView
) -> None:
    seen, before = mine, load(starter_engine, mine)
    assert not clicked(mine, seen, None).exception
    after = load(starter_engine, mine)
    assert after.is_stale
    assert after.parts == before.parts
    assert after.asides == ()
