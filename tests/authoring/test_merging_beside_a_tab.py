"""Merging with a newer revision while another tab of the same person goes on saving."""

import pytest

from curation.authoring.copy_views import CopyView
from curation.authoring.submitting import BaseChoice, StaleBase, Submitted, settle_base, submit
from db.working_copies import Part
from tests.authoring.desk import Desk
from tests.authoring.workspace import LATER, annotator

THEIRS = "Answer wrongly: 3 + 3?"
MINE = "Answer wrongly: 2 + 2?"
BOTH = "Answer wrongly: 2 + 3?"
OVER = "Answer wrongly: 4 + 4?"


@pytest.fixture
def stale(desk: Desk) -> CopyView:
    """A copy with a prompt of mine, after another person submitted a prompt and a note."""
    other = Desk(engine=desk.engine, annotator_id=annotator(desk.engine, "other"))
    mine, theirs = desk.item(), other.item()
    other.saved(theirs.id, THEIRS, base=0)
    other.saved(theirs.id, "their note", base=0, part=Part.NOTES)
    desk.saved(mine.id, MINE, base=0)
    answer = submit(desk.engine, theirs.id, annotator_id=other.annotator_id, now=LATER)
    assert isinstance(answer, Submitted)
    return desk.load(mine.id)


def merge(desk: Desk, seen: CopyView) -> CopyView | StaleBase:
    return settle_base(
        desk.engine,
        seen.id,
        annotator_id=desk.annotator_id,
        choice=BaseChoice.MERGE,
        current_revision_id="a.r2",
        tab="tab-1",
        now=LATER,
        texts={Part.PROMPT: BOTH},
        numbers={part: view.number for part, view in seen.parts.items()},
    )


def test_a_merge_of_what_is_newest_goes_on_from_theirs(desk: Desk, stale: CopyView) -> None:
    for _ in range(2):
        settled = merge(desk, stale)
        assert isinstance(settled, CopyView)
    assert not settled.is_stale
    assert settled.asides == ()
    assert (settled.parts[Part.PROMPT].text, settled.parts[Part.NOTES].text) == (BOTH, "their note")


def test_a_merge_is_set_aside_of_what_another_tab_saved_meanwhile(
    desk: Desk, stale: CopyView
) -> None:
    """Pins submitting.py:_moved_on and _keep_merged."""
    desk.saved(stale.id, OVER, base=1, tab="tab-2")
    for _ in range(2):
        answer = merge(desk, stale)
        assert isinstance(answer, StaleBase)
    assert {one.part: one.mine for one in answer.differences} == {Part.PROMPT: OVER, Part.NOTES: ""}
    assert desk.texts(stale.id)[1:] == [MINE, OVER]
    assert [one.text for one in desk.asides()] == [BOTH]


def test_a_part_that_another_tab_began_meanwhile_is_compared_before_theirs_is_passed_over(
    desk: Desk, stale: CopyView
) -> None:
    """Pins submitting.py:_moved_on for a part that nothing was merged of."""
    desk.saved(stale.id, "my note", base=0, part=Part.NOTES, tab="tab-2")
    answer = merge(desk, stale)
    assert isinstance(answer, StaleBase)
    notes = next(one for one in answer.differences if one.part is Part.NOTES)
    assert (notes.theirs, notes.mine) == ("their note", "my note")
    assert desk.texts(stale.id)[1:] == [MINE, BOTH]
    assert desk.load(stale.id).is_stale
