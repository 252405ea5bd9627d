"""Skipping: work is passed on for a reason, and each reason sends it somewhere else."""

import pytest

from curation.claims.claiming import Claim, Skipped, Why, claim, hand_in, settle_skip, skip
from db.engine import reading, writing
from db.errors import Forbidden, Invalid, NotFound
from db.history import events
from db.queries.skips import count_skips, skips_needing_attention
from db.queries.slots import Lost, LostBecause, close_slots
from db.reviews import ItemReveal
from db.roles import Role
from db.slots import SkipReason, Stage
from db.verification import verify_history
from tests.claims.desk import NOW, ON_SQLITE, Desk, at


def pass_on(
    desk: Desk, held: Claim, who: str, reason: SkipReason, note: str = ""
) -> Skipped | Lost:
    return skip(
        desk.engine,
        held.slot_id,
        annotator_id=who,
        fence=held.fence,
        reason=reason,
        note=note,
        now=at(1),
    )


@ON_SQLITE
@pytest.mark.parametrize("reason", list(SkipReason))
def test_what_was_skipped_is_not_offered_again_but_to_others(
    desk: Desk, reason: SkipReason
) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    ben = desk.person("ben", Role.REVIEWER, Role.LEAD)
    desk.item("a")
    act_id, slots = desk.round("a")
    pass_on(desk, desk.take(ann), ann, reason)
    why = Why.SEEN if reason is SkipReason.KNOWN else Why.SKIPPED
    assert desk.nothing(ann).excluded == {why: 2}
    assert desk.take(ben).slot_id in slots
    # In another round on another text it depends: what is unclear or broken may be better there.
    with writing(desk.engine) as session:
        close_slots(session, act_id=act_id, now=at(2))
    desk.round("a", number=2)
    again = claim(desk.engine, Stage.REVIEW, annotator_id=ann, now=at(3))
    is_about_the_text = reason in {SkipReason.UNCLEAR, SkipReason.BROKEN}
    assert isinstance(again, Claim) == is_about_the_text


@ON_SQLITE
def test_somebody_who_knows_an_item_has_seen_it_for_ever(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    desk.item("a")
    desk.round("a")
    pass_on(desk, desk.take(ann), ann, SkipReason.KNOWN, "We wrote it together.")
    with reading(desk.engine) as session:
        assert session.get(ItemReveal, (ann, "a")) is not None
        newest = events(session)[0]
        assert (newest.action, newest.subject_id, newest.actor_id) == ("slot.skip", "a", ann)
        assert newest.facts.keys() == {"skip", "item_reveal"}
        assert verify_history(session).ok


@ON_SQLITE
def test_what_distresses_waits_for_a_lead_before_anybody_else_gets_it(desk: Desk) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    lead = desk.person("lea", Role.LEAD)
    desk.item("a")
    desk.round("a")
    skipped = pass_on(desk, desk.take(ann), ann, SkipReason.DISTRESSING)
    assert isinstance(skipped, Skipped)
    assert desk.nothing(ben).excluded == {Why.FOR_LEAD: 2}
    with pytest.raises(Forbidden, match="'ben' does not hold the role 'lead'"):
        settle_skip(desk.engine, skipped.skip_id, lead_id=ben, now=at(2))
    assert settle_skip(desk.engine, skipped.skip_id, lead_id=lead, reason="fit", now=at(2))
    assert not settle_skip(desk.engine, skipped.skip_id, lead_id=lead, now=at(3))
    assert desk.take(ben).item_id == "a"
    assert desk.nothing(ann).excluded[Why.SKIPPED] == 2


@ON_SQLITE
def test_leads_are_shown_what_needs_them_until_they_have_settled_it(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    lead = desk.person("lea", Role.LEAD)
    for place, reason in enumerate(SkipReason):
        desk.item(f"item-{place}")
        desk.round(f"item-{place}", count=1)
        pass_on(desk, desk.take(ann), ann, reason, note=f"because {reason.value}")
    with reading(desk.engine) as session:
        shown = skips_needing_attention(session)
        counted = count_skips(session)
    assert {(one.reason, one.note, one.handle) for one in shown} == {
        (SkipReason.UNCLEAR, "because unclear", "ann"),
        (SkipReason.BROKEN, "because broken", "ann"),
        (SkipReason.DISTRESSING, "because distressing", "ann"),
    }
    assert [(one.handle, one.reason, one.count) for one in counted] == [
        ("ann", SkipReason.DOMAIN, 1),
        ("ann", SkipReason.LANGUAGE, 1),
    ]
    for one in shown:
        settle_skip(desk.engine, one.skip_id, lead_id=lead, now=at(2))
    with reading(desk.engine) as session:
        assert skips_needing_attention(session) == []


@ON_SQLITE
def test_a_skip_sent_twice_is_one_and_a_late_one_stores_nothing(desk: Desk) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER), desk.person("ben", Role.REVIEWER)
    desk.item("a")
    desk.round("a", count=1)
    first = desk.take(ann)
    once = pass_on(desk, first, ann, SkipReason.BROKEN)
    twice = pass_on(desk, first, ann, SkipReason.LANGUAGE)
    assert isinstance(once, Skipped)
    assert isinstance(twice, Skipped)
    assert (twice.skip_id, twice.reason, twice.is_new) == (
        once.skip_id,
        SkipReason.BROKEN,
        False,
    )
    second = desk.take(ben)
    with writing(desk.engine) as session:
        hand_in(session, second.slot_id, annotator_id=ben, fence=second.fence, now=at(2))
    late = pass_on(desk, second, ben, SkipReason.BROKEN)
    assert late == Lost(slot_id=second.slot_id, because=LostBecause.HANDED_IN)
    with reading(desk.engine) as session:
        assert [one.handle for one in skips_needing_attention(session)] == ["ann"]


@ON_SQLITE
def test_notes_that_cannot_be_stored_are_refused_before_anything_changes(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    desk.item("a")
    desk.round("a", count=1)
    held = desk.take(ann)
    for note, told in (("x" * 501, "501 characters"), ("a\0b", "cannot be stored")):
        with pytest.raises(Invalid, match=told):
            pass_on(desk, held, ann, SkipReason.BROKEN, note)
    assert desk.take(ann).slot_id == held.slot_id
    with pytest.raises(NotFound, match="no skip 'x'"):
        settle_skip(desk.engine, "x", lead_id=ann, now=NOW)
