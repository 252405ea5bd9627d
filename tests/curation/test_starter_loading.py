"""Putting the starter set into a workspace: complete, marked, and only once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from curation.authoring.copies import open_item, save_part
from curation.authoring.submitting import Submitted, submit
from curation.starter.content import load_starter_items
from curation.starter.loading import load_starter
from db.annotators import Annotator, AnnotatorKind
from db.engine import reading, writing
from db.labels import HUMAN_EVIDENCE, Label, LabelSource
from db.queries.items import current_revisions, get_item, list_items
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.verification import check_database
from db.working_copies import Part
from db.workspace import ensure_workspace, find_workspace
from tests.db.content import NOON


@pytest.fixture
def workspace(engine: Engine) -> Iterator[Engine]:
    with writing(engine) as session:
        ensure_workspace(session, now=NOON)
        install_taxonomy(session, load_taxonomy(), now=NOON)
        load_starter(session, now=NOON)
    return engine


def test_every_shipped_item_is_there_with_its_text_and_requirements(workspace: Engine) -> None:
    with reading(workspace) as session:
        rows = {row.id: row for row in list_items(session)}
    shipped = load_starter_items()
    assert rows.keys() == {f"starter-{item.slug}" for item in shipped}
    for item in shipped:
        row = rows[f"starter-{item.slug}"]
        assert (row.prompt, row.reference, row.twin) == (item.prompt, item.reference, item.twin)
        assert row.requirements == item.requirements
        assert (row.type_id, row.domain_id, row.language_id) == (
            item.type,
            item.domain,
            item.language,
        )
        assert row.responses == len(item.responses)


def test_no_starter_label_is_human_evidence_and_its_author_is_a_machine(workspace: Engine) -> None:
    with reading(workspace) as session:
        labels = session.exec(select(Label)).all()
        authors = {label.annotator_id for label in labels}
        kinds = {session.get_one(Annotator, author).kind for author in authors}
    assert len(labels) == sum(len(item.responses) for item in load_starter_items())
    assert {label.source for label in labels} == {LabelSource.CONSTRUCTION}
    assert LabelSource.CONSTRUCTION not in HUMAN_EVIDENCE
    assert kinds == {AnnotatorKind.MACHINE}


def test_loading_again_adds_nothing_and_tells_nothing(workspace: Engine) -> None:
    with writing(workspace) as session:
        assert load_starter(session, now=NOON) == 0
    found = check_database(workspace)
    assert found.ok
    # The local annotator, the workspace, the taxonomy's author, the taxonomy, the starter's author
    # and the first load.
    assert found.checked["events"] == 6


def test_a_changed_text_becomes_a_new_revision_with_its_own_responses(workspace: Engine) -> None:
    first, *_ = load_starter_items()
    changed = replace(first, prompt=first.prompt + " Please.")
    with writing(workspace) as session:
        assert load_starter(session, now=NOON, items=[changed]) == 1
    with reading(workspace) as session:
        item = get_item(session, f"starter-{first.slug}")
    assert [revision.number for revision in item.revisions] == [1, 2]
    assert item.row.prompt == changed.prompt
    assert len(item.responses) == len(first.responses)
    assert check_database(workspace).ok


def test_a_new_workspace_has_the_shipped_checks(workspace: Engine) -> None:
    ids = [f"starter-{item.slug}" for item in load_starter_items()]
    with reading(workspace) as session:
        stored = {item_id: row.checks for item_id, row in current_revisions(session, ids).items()}
    assert stored == {f"starter-{item.slug}": item.checks for item in load_starter_items()}
    assert sum(map(bool, stored.values())) == 15


def test_checks_alone_make_no_new_revision_where_people_may_have_labelled(
    workspace: Engine,
) -> None:
    """Pins loading.py:load_starter: a workspace from before there were checks keeps its items."""
    shipped = load_starter_items()
    others = [replace(item, checks="1: lines most=99") for item in shipped]
    with writing(workspace) as session:
        assert load_starter(session, now=NOON, items=others) == 0
    with reading(workspace) as session:
        ids = [f"starter-{item.slug}" for item in shipped]
        kept = {row.checks for row in current_revisions(session, ids).values()}
    assert kept == {item.checks for item in shipped}


def test_a_changed_text_brings_its_checks_along(workspace: Engine) -> None:
    first = next(item for item in load_starter_items() if item.checks)
    changed = replace(first, prompt=first.prompt + " Please.", checks="1: lines most=99")
    with writing(workspace) as session:
        assert load_starter(session, now=NOON, items=[changed]) == 1
        now = current_revisions(session, [f"starter-{first.slug}"])[f"starter-{first.slug}"]
    assert (now.number, now.checks) == (2, "1: lines most=99")
    assert check_database(workspace).ok


def test_a_text_that_a_person_wrote_over_a_starter_item_stays(workspace: Engine) -> None:
    """Pins loading.py:load_starter, the comparison of the current revision's author."""
    first, *_ = load_starter_items()
    item_id = f"starter-{first.slug}"
    person = _person(workspace)
    copy = open_item(workspace, item_id, annotator_id=person, now=NOON)
    save_part(
        workspace,
        copy_id=copy.id,
        annotator_id=person,
        part=Part.PROMPT,
        text=first.prompt + " Now.",
        base_number=0,
        tab="tab-1",
        now=NOON,
    )
    answer = submit(workspace, copy.id, annotator_id=person, now=NOON)
    assert answer == Submitted(item_id=item_id, revision_id=f"{item_id}.r2")

    changed = replace(first, prompt=first.prompt + " Please.")
    with writing(workspace) as session:
        assert load_starter(session, now=NOON) == 0
        assert load_starter(session, now=NOON, items=[changed]) == 0
    with reading(workspace) as session:
        assert get_item(session, item_id).row.prompt == first.prompt + " Now."
    assert check_database(workspace).ok


def _person(engine: Engine) -> str:
    with reading(engine) as session:
        found = find_workspace(session)
    assert found is not None
    return found.local_annotator_id


def test_families_tie_the_translation_pairs_together(workspace: Engine) -> None:
    with reading(workspace) as session:
        pairs = {
            row.id: get_item(session, row.id).siblings
            for row in list_items(session)
            if get_item(session, row.id).siblings
        }
    assert pairs
    for item_id, siblings in pairs.items():
        assert all(item_id in pairs[sibling] for sibling in siblings)
