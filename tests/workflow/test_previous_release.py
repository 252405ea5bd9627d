"""A workspace that the first release wrote is worked on as it was, and further."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import col

from curation.authoring.copies import open_item, save_part
from curation.authoring.submitting import Submitted, submit
from curation.labelling.deciding import Decided, decide
from curation.labelling.queue import next_response
from curation.review.acting import act
from db.acts import ActKind
from db.engine import open_engine, reading
from db.items import Item, ItemOrigin
from db.labels import Decision, LabelSource
from db.migrations import upgrade
from db.queries.item_facts import statuses
from db.queries.labelling_queue import LabelFilter
from db.queries.status import ItemStatus
from db.queries.taxonomy import list_types
from db.verification import verify_history
from db.working_copies import Part
from db.workspace import find_workspace
from exports.cutting import cut_release, preview_release
from tests.claims.desk import Desk as Claims
from tests.db.test_old_schemas import OLD, write_old
from tests.review.desk import YES, Desk

# The last schema that only workspaces of one person were written with.
ALONE = OLD[1]
NOW = datetime.now(UTC) + timedelta(minutes=1)


def test_what_was_written_before_is_sent_reviewed_labelled_and_released(
    engine_url: str, tmp_path: Path
) -> None:
    """Nothing is asked of the one person but what they did before, and to send what they wrote."""
    write_old(ALONE, engine_url, tmp_path)
    desk = opened(engine_url)
    engine, local = desk.engine, desk.people["local"]
    # As the previous program sent it: a revision, and no act that asks for reviews of it.
    Claims(engine=engine, local=local).item("written", author=local, type_id=a_type(engine))
    before = stands(engine, "written")
    assert before is ItemStatus.DRAFTED
    assert waits(engine) == {ItemStatus.DRAFTED: 1}
    rows = preview_release(engine).rows

    starter = starters(engine)[0]
    act(engine, "written", ActKind.SUBMIT, annotator_id=local, now=NOW)
    rewrite(engine, starter, local)
    for item_id in ("written", starter):
        assert stands(engine, item_id) is ItemStatus.IN_REVIEW
    for _ in range(2):
        work = desk.take("local")
        desk.solve("local", work, type_id=a_type(engine))
        desk.decide("local", work, answers=YES)
    assert stands(engine, "written") is ItemStatus.ACCEPTED
    assert preview_release(engine).rows == rows + 1

    with reading(engine) as session:
        found = next_response(session, annotator_id=local, wanted=LabelFilter())
    assert found is not None
    said = decide(
        engine,
        annotator_id=local,
        response_id=found.response_id,
        decision=Decision.FOLLOWS,
        token="t",
        now=NOW,
    )
    assert isinstance(said, Decided)
    assert said.label.source is LabelSource.HUMAN_UNBLINDED
    report = cut_release(engine, "9.0.0", tmp_path / "cut", actor_id=local, now=NOW)
    assert report.rows == rows + 1
    assert stands(engine, "written") is ItemStatus.RELEASED
    with reading(engine) as session:
        verify_history(session)
    engine.dispose()


def opened(url: str) -> Desk:
    engine = open_engine(url)
    upgrade(engine)
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    return Desk(engine=engine, people={"local": workspace.local_annotator_id})


def stands(engine: Engine, item_id: str) -> ItemStatus:
    with reading(engine) as session:
        return statuses(session, [item_id])[item_id]


def waits(engine: Engine) -> dict[ItemStatus, int]:
    """Count what a release would leave out."""
    return dict(preview_release(engine).waiting)


def starters(engine: Engine) -> list[str]:
    with reading(engine) as session:
        query = sa.select(col(Item.id)).where(col(Item.origin) == ItemOrigin.STARTER)
        return sorted(session.execute(query).scalars())


def a_type(engine: Engine) -> str:
    with reading(engine) as session:
        return list_types(session)[0].id


def rewrite(engine: Engine, item_id: str, local: str) -> None:
    """Write the next revision of an item and send it."""
    copy = open_item(engine, item_id, annotator_id=local, now=NOW)
    save_part(
        engine,
        copy_id=copy.id,
        annotator_id=local,
        part=Part.NOTES,
        text="Looked at again.",
        base_number=copy.parts[Part.NOTES].number,
        tab="tab",
        now=NOW,
    )
    assert isinstance(submit(engine, copy.id, annotator_id=local, now=NOW), Submitted)
