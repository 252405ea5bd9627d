"""Labelling as claimed work: two slots per response, in an order of one's own."""

from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from curation.claims.claiming import (
    Claim,
    ClaimFilter,
    EmptyQueue,
    Why,
    give_back,
    release,
    skip,
)
from curation.labelling.deciding import Decided, ForSlot, decide
from curation.labelling.planning import claim_label, open_label_slots
from curation.labelling.sources import Unblinded, label_source
from curation.labelling.undoing import undo
from curation.review.acting import act
from curation.review.adjudicating import Ruled, rule
from db.acts import ActKind
from db.engine import reading
from db.errors import Invalid
from db.items import ItemOrigin
from db.labels import Decision, LabelSource
from db.queries.item_facts import statuses
from db.queries.label_plan import count_free
from db.queries.slots import read_slot
from db.queries.status import ItemStatus
from db.reviews import Confidence, ReasonCode, Ruling
from db.roles import Role
from db.slots import SkipReason, Stage
from tests.claims.desk import LEASE, NOW, ON_SQLITE, Desk, at

FAMILIES = 6


@pytest.fixture
def team(desk: Desk) -> Desk:
    """Three labellers, and six families of two responses each."""
    for name in ("ann", "ben", "cem"):
        desk.person(name, Role.LABELLER)
    for number in range(FAMILIES):
        desk.item(f"i{number}", responses=2, origin=ItemOrigin.IMPORTED)
    return desk


def ask(
    desk: Desk, who: str, *, minute: float = 0, wanted: ClaimFilter | None = None
) -> Claim | EmptyQueue:
    return claim_label(
        desk.engine, annotator_id=desk.people[who], now=at(minute), wanted=wanted, lease=LEASE
    )


def take(desk: Desk, who: str, *, minute: float = 0, wanted: ClaimFilter | None = None) -> Claim:
    got = ask(desk, who, minute=minute, wanted=wanted)
    assert isinstance(got, Claim), got
    return got


def say(
    desk: Desk,
    who: str,
    held: Claim,
    decision: Decision = Decision.FOLLOWS,
    *,
    token: str = "t",
    minute: float = 1,
) -> Decided:
    assert held.response_id is not None
    answer = decide(
        desk.engine,
        annotator_id=desk.people[who],
        response_id=held.response_id,
        decision=decision,
        token=token,
        slot=ForSlot(slot_id=held.slot_id, fence=held.fence),
        now=at(minute),
    )
    assert isinstance(answer, Decided)
    return answer


def label_all(desk: Desk, who: str) -> list[Claim]:
    done = []
    minute = 0.0
    while isinstance(got := ask(desk, who, minute=minute), Claim):
        say(desk, who, got, minute=minute)
        done.append(got)
        minute += 1
    return done


def test_everything_is_labelled_by_two_and_by_no_more_in_an_order_of_ones_own(
    team: Desk,
) -> None:
    ann, ben = label_all(team, "ann"), label_all(team, "ben")
    assert len(ann) == len(ben) == 2 * FAMILIES
    assert {one.response_id for one in ann} == {one.response_id for one in ben}
    assert [one.response_id for one in ann] != [one.response_id for one in ben]
    for done in (ann, ben):
        pairs = list(pairwise(done))
        # The last responses may all be of one family; before, none follows its like.
        assert all(one.item_id != two.item_id for one, two in pairs[: FAMILIES - 1])
    empty = ask(team, "cem")
    assert isinstance(empty, EmptyQueue)
    assert empty.total == 0


@ON_SQLITE
def test_slots_are_opened_in_batches_and_once(team: Desk) -> None:
    # Two slots for each of five responses, then for the other seven.
    assert open_label_slots(team.engine, now=NOW, batch=5) == 10
    assert open_label_slots(team.engine, now=NOW) == 14
    assert open_label_slots(team.engine, now=NOW) == 0


@ON_SQLITE
def test_what_is_written_here_waits_for_its_acceptance_and_what_came_in_does_not(
    desk: Desk,
) -> None:
    desk.person("ann", Role.LABELLER)
    desk.item("written", responses=1)
    assert isinstance(ask(desk, "ann"), EmptyQueue)
    desk.item("brought", responses=1, origin=ItemOrigin.IMPORTED)
    assert take(desk, "ann").item_id == "brought"


@ON_SQLITE
def test_a_late_label_is_kept_and_called_surplus(team: Desk) -> None:
    [only] = team.item("single", type_id="qc", responses=1, origin=ItemOrigin.IMPORTED)
    wanted = ClaimFilter(type_ids=("qc",))
    held = {name: take(team, name, wanted=wanted) for name in ("ann", "ben")}
    # Ann goes away; Cem takes her slot.
    say(team, "ben", held["ben"])
    late = take(team, "cem", minute=21, wanted=wanted)
    assert late.slot_id == held["ann"].slot_id
    said = say(team, "ann", held["ann"], minute=22)
    assert (said.is_surplus, said.is_new, said.label.source) == (
        True,
        True,
        LabelSource.BLIND_HUMAN,
    )
    assert say(team, "ann", held["ann"], minute=23).is_surplus
    assert not say(team, "cem", late, minute=24).is_surplus
    assert only == late.response_id


@ON_SQLITE
def test_undoing_gives_the_slot_back_to_its_person(team: Desk) -> None:
    first = take(team, "ann")
    said = say(team, "ann", first)
    undo(team.engine, annotator_id=team.people["ann"], label_id=said.label.id, now=at(2))
    again = take(team, "ann", minute=2)
    assert (again.slot_id, again.fence) == (first.slot_id, first.fence)
    assert not say(team, "ann", again, token="u", minute=3).is_surplus


@ON_SQLITE
def test_undoing_beside_other_work_frees_the_slot_and_only_it_can_be_asked_for(
    team: Desk,
) -> None:
    first = take(team, "ann")
    said = say(team, "ann", first)
    second = take(team, "ann", minute=2)
    undo(team.engine, annotator_id=team.people["ann"], label_id=said.label.id, now=at(3))
    assert take(team, "ann", minute=3).slot_id == second.slot_id
    give_back(
        team.engine,
        second.slot_id,
        annotator_id=team.people["ann"],
        fence=second.fence,
        now=at(3),
    )
    only = ClaimFilter(only=first.response_id)
    assert take(team, "ann", minute=3, wanted=only).response_id == first.response_id


def test_labels_that_differ_ask_for_an_adjudicator_who_has_not_labelled(desk: Desk) -> None:
    for name in ("ann", "ben", "cem"):
        desk.person(name, Role.LABELLER, Role.ADJUDICATOR)
    [response] = desk.item("a", responses=1, origin=ItemOrigin.IMPORTED)
    desk.accept("a")
    say(desk, "ann", take(desk, "ann"))
    other = take(desk, "ben")
    assert isinstance(desk.ask(desk.people["cem"], Stage.ADJUDICATE_LABELS), EmptyQueue)
    say(desk, "ben", other, Decision.DOES_NOT_FOLLOW)
    for name in ("ann", "ben"):
        empty = desk.nothing(desk.people[name], Stage.ADJUDICATE_LABELS)
        assert empty.excluded == {Why.ALREADY_DONE: 1}
    assert desk.take(desk.people["cem"], Stage.ADJUDICATE_LABELS).response_id == response


@ON_SQLITE
def test_a_slot_of_a_text_that_went_out_of_use_is_closed_when_it_comes_up(desk: Desk) -> None:
    desk.person("ann", Role.LABELLER)
    desk.item("a", responses=1, origin=ItemOrigin.IMPORTED)
    open_label_slots(desk.engine, now=NOW)
    desk.round("a")
    empty = ask(desk, "ann")
    assert isinstance(empty, EmptyQueue)
    assert empty.total == 0


@ON_SQLITE
def test_a_skipped_response_is_another_persons_and_a_released_one_too(team: Desk) -> None:
    lead = team.person("lea", Role.LEAD)
    first = take(team, "ann")
    skip(
        team.engine,
        first.slot_id,
        annotator_id=team.people["ann"],
        fence=first.fence,
        reason=SkipReason.UNCLEAR,
        now=at(1),
    )
    second = take(team, "ann", minute=1)
    assert second.response_id != first.response_id
    assert release(team.engine, second.slot_id, lead_id=lead, now=at(2))
    assert say(team, "ann", second, minute=3).is_surplus
    with reading(team.engine) as session:
        assert read_slot(session, first.slot_id).holder_id is None


@ON_SQLITE
def test_a_label_is_not_handed_in_for_another_responses_slot(team: Desk) -> None:
    first = take(team, "ann")
    [other] = team.item("other", responses=1, origin=ItemOrigin.IMPORTED)
    with pytest.raises(Invalid, match="is not for the response"):
        decide(
            team.engine,
            annotator_id=team.people["ann"],
            response_id=other,
            decision=Decision.FOLLOWS,
            token="t",
            slot=ForSlot(slot_id=first.slot_id, fence=first.fence),
            now=at(1),
        )


@ON_SQLITE
def test_who_worked_here_alone_labels_nothing_older_blindly(desk: Desk) -> None:
    desk.grant(desk.local, Role.LABELLER)
    [old] = desk.item("old", responses=1, origin=ItemOrigin.IMPORTED, at=NOW - timedelta(days=6))
    [new] = desk.item("new", responses=1, origin=ItemOrigin.IMPORTED)
    with reading(desk.engine) as session:
        standing = label_source(session, annotator_id=desk.local, response_id=old)
        assert standing.reasons == (Unblinded.WORKED_ALONE,)
        assert standing.source is LabelSource.HUMAN_UNBLINDED
        assert label_source(session, annotator_id=desk.local, response_id=new).reasons == ()
    got = claim_label(desk.engine, annotator_id=desk.local, now=NOW)
    assert isinstance(got, Claim)
    assert got.response_id == new
    give_back(desk.engine, got.slot_id, annotator_id=desk.local, fence=got.fence, now=NOW)
    empty = claim_label(desk.engine, annotator_id=desk.local, now=NOW, wanted=ClaimFilter(only=old))
    assert isinstance(empty, EmptyQueue)
    assert empty.overlapping[Why.SEEN] == 2


def test_where_no_slot_lacks_only_what_something_happened_to_is_looked_at(team: Desk) -> None:
    """Fails without ``_NONE_LACKED`` in label_plan.py:lacks_slots, or without its items.

    With a hundred thousand responses each claim would go through all of them otherwise.
    """
    while open_label_slots(team.engine, now=NOW):
        pass
    sent: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT response.id") and "LIMIT" in statement:
            sent.append(statement)

    sa.event.listen(team.engine, "before_cursor_execute", note)
    try:
        held = take(team, "ann")
        said = say(team, "ann", held)
        assert open_label_slots(team.engine, now=NOW) == 0
        assert sent == []
    finally:
        sa.event.remove(team.engine, "before_cursor_execute", note)
    # What happens to a response, an item or the whole workspace is looked at all the same.
    undo(team.engine, annotator_id=team.people["ann"], label_id=said.label.id, now=at(2))
    assert open_label_slots(team.engine, now=NOW) == 0
    team.item("late", responses=1, origin=ItemOrigin.IMPORTED)
    assert open_label_slots(team.engine, now=NOW) == 2
    team.item("written", responses=1)
    assert open_label_slots(team.engine, now=NOW) == 0
    team.accept("written")
    assert open_label_slots(team.engine, now=NOW) == 2


def test_labels_that_differ_on_what_was_never_sent_are_ruled_on_and_move_the_item_nowhere(
    desk: Desk,
) -> None:
    """Fails without ``load_facts_in_use`` in rounds.py:reconcile."""
    for name in ("ann", "ben", "cem"):
        desk.person(name, Role.LABELLER, Role.ADJUDICATOR)
    [response] = desk.item("a", responses=1, origin=ItemOrigin.IMPORTED)
    first = take(desk, "ann")
    said = say(desk, "ann", first)
    say(desk, "ben", take(desk, "ben"), Decision.DOES_NOT_FOLLOW)
    assert isinstance(said, Decided)
    with reading(desk.engine) as session:
        assert statuses(session, ["a"]) == {"a": ItemStatus.DRAFTED}
    # Whoever takes a label back takes the dispute away, and labels anew.
    undo(desk.engine, annotator_id=desk.people["ann"], label_id=said.label.id, now=at(4))
    assert isinstance(desk.ask(desk.people["cem"], Stage.ADJUDICATE_LABELS), EmptyQueue)
    say(desk, "ann", take(desk, "ann", minute=5), token="u", minute=6)
    held = desk.take(desk.people["cem"], Stage.ADJUDICATE_LABELS)
    assert held.response_id == response
    ruled = rule(
        desk.engine,
        held.slot_id,
        annotator_id=desk.people["cem"],
        fence=held.fence,
        ruling=Ruling.FOLLOWS,
        confidence=Confidence.HIGH,
        error_category=ReasonCode.AMBIGUOUS,
        is_guideline_gap=False,
        reason="It does.",
        token="r",
        now=at(7),
    )
    assert isinstance(ruled, Ruled)
    with reading(desk.engine) as session:
        assert statuses(session, ["a"]) == {"a": ItemStatus.DRAFTED}
        assert count_free(session, Stage.ADJUDICATE_LABELS) == 0


@ON_SQLITE
def test_acts_that_ask_nobody_for_a_review_leave_an_imported_text_in_use(desk: Desk) -> None:
    """Fails when any act keeps ``label_plan`` from asking: a seed's mark ended labelling."""
    desk.person("ann", Role.LABELLER)
    lead = desk.person("lea", Role.LEAD)
    [response] = desk.item("a", responses=1, origin=ItemOrigin.IMPORTED)
    desk.item("b", responses=1, origin=ItemOrigin.AUTHORED)
    for item in ("a", "b"):
        act(desk.engine, item, ActKind.MARK_SEED, annotator_id=lead, now=at(1))
    assert take(desk, "ann", minute=2).response_id == response


@ON_SQLITE
def test_who_looks_for_work_is_told_of_no_slot_on_a_text_out_of_use(desk: Desk) -> None:
    """Fails without ``_unasked`` in rounds.py:reconcile."""
    lead = desk.person("lea", Role.LEAD)
    for name in ("ann", "ben"):
        desk.person(name, Role.LABELLER)
    desk.item("a", responses=2, origin=ItemOrigin.IMPORTED)
    mine = take(desk, "ann")
    act(desk.engine, "a", ActKind.RETIRE, annotator_id=lead, now=at(1), reason="A duplicate.")
    # Ann's goes on; the three that nobody has are gone.
    with reading(desk.engine) as session:
        assert count_free(session, Stage.LABEL) == 1
    assert not say(desk, "ann", mine, minute=2).is_surplus
    empty = ask(desk, "ben", minute=3)
    assert isinstance(empty, EmptyQueue)
    assert empty.total == 0
    act(desk.engine, "a", ActKind.REINSTATE, annotator_id=lead, now=at(4), reason="It is not.")
    take(desk, "ben", minute=5)
    with reading(desk.engine) as session:
        assert count_free(session, Stage.LABEL) == 3
