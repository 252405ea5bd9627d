"""Who gets which slot: every rule keeps one away, and says so in an empty queue."""

from datetime import timedelta

import pytest

from curation.claims.claiming import Claim, ClaimFilter, Why, claim, skip
from curation.labelling.deciding import decide
from db.base import new_id
from db.engine import writing
from db.errors import Forbidden
from db.labels import Decision, LabelSource
from db.queries.slots import hand_in, open_slots
from db.recording import recording
from db.reviews import (
    ItemReveal,
    ReasonCode,
    Review,
    ReviewDecision,
)
from db.roles import Role, RoleRevocation
from db.slots import SkipReason, Stage
from db.working_copies import WorkingCopy
from tests.claims.desk import NOW, ON_SQLITE, Desk, at


def only(desk: Desk, who: str, why: Why, stage: Stage = Stage.REVIEW, count: int = 1) -> None:
    """Check that the one rule keeps everything that is open from a person."""
    empty = desk.nothing(who, stage)
    assert (empty.total, dict(empty.excluded)) == (count, {why: count})
    assert dict(empty.overlapping) == {why: count}


@ON_SQLITE
def test_only_a_role_for_the_items_type_and_language_lets_a_person_claim(desk: Desk) -> None:
    desk.item("a", type_id="dia", language_id="en")
    desk.round("a", count=1)
    without = desk.person("noa", Role.LABELLER, Role.LEAD, Role.AUTHOR, Role.ADMIN)
    only(desk, without, Why.ROLE)
    wrong = desk.person("zoe")
    desk.grant(wrong, Role.REVIEWER, type_id="qc")
    desk.grant(wrong, Role.REVIEWER, type_id="dia", language_id="zh")
    only(desk, wrong, Why.ROLE)
    desk.grant(wrong, Role.REVIEWER, type_id="dia", language_id="en")
    assert desk.take(wrong).item_id == "a"


@ON_SQLITE
def test_a_role_that_was_taken_back_takes_the_open_claim_too(desk: Desk) -> None:
    desk.item("a")
    desk.round("a", count=1)
    ann = desk.person("ann", Role.REVIEWER)
    desk.take(ann)
    with (
        writing(desk.engine) as session,
        recording(
            session,
            now=NOW,
            actor_id=desk.local,
            action="role.revoke",
            subject_kind="annotator",
            subject_id=ann,
        ) as record,
    ):
        grant_id = session.connection().exec_driver_sql("SELECT id FROM role_grant").scalar_one()
        record.add(RoleRevocation(grant_id=grant_id, revoked_by_id=desk.local, created_at=NOW))
    only(desk, ann, Why.ROLE)


@ON_SQLITE
def test_machines_and_people_unknown_claim_nothing(desk: Desk) -> None:
    with pytest.raises(Forbidden, match="'maker' is a machine or has withdrawn"):
        claim(desk.engine, Stage.REVIEW, annotator_id=desk.machine, now=NOW)


@ON_SQLITE
def test_listed_languages_and_domains_restrict_and_none_listed_restrict_nothing(
    desk: Desk,
) -> None:
    desk.item("a", language_id="en", domain_id="math")
    desk.round("a", count=1)
    only(desk, desk.person("zoe", Role.REVIEWER, languages=("zh",)), Why.LANGUAGE)
    only(desk, desk.person("phil", Role.REVIEWER, domains=("physics",)), Why.DOMAIN)
    both = desk.person("ann", Role.REVIEWER, languages=("zh", "en"), domains=("math",))
    assert desk.take(both).item_id == "a"


@ON_SQLITE
def test_an_item_without_a_domain_is_offered_to_people_of_every_domain(desk: Desk) -> None:
    desk.item("a")
    desk.round("a", count=1)
    assert desk.take(desk.person("phil", Role.REVIEWER, domains=("physics",))).item_id == "a"


def test_nobody_reviews_or_labels_a_family_that_they_wrote_at(desk: Desk) -> None:
    ann, ben = desk.person("ann", Role.REVIEWER, Role.LABELLER), desk.person("ben", Role.REVIEWER)
    desk.item("a", family_id="f", author=ann)
    [response] = desk.item("b", family_id="f", responses=1)
    desk.round("b", count=1)
    only(desk, ann, Why.OWN_FAMILY)
    with writing(desk.engine) as session:
        open_slots(
            session,
            stage=Stage.LABEL,
            subject_id=response,
            response_id=response,
            item_id="b",
            count=1,
            now=NOW,
        )
    only(desk, ann, Why.OWN_FAMILY, Stage.LABEL)
    with writing(desk.engine) as session:
        session.add(
            WorkingCopy(id="copy-1", annotator_id=ben, item_id="a", opened_at=NOW, touched_at=NOW)
        )
    only(desk, ben, Why.OWN_FAMILY)


def test_nobody_reviews_what_they_have_seen_nor_the_first_person_what_is_older_than_sharing(
    desk: Desk,
) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    desk.grant(desk.local, Role.REVIEWER)
    desk.item("a", at=NOW - timedelta(days=6))
    desk.round("a", count=1)
    only(desk, desk.local, Why.SEEN)
    with (
        writing(desk.engine) as session,
        recording(
            session,
            now=NOW,
            actor_id=ann,
            action="item.reveal",
            subject_kind="item",
            subject_id="a",
        ) as record,
    ):
        record.add(ItemReveal(annotator_id=ann, item_id="a", created_at=NOW))
    only(desk, ann, Why.SEEN)
    desk.item("b")
    desk.round("b", count=1)
    assert desk.take(desk.local).item_id == "b"


def review(desk: Desk, held: Claim, who: str) -> None:
    with (
        writing(desk.engine) as session,
        recording(
            session,
            now=at(1),
            actor_id=who,
            action="review.decide",
            subject_kind="item",
            subject_id=held.item_id,
        ) as record,
    ):
        assert held.act_id is not None
        assert held.revision_id is not None
        hand_in(session, held.slot_id, annotator_id=who, fence=held.fence, now=at(1))
        record.add(
            Review(
                id=new_id("review"),
                act_id=held.act_id,
                slot_id=held.slot_id,
                revision_id=held.revision_id,
                annotator_id=who,
                source=LabelSource.BLIND_HUMAN,
                decision=ReviewDecision.ACCEPT,
                reason_code=ReasonCode.NONE,
                created_at=at(1),
            )
        )


def test_the_third_reviewer_and_the_adjudicator_have_not_reviewed_in_the_round(
    desk: Desk,
) -> None:
    roles = (Role.REVIEWER, Role.ADJUDICATOR)
    ann, ben, cem, dan = (desk.person(name, *roles) for name in ("ann", "ben", "cem", "dan"))
    desk.item("a")
    act_id, _ = desk.round("a")
    for who in (ann, ben):
        review(desk, desk.take(who), who)
    for stage in (Stage.THIRD_REVIEW, Stage.ADJUDICATE):
        with writing(desk.engine) as session:
            open_slots(
                session,
                stage=stage,
                subject_id="a.r1",
                item_id="a",
                revision_id="a.r1",
                act_id=act_id,
                count=1,
                now=at(2),
            )
        for who in (ann, ben):
            only(desk, who, Why.ALREADY_DONE, stage)
    third = desk.take(cem, Stage.THIRD_REVIEW)
    review(desk, third, cem)
    only(desk, cem, Why.ALREADY_DONE, Stage.ADJUDICATE)
    assert desk.take(dan, Stage.ADJUDICATE).item_id == "a"


def test_reviewers_of_a_seed_item_have_different_backgrounds_whatever_their_spelling(
    desk: Desk,
) -> None:
    desk.item("a")
    desk.round("a", seed=True)
    ann = desk.person("ann", Role.REVIEWER, background="Ärztin  in Köln")
    ben = desk.person("ben", Role.REVIEWER, background=" ärztin in köln ")
    noa = desk.person("noa", Role.REVIEWER)
    cem = desk.person("cem", Role.REVIEWER, background="Lehrer")
    only(desk, noa, Why.BACKGROUND, count=2)
    first = desk.take(ann)
    empty = desk.nothing(ben)
    # The one that Ann holds is hers; the other is not for another of her background.
    assert dict(empty.excluded) == {Why.BACKGROUND: 1, Why.HELD_BY_OTHERS: 1}
    review(desk, first, ann)
    only(desk, ben, Why.BACKGROUND)
    assert desk.take(cem).slot_id != first.slot_id


@ON_SQLITE
def test_a_daily_cap_counts_from_midnight_utc(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER, daily_cap=1)
    for name in "ab":
        desk.item(name)
        desk.round(name, count=1)
    first = desk.take(ann)
    review(desk, first, ann)
    only(desk, ann, Why.DAILY_CAP)
    # NOW is 05:06:07, so the next day begins 18 h 53 min 53 s later.
    last_second = 18 * 60 + 53 + 52 / 60
    assert desk.nothing(ann, minute=last_second).excluded == {Why.DAILY_CAP: 1}
    assert desk.take(ann, minute=last_second + 1 / 60).item_id != first.item_id


@ON_SQLITE
def test_what_the_person_filters_out_is_counted_too(desk: Desk) -> None:
    ann = desk.person("ann", Role.REVIEWER)
    desk.item("a", type_id="qc")
    desk.round("a", count=1)
    got = desk.ask(ann, wanted=ClaimFilter(type_ids=("dia",)))
    assert not isinstance(got, Claim)
    assert got.excluded == {Why.FILTER: 1}
    assert isinstance(desk.ask(ann, wanted=ClaimFilter(type_ids=("qc",))), Claim)


def test_every_open_slot_is_counted_once_by_its_first_rule_and_overlaps_apart(
    desk: Desk,
) -> None:
    zoe = desk.person("zoe", Role.REVIEWER, languages=("zh",), domains=("physics",))
    ben = desk.person("ben", Role.REVIEWER)
    desk.item("a", domain_id="math")  # language, domain
    desk.item("b", language_id="zh", domain_id="math")  # domain
    desk.item("c", language_id="zh")  # held by Ben
    desk.round("c", count=1)
    assert desk.take(ben).item_id == "c"
    for name in "ab":
        desk.round(name, count=1)
    empty = desk.nothing(zoe)
    assert empty.total == 3
    assert list(empty.excluded.items()) == [
        (Why.LANGUAGE, 1),
        (Why.DOMAIN, 1),
        (Why.HELD_BY_OTHERS, 1),
    ]
    assert empty.overlapping == {Why.LANGUAGE: 1, Why.DOMAIN: 2, Why.HELD_BY_OTHERS: 1}
    assert empty.next_free_at == at(20)


def test_nobody_labels_a_response_twice_and_skipping_one_slot_skips_the_other(
    desk: Desk,
) -> None:
    ann, ben = (desk.person(name, Role.LABELLER) for name in ("ann", "ben"))
    [response] = desk.item("a", responses=1)
    with writing(desk.engine) as session:
        open_slots(
            session,
            stage=Stage.LABEL,
            subject_id=response,
            response_id=response,
            item_id="a",
            count=2,
            now=NOW,
        )
    decide(
        desk.engine,
        annotator_id=ann,
        response_id=response,
        decision=Decision.FOLLOWS,
        token="t",
        now=NOW,
    )
    only(desk, ann, Why.ALREADY_DONE, Stage.LABEL, count=2)
    held = desk.take(ben, Stage.LABEL)
    skip(
        desk.engine,
        held.slot_id,
        annotator_id=ben,
        fence=held.fence,
        reason=SkipReason.UNCLEAR,
        now=NOW,
    )
    only(desk, ben, Why.SKIPPED, Stage.LABEL, count=2)


def test_the_one_person_of_a_solo_workspace_may_review_their_own(desk: Desk) -> None:
    alone = Desk(engine=desk.engine, local=desk.local, machine=desk.machine)
    desk.item("a", author=desk.local)
    desk.round("a", count=1)
    with writing(desk.engine) as session:
        session.connection().exec_driver_sql("UPDATE workspace SET kind = 'solo', shared_at = NULL")
    held = alone.take(desk.local)
    assert held.item_id == "a"
    # What they skip comes back last instead of never.
    skip(
        desk.engine,
        held.slot_id,
        annotator_id=desk.local,
        fence=held.fence,
        reason=SkipReason.UNCLEAR,
        now=NOW,
    )
    assert alone.take(desk.local).item_id == "a"
