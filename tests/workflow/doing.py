"""Everything that people do with an item beside acts, reviews and rulings, through its function.

Each event names what a person would do it to; where a state has no such thing, there is nothing
to do. What it gives is where the item stands then, or one word where the item stays as it is.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from curation.claims.claiming import Claim, claim
from curation.claims.releasing import release
from curation.claims.skipping import Skipped, settle_skip, skip
from curation.comments.threads import add, mark
from curation.labelling.deciding import Decided, ForSlot, decide
from curation.labelling.planning import claim_label
from curation.labelling.undoing import undo as undo_label
from curation.review.adjudicating import rule
from curation.review.confirming import Confirmed, confirm
from curation.review.reopening import answer
from curation.review.reviewing import Reviewed
from curation.review.reviewing import decide as review
from curation.review.solving import solve
from curation.review.undoing import request_reopen, undo
from db.engine import reading
from db.errors import GainsayError
from db.labels import Decision
from db.queries.roles import require_for_all
from db.reviews import Answer, Axis, Confidence, ReasonCode, ReviewDecision, Ruling, Withdrawn
from db.roles import Role
from db.slots import SkipReason, Stage
from db.working_copies import Part
from exports.cutting import cut_release
from tests.workflow.prepared import ITEM, TYPE, Prepared, Step

NOTHING: Final = "nothing"
SAME: Final = "as the lead"
_WHO_CUT_TOO: Final = ("kin lead", "seer", "local")
Do = Callable[[Prepared, str], str]


class NotGiven(Exception):
    """A piece of work was not given, for the reason that it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that people do.

    Attributes:
        do: Does it for a person by name.
        after: What has happened in the state before.
        moves: Whether it can change where the item stands or what others can do after it; what
            cannot is done by one person after the other.
        alike: Shared by events whose refusals are the same, so that they are looked for once.
        finely: Whether it is tried in the states of ``MORE`` as well.
    """

    do: Do
    after: Step | None = None
    moves: bool = True
    alike: str = ""
    finely: bool = True


# What is decided, and by whom: a person's own newest, else anybody's.
_LABELS = """
    SELECT l.id FROM label l JOIN event e ON e.id = l.event_id
    WHERE l.turn IS NOT NULL ORDER BY l.annotator_id = ? DESC, e.seq DESC
"""
_DECIDED: Final = {
    None: _LABELS,
    **{
        kind: f"""
            SELECT d.id FROM {kind.value} d JOIN event e ON e.id = d.event_id
            ORDER BY d.annotator_id = ? DESC, e.seq DESC
        """
        for kind in Withdrawn
    },
}
_EDIT = "SELECT id FROM review ORDER BY edited_revision_id IS NULL, created_at DESC"
_RESPONSE = "SELECT id FROM response WHERE source = 'model'"
_OWN_LABEL = """
    SELECT l.id FROM label l
    WHERE l.annotator_id = ? AND l.turn IS NOT NULL
    AND l.id NOT IN (SELECT label_id FROM label_withdrawal)
"""
_OPEN = """
    SELECT stage FROM slot WHERE done_at IS NULL AND closed_at IS NULL ORDER BY stage = 'label'
"""
_HELD = """
    SELECT id FROM slot
    WHERE done_at IS NULL AND closed_at IS NULL AND holder_id IS NOT NULL
"""


def word(*, yes: bool) -> Do:
    """Say yes or no to an edit."""

    def do(place: Prepared, name: str) -> str:
        edit = place.one(_EDIT)
        if edit is None:
            return NOTHING
        said = confirm(
            place.engine,
            edit,
            annotator_id=place.people[name],
            is_confirmed=yes,
            reason="" if yes else "Not so.",
            token=name,
            now=place.now,
        )
        if not isinstance(said, Confirmed):
            return "said otherwise"
        return "" if said.is_new else "said before"

    return do


def take_back(kind: Withdrawn | None) -> Do:
    """Take one's own decision back."""

    def do(place: Prepared, name: str) -> str:
        who = place.people[name]
        decided = place.one(_DECIDED[kind], who)
        if decided is None:
            return NOTHING
        if kind is None:
            undo_label(place.engine, annotator_id=who, label_id=decided, now=place.now)
        else:
            undo(place.engine, kind, decided, annotator_id=who, now=place.now)
        return ""

    return do


def ask_for(kind: Withdrawn | None) -> Do:
    """Ask a lead to let one decide again."""

    def do(place: Prepared, name: str) -> str:
        who = place.people[name]
        decided = place.one(_DECIDED[kind], who)
        if decided is None:
            return NOTHING
        request_reopen(
            place.engine, kind, decided, annotator_id=who, reason="I misread it.", now=place.now
        )
        return "asked"

    return do


def asked_for(kind: Withdrawn | None) -> Step:
    """Let whoever may ask for a decision of a kind do so."""

    def step(place: Prepared) -> None:
        for name in ("first", "second", "labeller", "adjudicator"):
            before = place.recorded
            with suppress(GainsayError):
                ask_for(kind)(place, name)
            if place.recorded != before:
                return

    step.__name__ = f"asked for {kind}"
    return step


def answer_them(*, granted: bool) -> Do:
    """Answer a request to decide again."""

    def do(place: Prepared, name: str) -> str:
        request = place.one("SELECT id FROM reopen_request")
        if request is None:
            return NOTHING
        answer(
            place.engine,
            request,
            lead_id=place.people[name],
            is_granted=granted,
            reason="So.",
            now=place.now,
        )
        return ""

    return do


def label(decision: Decision) -> Do:
    """Claim the next response and label it."""

    def do(place: Prepared, name: str) -> str:
        got = claimed(place, Stage.LABEL, name)
        slot = ForSlot(slot_id=got.slot_id, fence=got.fence)
        return decided(place, name, got.subject_id, decision, slot=slot)

    return do


def claimed(place: Prepared, stage: Stage, name: str) -> Claim:
    """Claim the next piece of work."""
    who = place.people[name]
    if stage is Stage.LABEL:
        got = claim_label(place.engine, annotator_id=who, now=place.now)
    else:
        got = claim(place.engine, stage, annotator_id=who, now=place.now)
    if not isinstance(got, Claim):
        raise NotGiven(next((why.value for why in got.excluded), NOTHING))
    return got


def decided(
    place: Prepared,
    name: str,
    response_id: str,
    decision: Decision,
    *,
    slot: ForSlot | None = None,
    replaces: str | None = None,
) -> str:
    """Store a label."""
    said = decide(
        place.engine,
        annotator_id=place.people[name],
        response_id=response_id,
        decision=decision,
        reason="So." if decision is Decision.CANNOT_TELL else "",
        token=name,
        replaces=replaces,
        slot=slot,
        now=place.now,
    )
    assert isinstance(said, Decided)
    assert said.is_new
    return ""


def label_again(place: Prepared, name: str) -> str:
    """Change one's own label to another decision."""
    mine = place.one(_OWN_LABEL, place.people[name])
    if mine is None:
        return NOTHING
    found = place.memory.execute("SELECT response_id, decision FROM label WHERE id = ?", (mine,))
    response_id, before = found.fetchone()
    follows = before == Decision.FOLLOWS.value
    other = Decision.DOES_NOT_FOLLOW if follows else Decision.FOLLOWS
    return decided(place, name, response_id, other, replaces=mine)


def too_late(place: Prepared, name: str) -> str:
    """Claim what is open, and hand it in when a lead has released it meanwhile.

    What is handed in would move the item, were it in time.
    """
    found = place.one(_OPEN)
    if found is None:
        return NOTHING
    stage = Stage(found)
    got = claimed(place, stage, name)
    if stage in {Stage.REVIEW, Stage.THIRD_REVIEW}:
        return review_too_late(place, name, got)
    assert release(place.engine, got.slot_id, lead_id=place.people["lead"], now=place.now)
    if stage is Stage.LABEL:
        slot = ForSlot(slot_id=got.slot_id, fence=got.fence)
        return decided(place, name, got.subject_id, Decision.CANNOT_TELL, slot=slot)
    rule(
        place.engine,
        got.slot_id,
        annotator_id=place.people[name],
        fence=got.fence,
        ruling=Ruling.CANNOT_TELL if stage is Stage.ADJUDICATE_LABELS else Ruling.REJECT,
        confidence=Confidence.HIGH,
        error_category=ReasonCode.AMBIGUOUS,
        is_guideline_gap=False,
        reason="Read both.",
        token=name,
        now=place.now,
    )
    return ""


def review_too_late(place: Prepared, name: str, got: Claim) -> str:
    """Solve in time, and decide when a lead has released the work."""
    who = place.people[name]
    solve(
        place.engine,
        got.slot_id,
        annotator_id=who,
        fence=got.fence,
        type_id=TYPE,
        expected="It says three.",
        token=name,
        now=place.now,
    )
    assert release(place.engine, got.slot_id, lead_id=place.people["lead"], now=place.now)
    said = review(
        place.engine,
        got.slot_id,
        annotator_id=who,
        fence=got.fence,
        answers=dict.fromkeys(Axis, Answer.YES),
        decision=ReviewDecision.ESCALATE,
        reason_code=ReasonCode.UNSAFE,
        token=name,
        now=place.now,
    )
    assert isinstance(said, Reviewed)
    return ""


def held(place: Prepared) -> None:
    """Let somebody claim what is open."""
    stage = place.one(_OPEN)
    for name in _HOLDERS.get(Stage(stage), ()) if stage else ():
        with suppress(NotGiven):
            claimed(place, Stage(stage), name)
            return


def passed_on(place: Prepared) -> None:
    """Let whoever holds the work pass it on as something to be looked at first."""
    held(place)
    holder = place.one("SELECT holder_id FROM slot WHERE holder_id IS NOT NULL AND done_at IS NULL")
    pass_on(place, next((name for name, one in place.people.items() if one == holder), ""))


# The second where the first has labelled already.
_HOLDERS: Final[Mapping[Stage, tuple[str, ...]]] = {
    Stage.REVIEW: ("reviewer",),
    Stage.THIRD_REVIEW: ("reviewer",),
    Stage.ADJUDICATE: ("adjudicator",),
    Stage.LABEL: ("labeller", "second"),
    Stage.ADJUDICATE_LABELS: ("adjudicator",),
}


def pass_on(place: Prepared, name: str) -> str:
    """Pass on the work that somebody holds."""
    slot = place.one(_HELD)
    if slot is None:
        return NOTHING
    fence = place.one("SELECT fence FROM slot WHERE id = ?", slot)
    said = skip(
        place.engine,
        slot,
        annotator_id=place.people[name],
        fence=int(fence or 0),
        reason=SkipReason.DISTRESSING,
        now=place.now,
    )
    return "passed on" if isinstance(said, Skipped) else said.because.value


def set_free(place: Prepared, name: str) -> str:
    """Release the work that somebody holds."""
    slot = place.one(_HELD)
    if slot is None:
        return NOTHING
    freed = release(place.engine, slot, lead_id=place.people[name], now=place.now)
    return "freed" if freed else "free"


def settle_what_was_passed_on(place: Prepared, name: str) -> str:
    """Say that one has looked at what somebody passed on."""
    passed = place.one("SELECT id FROM skip")
    if passed is None:
        return NOTHING
    settle_skip(place.engine, passed, lead_id=place.people[name], now=place.now)
    return "settled"


def comment(place: Prepared, name: str) -> str:
    """Begin a thread on the prompt."""
    add(
        place.engine,
        ITEM,
        annotator_id=place.people[name],
        revision_id=f"{ITEM}.r1",
        part=Part.PROMPT,
        text="Which sum?",
        token=name,
        now=place.now,
    )
    return "written"


def thread(place: Prepared) -> None:
    """Let the author begin a thread."""
    comment(place, "author")


def settled_thread(place: Prepared) -> None:
    """Let the author begin a thread and settle it."""
    comment(place, "author")
    mark_thread(settled=True)(place, "author")


def mark_thread(*, settled: bool) -> Do:
    """Settle a thread or take it up again."""

    def do(place: Prepared, name: str) -> str:
        mark(
            place.engine,
            place.one("SELECT id FROM comment") or "",
            annotator_id=place.people[name],
            is_settled=settled,
            now=place.now,
        )
        return "settled" if settled else "open"

    return do


def cut(place: Prepared, name: str) -> str:
    """Cut a release; what is in it does not depend on who cuts, so one of them cuts in earnest."""
    if name in _WHO_CUT_TOO:
        with reading(place.engine) as session:
            require_for_all(session, place.people[name], Role.LEAD)
        return SAME
    folder = place.folder / f"{place.now:%H%M%S}"
    cut_release(place.engine, "9.0.0", folder, actor_id=place.people[name], now=place.now)
    return ""


_NAMED: Final = {
    None: "a label",
    Withdrawn.REVIEW: "a review",
    Withdrawn.CONFIRMATION: "a confirmation",
    Withdrawn.ADJUDICATION: "an adjudication",
}
EVENTS: Final[Mapping[str, Event]] = {
    "confirm the edit": Event(do=word(yes=True), alike="word"),
    "refuse the edit": Event(do=word(yes=False), alike="word"),
    **{
        f"label: {decision.value}": Event(do=label(decision), alike="label")
        for decision in Decision
    },
    "change one's label": Event(do=label_again),
    **{f"take back {what}": Event(do=take_back(kind)) for kind, what in _NAMED.items()},
    **{f"ask about {what}": Event(do=ask_for(kind), moves=False) for kind, what in _NAMED.items()},
    **{
        f"{'grant' if granted else 'decline'} about {what}": Event(
            do=answer_them(granted=granted), after=asked_for(kind), alike=f"answer {kind}"
        )
        for kind, what in _NAMED.items()
        for granted in (True, False)
    },
    "hand in too late": Event(do=too_late),
    "pass on work": Event(do=pass_on, after=held),
    "release work": Event(do=set_free, after=held),
    "settle what was passed on": Event(do=settle_what_was_passed_on, after=passed_on),
    "comment": Event(do=comment, moves=False, finely=False),
    "settle a thread": Event(do=mark_thread(settled=True), after=thread, moves=False, finely=False),
    "take a thread up": Event(
        do=mark_thread(settled=False), after=settled_thread, moves=False, finely=False
    ),
    "cut": Event(do=cut),
    "cut with an open thread": Event(do=cut, after=thread),
}
