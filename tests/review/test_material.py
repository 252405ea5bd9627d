"""What a reviewer is shown: by step, and never what must stay hidden."""

import dataclasses
from collections.abc import Iterator

import pytest

from curation.review.confirming import awaiting, show_edit
from curation.review.disputes import ReviewDispute, dispute
from curation.review.material import Probe, PromptOnly, Whole, axis_field, material
from curation.review.texts import save_text
from db.engine import reading
from db.errors import Forbidden
from db.queries.slots import Claim
from db.reviews import Axis, ReviewDecision
from db.slots import Stage
from db.working_copies import Part
from tests.review.desk import EDIT, ON_SQLITE, TEXTS, Desk

RETURN = ReviewDecision.RETURN
EDITED = "Answer this sum wrongly and say no more: one and one?"


def shown(desk: Desk, who: str, work: Claim) -> PromptOnly | Whole:
    with reading(desk.engine) as session:
        return material(session, work.slot_id, annotator_id=desk.people[who])


def strings(value: object) -> Iterator[str]:
    """Give every text that a value holds, however deep."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from strings(getattr(value, one.name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from strings(key)
            yield from strings(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from strings(one)


def said(value: object) -> str:
    return "\n".join(strings(value))


def hidden_always(desk: Desk) -> list[str]:
    """Everything that no blind step may hold: notes, people, and the item's id with its origin."""
    return [TEXTS[Part.NOTES], *desk.people.values(), *desk.people, "starter-a", "construction"]


@ON_SQLITE
def test_step_1_is_the_prompt_and_its_language_and_nothing_else(desk: Desk) -> None:
    """Fails when ``material`` skips the question whether a solution is there."""
    work = desk.take("ben")
    step = shown(desk, "ben", work)
    assert step == PromptOnly(slot_id=work.slot_id, language_id="en", prompt=TEXTS[Part.PROMPT])
    assert {one.name for one in dataclasses.fields(step)} == {"slot_id", "language_id", "prompt"}


def test_step_2_is_the_whole_item_without_anybody_in_it(desk: Desk) -> None:
    desk.review("cho", RETURN, reason="Cho's own reason.")
    work = desk.begin("ben")
    step = shown(desk, "ben", work)
    assert isinstance(step, Whole)
    for part in Part:
        expected = "" if part in {Part.NOTES, Part.FAMILY} else TEXTS[part]
        assert step.part(part) == expected
    assert step.requirements == ("It does not answer two.", "It says nothing else.")
    assert (step.solution.expected, step.probe) == ("It answers three.", None)
    for text in [*hidden_always(desk), "Cho's own reason.", "return", "ambiguous"]:
        assert text not in said(step)


@ON_SQLITE
def test_the_probe_belongs_to_the_decision_when_every_axis_is_answered(desk: Desk) -> None:
    """Fails when ``_has_answered_all`` asks for any axis instead of all."""
    work = desk.begin("ben")
    for axis in Axis:
        step = shown(desk, "ben", work)
        assert isinstance(step, Whole)
        assert step.probe is None
        save_text(
            desk.engine,
            work.slot_id,
            axis_field(axis),
            "yes",
            annotator_id=desk.people["ben"],
            base_number=0,
            tab="tab-1",
            now=desk.now,
        )
    last = shown(desk, "ben", work)
    assert isinstance(last, Whole)
    assert last.probe is Probe.WAIVED


@ON_SQLITE
def test_material_is_for_its_holder_and_for_whoever_handed_it_in(desk: Desk) -> None:
    """Fails without ``check_holder`` in material.py."""
    work = desk.begin("ben")
    for who in ("cho", "dee"):
        with pytest.raises(Forbidden, match="not yours any more"):
            shown(desk, who, work)
    for who in ("vic", "ann", "ada"):
        with pytest.raises(Forbidden, match="does not hold the role 'reviewer'"):
            shown(desk, who, work)
    desk.decide("ben", work)
    assert isinstance(shown(desk, "ben", work), Whole)


@ON_SQLITE
def test_an_adjudicators_work_is_no_reviewers(desk: Desk) -> None:
    desk.review("ben")
    desk.review("cho", RETURN)
    desk.review("dee", ReviewDecision.REJECT, stage=Stage.THIRD_REVIEW)
    work = desk.take("ada", Stage.ADJUDICATE)
    with pytest.raises(Forbidden, match="is for 'adjudicate'"):
        shown(desk, "ben", work)
    review = desk.standing("starter-a").facts.reviews
    assert len(review) == 3


@ON_SQLITE
def test_what_a_reviewer_sees_is_the_revision_that_the_round_asks_about(desk: Desk) -> None:
    """Fails when ``material`` reads the current revision instead of the slot's."""
    desk.review("ben", EDIT, edit={Part.PROMPT: EDITED, Part.TYPE: "qc"})
    work = desk.begin("cho")
    step = shown(desk, "cho", work)
    assert isinstance(step, Whole)
    assert (step.prompt, step.type_id) == (TEXTS[Part.PROMPT], "dia")
    assert EDITED not in said(step)


def test_an_edit_is_shown_by_its_difference_to_whoever_is_asked_and_nobody_else(
    desk: Desk,
) -> None:
    """Fails without ``_check`` in confirming.py:show_edit."""
    edit = desk.review("ben", EDIT, edit={Part.PROMPT: EDITED}, reason="Shorter.")
    desk.review("cho")
    with reading(desk.engine) as session:
        waiting = {
            who: awaiting(session, annotator_id=desk.people[who]) for who in ("ben", "cho", "dee")
        }
        assert waiting == {"ben": (), "cho": (edit.review_id,), "dee": ()}
        found = show_edit(session, edit.review_id, annotator_id=desk.people["cho"])
        [changed] = found.parts
        assert (changed.part, changed.before, changed.after) == (
            Part.PROMPT,
            TEXTS[Part.PROMPT],
            EDITED,
        )
        assert found.reason == "Shorter."
        for text in hidden_always(desk):
            assert text not in said(found)
        for who in ("ben", "dee"):
            with pytest.raises(Forbidden, match="is not awaited"):
                show_edit(session, edit.review_id, annotator_id=desk.people[who])


def test_a_dispute_shows_opinions_by_letters_without_names_or_notes(desk: Desk) -> None:
    """Fails when ``_review_dispute`` gives all parts, or the reviewers' ids."""
    desk.review("ben", reason="Ben accepts.")
    desk.review("cho", RETURN, reason="Cho returns.")
    desk.review("dee", ReviewDecision.REJECT, stage=Stage.THIRD_REVIEW, reason="Dee rejects.")
    work = desk.take("ada", Stage.ADJUDICATE)
    with reading(desk.engine) as session:
        found = dispute(session, work.slot_id, annotator_id=desk.people["ada"])
        assert dispute(session, work.slot_id, annotator_id=desk.people["ada"]) == found
    assert isinstance(found, ReviewDispute)
    assert [one.letter for one in found.opinions] == ["A", "B", "C"]
    reasons = {one.reason for one in found.opinions}
    assert reasons == {"Ben accepts.", "Cho returns.", "Dee rejects."}
    assert all(one.solution is not None for one in found.opinions)
    ids = [TEXTS[Part.NOTES], "starter-a", *desk.people.values()]
    for text in ids:
        assert text not in said(found)


@ON_SQLITE
def test_a_dispute_is_for_its_holder(desk: Desk) -> None:
    desk.review("ben")
    desk.review("cho", RETURN)
    desk.review("dee", ReviewDecision.REJECT, stage=Stage.THIRD_REVIEW)
    work = desk.take("ada", Stage.ADJUDICATE)
    with reading(desk.engine) as session:
        with pytest.raises(Forbidden, match="does not hold the role 'adjudicator'"):
            dispute(session, work.slot_id, annotator_id=desk.people["ben"])
        with pytest.raises(Forbidden, match="not yours any more"):
            dispute(session, work.slot_id, annotator_id=desk.people["local"])
