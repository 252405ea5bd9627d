"""Everything that somebody can set in motion, with a piece of work for each in one workspace."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine

from curation.authoring import copies, submitting
from curation.authoring.copy_views import Choice
from curation.authoring.submitting import BaseChoice
from curation.claims import claiming, releasing, skipping
from curation.claims.claiming import Claim, EmptyQueue, Lost
from curation.comments import threads
from curation.labelling import deciding, planning, queue, revealing, undoing
from curation.people import adding, competence, granting, sharing, withdrawing
from curation.people.competence import Description
from curation.people.granting import Wanted
from curation.review import (
    acting,
    adjudicating,
    confirming,
    disputes,
    material,
    reopening,
    reviewing,
    seeing,
    solving,
    texts,
)
from curation.review import undoing as taking_back
from curation.sign_in import identities, passwords, sessions
from db.acts import ActKind
from db.annotators import Annotator
from db.engine import reading, writing
from db.intake import read_upload
from db.labels import Decision
from db.queries.labelling_queue import LabelFilter
from db.reviews import Confidence, ReasonCode, ReviewDecision, Ruling, Withdrawn
from db.roles import Role
from db.slots import SkipReason, Stage
from db.working_copies import Part
from db.workspace import ensure_machine
from exports.cutting import cut_release
from exports.importing import import_items
from exports.publishing import publish_release
from exports.transfer import Kind
from exports.transfer.incoming import plan_transfer, transfer
from tests.labelling.workspace import Place
from tests.people.team import MOMENT, give_password, join
from tests.review.desk import EDIT, TEXTS, YES, Desk, furnish


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
    _disputed(desk, ids)
    _edited(desk, ids)
    _in_review(desk, ids)
    _labelled(desk, ids, machine)
    _written(desk, ids)
    return Scene(desk=desk, machine=machine, gone=gone, roleless=roleless, ids=ids)


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


def _in_session(call: Callable[..., Any]) -> Callable[[Scene, str], Any]:
    def read(scene: Scene, who: str) -> Any:
        with reading(scene.engine) as session:
            return call(session, scene, who)

    return read


def _table(what: str, text: str) -> Any:
    return read_upload(f"{what}.jsonl", text.encode(), what=what)


_SIX = (
    '{"instruction_types": "Deliberate", "domain": "math", "language": "english", "prompt": "p",'
    ' "response_reference": "r", "judge_prompt_template": "", "judge_system_prompt": ""}'
)
_RESPONSE = '{"item_id": "labelled", "response": "t", "source": "model", "source_name": "m"}'


def _work(scene: Scene) -> Claim:
    return cast("Claim", scene.ids["work"])


def _slot(scene: Scene, who: str, name: str = "work") -> dict[str, Any]:
    return {
        "slot_id": scene.ids[name].slot_id,
        "annotator_id": who,
        "fence": scene.ids[name].fence,
        "now": scene.desk.now,
    }


def _folder() -> Path:
    return Path(tempfile.mkdtemp()) / "release"


AUTHORING = (
    Gesture(
        name="curation.authoring.copies.open_new",
        who="ann",
        anywhere=True,
        call=lambda s, who: copies.open_new(
            s.engine, annotator_id=who, now=s.desk.now, token="gesture"
        ),
    ),
    Gesture(
        name="curation.authoring.copies.open_item",
        who="ann",
        call=lambda s, who: copies.open_item(
            s.engine, "labelled", annotator_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.authoring.copies.load_copy",
        who="ann",
        anywhere=True,
        call=_in_session(
            lambda session, s, who: copies.load_copy(session, s.ids["copy"], annotator_id=who)
        ),
    ),
    Gesture(
        name="curation.authoring.copies.save_part",
        who="ann",
        anywhere=True,
        call=lambda s, who: copies.save_part(
            s.engine,
            copy_id=s.ids["copy"],
            annotator_id=who,
            part=Part.NOTES,
            text="typed",
            base_number=1,
            tab="tab",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.authoring.copies.settle_part",
        who="ann",
        anywhere=True,
        call=lambda s, who: copies.settle_part(
            s.engine,
            aside_id=s.ids["aside"],
            annotator_id=who,
            choice=Choice.THEIRS,
            theirs_number=2,
            tab="tab",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.authoring.copies.discard",
        who="ann",
        anywhere=True,
        call=lambda s, who: copies.discard(
            s.engine, s.ids["other copy"], annotator_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.authoring.submitting.check_copy",
        who="ann",
        anywhere=True,
        call=_in_session(
            lambda session, s, who: submitting.check_copy(
                session,
                s.ids["copy"],
                annotator_id=who,
                neighbourhood=submitting.read_neighbourhood(session),
            )
        ),
    ),
    Gesture(
        name="curation.authoring.submitting.settle_base",
        who="ann",
        anywhere=True,
        call=lambda s, who: submitting.settle_base(
            s.engine,
            s.ids["item copy"],
            annotator_id=who,
            choice=BaseChoice.MINE,
            current_revision_id="labelled.r1",
            tab="tab",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.authoring.submitting.submit",
        who="ann",
        # A draft of another type is refused by its own type, which is in the texts.
        call=lambda s, who: submitting.submit(
            s.engine, s.ids["item copy"], annotator_id=who, now=s.desk.now
        ),
    ),
)
CLAIMS = (
    Gesture(
        name="curation.claims.claiming.claim",
        who="cho",
        quiet=lambda answer: isinstance(answer, EmptyQueue),
        call=lambda s, who: claiming.claim(
            s.engine, Stage.REVIEW, annotator_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.claims.claiming.heartbeat",
        who="ben",
        quiet=lambda answer: isinstance(answer, Lost),
        call=lambda s, who: claiming.heartbeat(s.engine, **_slot(s, who)),
    ),
    Gesture(
        name="curation.claims.skipping.settle_skip",
        who="lee",
        call=lambda s, who: skipping.settle_skip(
            s.engine, s.ids["skip"].skip_id, lead_id=who, reason="", now=s.desk.now
        ),
    ),
)
REVIEW = (
    Gesture(
        name="curation.review.undoing.undo",
        who="cho",
        call=lambda s, who: taking_back.undo(
            s.engine, Withdrawn.REVIEW, s.ids["own review"], annotator_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.review.material.material",
        who="ben",
        call=_in_session(
            lambda session, s, who: material.material(
                session, s.ids["work"].slot_id, annotator_id=who
            )
        ),
    ),
    Gesture(
        name="curation.review.texts.save_text",
        who="ben",
        call=lambda s, who: texts.save_text(
            s.engine,
            s.ids["work"].slot_id,
            "reason",
            "typed",
            annotator_id=who,
            base_number=0,
            tab="tab",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.review.texts.settle_late",
        who="ben",
        may_meet="late",
        call=lambda s, who: texts.settle_late(
            s.engine,
            s.ids["work"].slot_id,
            "reason",
            1,
            annotator_id=who,
            tab="tab",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.review.solving.solve",
        who="ben",
        # It was done already: said again it is answered, and nothing is written.
        quiet=lambda answer: not answer.is_new,
        call=lambda s, who: solving.solve(
            s.engine, **_slot(s, who), type_id="dia", expected="It answers three.", token="s"
        ),
    ),
    Gesture(
        name="curation.comments.threads.add_in_work",
        who="ben",
        call=lambda s, who: threads.add_in_work(
            s.engine,
            s.ids["work"].slot_id,
            annotator_id=who,
            part=Part.PROMPT,
            text="Which sum?",
            token="t",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.comments.threads.own_threads",
        who="ben",
        call=_in_session(
            lambda session, s, who: threads.own_threads(
                session, s.ids["work"].slot_id, annotator_id=who
            )
        ),
    ),
    Gesture(
        name="curation.review.reviewing.decide",
        who="ben",
        call=lambda s, who: reviewing.decide(
            s.engine,
            **_slot(s, who),
            answers=YES,
            decision=ReviewDecision.ACCEPT,
            token="t",
        ),
    ),
    Gesture(
        name="curation.review.disputes.dispute",
        who="ada",
        call=_in_session(
            lambda session, s, who: disputes.dispute(
                session, s.ids["dispute"].slot_id, annotator_id=who
            )
        ),
    ),
    Gesture(
        name="curation.review.adjudicating.rule",
        who="ada",
        call=lambda s, who: adjudicating.rule(
            s.engine,
            **_slot(s, who, "dispute"),
            ruling=Ruling.ACCEPT,
            confidence=Confidence.HIGH,
            error_category=ReasonCode.AMBIGUOUS,
            is_guideline_gap=False,
            reason="Read both.",
            token="r",
        ),
    ),
    Gesture(
        name="curation.claims.skipping.skip",
        who="ada",
        # Handed in by then: nothing is left to be skipped.
        may_meet="",
        call=lambda s, who: skipping.skip(
            s.engine, **_slot(s, who, "dispute"), reason=SkipReason.KNOWN, note=""
        ),
    ),
    Gesture(
        name="curation.claims.releasing.release",
        who="lee",
        call=lambda s, who: releasing.release(
            s.engine, s.ids["dispute"].slot_id, lead_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.review.confirming.show_edit",
        who="cho",
        call=_in_session(
            lambda session, s, who: confirming.show_edit(session, s.ids["edit"], annotator_id=who)
        ),
    ),
    Gesture(
        name="curation.review.confirming.confirm",
        who="cho",
        call=lambda s, who: confirming.confirm(
            s.engine,
            s.ids["edit"],
            annotator_id=who,
            is_confirmed=True,
            token="c",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.review.undoing.request_reopen",
        who="ben",
        call=lambda s, who: taking_back.request_reopen(
            s.engine,
            Withdrawn.REVIEW,
            s.ids["review"],
            annotator_id=who,
            reason="I read it wrongly.",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.review.reopening.answer",
        who="lee",
        call=lambda s, who: reopening.answer(
            s.engine, s.ids["request"], lead_id=who, is_granted=False, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.review.acting.act",
        who="lee",
        call=lambda s, who: acting.act(
            s.engine, "seen", ActKind.MARK_SEED, annotator_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.review.seeing.see_item",
        who="lee",
        anywhere=True,
        call=lambda s, who: seeing.see_item(s.engine, "seen", annotator_id=who, now=s.desk.now),
    ),
    Gesture(
        name="curation.review.seeing.see_round",
        who="lee",
        call=lambda s, who: seeing.see_round(
            s.engine, s.ids["act"], annotator_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.comments.threads.add",
        who="lee",
        call=lambda s, who: threads.add(
            s.engine,
            "seen",
            annotator_id=who,
            revision_id="seen.r1",
            part=Part.PROMPT,
            text="Which sum?",
            token="t",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.comments.threads.mark",
        who="lee",
        call=lambda s, who: threads.mark(
            s.engine, s.ids["comment"], annotator_id=who, is_settled=True, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.comments.threads.threads",
        who="lee",
        call=lambda s, who: threads.threads(s.engine, "seen", annotator_id=who, now=s.desk.now),
    ),
)
LABELLING = (
    Gesture(
        name="curation.labelling.queue.next_response",
        who="dee",
        anywhere=True,
        call=_in_session(
            lambda session, _, who: queue.next_response(
                session, annotator_id=who, wanted=LabelFilter()
            )
        ),
    ),
    Gesture(
        name="curation.labelling.planning.claim_label",
        who="dee",
        anywhere=True,
        call=lambda s, who: planning.claim_label(s.engine, annotator_id=who, now=s.desk.now),
    ),
    Gesture(
        name="curation.labelling.deciding.decide",
        who="dee",
        call=lambda s, who: deciding.decide(
            s.engine,
            annotator_id=who,
            response_id=s.ids["responses"][1],
            decision=Decision.FOLLOWS,
            token="gesture",
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.labelling.revealing.reveal",
        who="cho",
        call=lambda s, who: revealing.reveal(
            s.engine, annotator_id=who, response_id=s.ids["responses"][0], now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.labelling.revealing.reveal_item",
        who="vic",
        anywhere=True,
        call=lambda s, who: revealing.reveal_item(
            s.engine, annotator_id=who, item_id="labelled", now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.labelling.undoing.undo",
        who="cho",
        call=lambda s, who: undoing.undo(
            s.engine, annotator_id=who, label_id=s.ids["label"], now=s.desk.now
        ),
    ),
)
EXPORTS = (
    Gesture(
        name="exports.importing.import_items",
        who="lee",
        call=lambda s, who: import_items(
            s.engine, _table("items", _SIX), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="exports.transfer.incoming.plan_transfer",
        who="lee",
        call=lambda s, who: plan_transfer(
            s.engine,
            _table("responses", _RESPONSE),
            kind=Kind.RESPONSES,
            actor_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="exports.transfer.incoming.transfer",
        who="lee",
        call=lambda s, who: transfer(
            s.engine,
            _table("responses", _RESPONSE),
            kind=Kind.RESPONSES,
            actor_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="exports.cutting.cut_release",
        who="lee",
        may_meet="",
        call=lambda s, who: cut_release(s.engine, "0.1.0", _folder(), actor_id=who, now=s.desk.now),
    ),
    Gesture(
        name="exports.publishing.publish_release",
        who="lee",
        may_meet="was never cut",
        call=lambda s, who: publish_release(
            s.engine,
            cast("Any", None),
            "9.9.9",
            _folder(),
            repo="org/name",
            private=True,
            actor_id=who,
            now=s.desk.now,
        ),
    ),
)
ADMIN = (
    Gesture(
        name="curation.people.adding.add_person",
        who="local",
        call=lambda s, who: adding.add_person(
            s.engine, Description(handle="new"), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.people.competence.describe",
        who="local",
        call=lambda s, who: competence.describe(
            s.engine,
            s.roleless,
            Description(handle="nil", daily_cap=3),
            actor_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.people.granting.grant",
        who="local",
        call=lambda s, who: granting.grant(
            s.engine, s.roleless, Wanted(roles=(Role.LEAD,)), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.people.granting.revoke",
        who="local",
        call=lambda s, who: granting.revoke(
            s.engine, s.roleless, Wanted(roles=(Role.LEAD,)), actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.people.sharing.share",
        who="local",
        call=lambda s, who: sharing.share(s.engine, actor_id=who, now=s.desk.now),
    ),
    Gesture(
        name="curation.people.withdrawing.withdraw",
        who="local",
        call=lambda s, who: withdrawing.withdraw(
            s.engine, s.people["vic"], actor_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.sign_in.identities.link_identity",
        who="local",
        call=lambda s, who: identities.link_identity(
            s.engine,
            s.people["ben"],
            issuer="https://id.example",
            email="ben@ben.example",
            admin_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.sign_in.identities.unlink_identity",
        who="local",
        may_meet="nothing",
        call=lambda s, who: identities.unlink_identity(
            s.engine, "nothing", admin_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.sign_in.passwords.hand_over_password",
        who="local",
        call=lambda s, who: passwords.hand_over_password(
            s.engine, s.people["ben"], admin_id=who, now=s.desk.now
        ),
    ),
    Gesture(
        name="curation.sign_in.passwords.set_password",
        who="local",
        call=lambda s, who: passwords.set_password(
            s.engine,
            s.people["ben"],
            "nine brown herons asleep",
            must_change=True,
            admin_id=who,
            now=s.desk.now,
        ),
    ),
    Gesture(
        name="curation.sign_in.sessions.end_all_sessions",
        who="local",
        call=lambda s, who: sessions.end_all_sessions(
            s.engine, s.people["ben"], admin_id=who, now=s.desk.now
        ),
    ),
)
GESTURES = (*AUTHORING, *CLAIMS, *REVIEW, *LABELLING, *EXPORTS, *ADMIN)

_PART = "a part of functions that ask first, inside their transaction"
_OWN = "reads what is the person's own, by their id"
EXEMPT = {
    "curation.authoring.copies.list_copies": _OWN,
    "curation.authoring.texts.own_copy": _PART,
    "curation.claims.claiming.give_back": "gives up what the person holds, whatever they may do",
    "curation.comments.visibility.sight_of": _PART,
    "curation.labelling.sources.label_source": "says how blind a label would be; writes nothing",
    "curation.labelling.undoing.last_decisions": _OWN,
    "curation.people.competence.write_description": _PART,
    "curation.people.granting.record_grants": _PART,
    "curation.review.acting.act_in": _PART,
    "curation.review.blindness.hidden_from": "answers a question; writes and shows nothing",
    "curation.review.blindness.is_hidden": "answers a question; writes and shows nothing",
    "curation.review.acting.actor_of": _PART,
    "curation.review.adjudicating.check_neutral": _PART,
    "curation.review.confirming.awaiting": _OWN,
    "curation.review.rounds.open_round": _PART,
    "curation.review.rounds.record_act": _PART,
    "curation.review.seeing.may_see": "answers a question; writes and shows nothing",
    "curation.review.standing.check_holder": _PART,
    "curation.review.standing.check_role": _PART,
    "curation.review.standing.fitness": _PART,
    "curation.review.texts.load_texts": _OWN,
    "curation.review.undoing.recent": _OWN,
    "curation.sign_in.identities.identities_of": "names whom it is about, not who acts",
    "curation.sign_in.passwords.choose_password": "asks for the person's own password",
    "curation.sign_in.sessions.begin_session": _PART,
    "curation.sign_in.sessions.open_sessions": "names whom it is about, not who acts",
    "exports.publishing_record.record_publication": "records what happened on the hub already",
    "exports.registration.register_release": "asked for again in its transaction by cut_release",
    "exports.transfer.pseudonyms.pseudonym": "computes a name",
}
