"""One workspace with a piece of work for every gesture, and what a gesture is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from curation.authoring import copies
from curation.claims import claiming
from curation.comments import threads
from curation.labelling import deciding
from curation.review import undoing as taking_back
from db.annotators import Annotator
from db.engine import writing
from db.labels import Decision
from db.reviews import ReviewDecision, Withdrawn
from db.roles import Role
from db.slots import SkipReason, Stage
from db.working_copies import Part
from db.workspace import ensure_machine
from tests.labelling.workspace import Place
from tests.people.team import MOMENT, give_password, join
from tests.review.desk import EDIT, TEXTS, Desk, furnish


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A workspace with a piece of work for every gesture."""

    desk: Desk
    machine: str
    gone: str
    roleless: str
    ids: dict[str, Any]

    @property
    def engine(self) -> Engine:
        return self.desk.engine

    @property
    def people(self) -> dict[str, str]:
        """Ids of those who may do something, by handle."""
        return self.desk.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """One function and how it is called.

    Attributes:
        name: Module and function.
        who: Handle of the right person.
        call: Calls it for somebody.
        anywhere: The role may be for any type and language.
        for_outsiders: Whether everybody else is refused, too.
        quiet: What may be answered instead of a refusal, when nothing is done.
        may_meet: What the right person may be told when something before was in the way.
    """

    name: str
    who: str
    call: Callable[[Scene, str], Any]
    anywhere: bool = False
    for_outsiders: bool = True
    quiet: Callable[[Any], bool] | None = None
    may_meet: str | None = None


def make_scene(engine: Engine) -> Scene:
    """Fill a migrated database."""
    desk = furnish(engine)
    ids: dict[str, Any] = {}
    with writing(engine) as session:
        machine = ensure_machine(session, "robot", now=MOMENT).id
        gone = join(session, "person-1", *Role)
        session.get_one(Annotator, gone).withdrawn_at = MOMENT
        roleless = join(session, "nil")
    give_password(engine, desk.people["local"])
    _returned(desk)
    _disputed(desk, ids)
    _edited(desk, ids)
    _in_review(desk, ids)
    _labelled(desk, ids, machine)
    _written(desk, ids)
    return Scene(desk=desk, machine=machine, gone=gone, roleless=roleless, ids=ids)


def _returned(desk: Desk) -> None:
    desk.write("returned")
    desk.send("returned")
    desk.review("ben", ReviewDecision.RETURN)
    desk.review("cho", ReviewDecision.RETURN)


def _disputed(desk: Desk, ids: dict[str, Any]) -> None:
    desk.write("disputed")
    ids["act"] = desk.send("disputed")
    ids["review"] = desk.review("ben").review.id
    desk.review("cho", ReviewDecision.RETURN)
    desk.review("dee", ReviewDecision.REJECT, stage=Stage.THIRD_REVIEW)
    ids["dispute"] = desk.take("ada", Stage.ADJUDICATE)
    asked = taking_back.request_reopen(
        desk.engine,
        Withdrawn.REVIEW,
        ids["review"],
        annotator_id=desk.people["ben"],
        reason="I read it wrongly.",
        now=desk.now,
    )
    ids["request"] = asked.request_id


def _edited(desk: Desk, ids: dict[str, Any]) -> None:
    desk.write("edited")
    desk.send("edited")
    edit = {Part.REFERENCE: "1. It does not answer two.\n2. It is silent otherwise."}
    ids["edit"] = desk.review("ben", EDIT, edit=edit).review.id
    desk.review("cho")
    desk.write("undone")
    desk.send("undone")
    ids["own review"] = desk.review("cho").review.id


def _in_review(desk: Desk, ids: dict[str, Any]) -> None:
    desk.write("reviewed")
    desk.send("reviewed")
    skipped = desk.take("dee")
    ids["skip"] = claiming.skip(
        desk.engine,
        skipped.slot_id,
        annotator_id=desk.people["dee"],
        fence=skipped.fence,
        reason=SkipReason.BROKEN,
        note="",
        now=desk.now,
    )
    ids["work"] = desk.begin("ben")
    desk.write("seen")
    said = threads.add(
        desk.engine,
        "seen",
        annotator_id=desk.people["ann"],
        revision_id="seen.r1",
        part=Part.NOTES,
        text="Why secret?",
        token="first",
        now=desk.now,
    )
    ids["comment"] = said.comment.id


def _labelled(desk: Desk, ids: dict[str, Any], machine: str) -> None:
    place = Place(
        engine=desk.engine, ann=desk.people["ann"], ben=desk.people["ben"], machine=machine
    )
    ids["responses"] = place.add_item("labelled")
    said = deciding.decide(
        desk.engine,
        annotator_id=desk.people["cho"],
        response_id=ids["responses"][0],
        decision=Decision.FOLLOWS,
        token="first",
        now=desk.now,
    )
    assert isinstance(said, deciding.Decided)
    ids["label"] = said.label.id


def _written(desk: Desk, ids: dict[str, Any]) -> None:
    ann = desk.people["ann"]
    copy = copies.open_new(desk.engine, annotator_id=ann, now=desk.now, token="copy")
    for part, text in TEXTS.items():
        copies.save_part(
            desk.engine,
            copy_id=copy.id,
            annotator_id=ann,
            part=part,
            text=f"{text} Again." if part is Part.PROMPT else text,
            base_number=0,
            tab="tab",
            now=desk.now,
        )
    late = copies.save_part(
        desk.engine,
        copy_id=copy.id,
        annotator_id=ann,
        part=Part.NOTES,
        text="late",
        base_number=0,
        tab="another",
        now=desk.now,
    )
    ids["copy"], ids["aside"] = copy.id, late.aside_id  # type: ignore[union-attr]
    other = copies.open_new(desk.engine, annotator_id=ann, now=desk.now, token="other")
    ids["other copy"] = other.id
    again = copies.open_item(desk.engine, "labelled", annotator_id=ann, now=desk.now)
    ids["item copy"] = again.id
