"""What somebody can set in motion while writing, claiming, reviewing and labelling."""

from collections.abc import Callable
from typing import Any

from curation.authoring import copies, submitting
from curation.authoring.copy_views import Choice
from curation.authoring.submitting import BaseChoice
from curation.claims import claiming, releasing, skipping
from curation.claims.claiming import EmptyQueue, Lost
from curation.comments import threads
from curation.labelling import deciding, planning, queue, revealing, undoing
from curation.review import (
    acting,
    adjudicating,
    confirming,
    disputes,
    material,
    reopening,
    reviewing,
    said,
    seeing,
    solving,
    texts,
)
from curation.review import undoing as taking_back
from db.acts import ActKind
from db.engine import Session, reading
from db.errors import Forbidden
from db.labels import Decision
from db.queries.labelling_queue import LabelFilter
from db.reviews import Confidence, ReasonCode, ReviewDecision, Ruling, Withdrawn
from db.slots import SkipReason, Stage
from db.working_copies import Part
from tests.people.scene import Gesture, Scene
from tests.review.desk import YES


def _in_session(call: Callable[..., Any]) -> Callable[[Scene, str], Any]:
    def read(scene: Scene, who: str) -> Any:
        with reading(scene.engine) as session:
            return call(session, scene, who)

    return read


def _find_said(session: Session, scene: Scene, who: str) -> said.Said:
    # Whoever may not look is told nothing, as if there were nothing.
    found = said.find_said(session, "returned", annotator_id=who)
    if found is None:
        raise Forbidden(f"{who!r} is told nothing of what reviewers said.")
    return found


def _slot(scene: Scene, who: str, name: str = "work") -> dict[str, Any]:
    return {
        "slot_id": scene.ids[name].slot_id,
        "annotator_id": who,
        "fence": scene.ids[name].fence,
        "now": scene.desk.now,
    }


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
    Gesture(name="curation.review.said.find_said", who="ann", call=_in_session(_find_said)),
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
