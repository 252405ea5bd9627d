"""Owns a shared workspace in which people type hostile text wherever they can type at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.settings import Settings
from app.workspace import prepare
from curation.authoring.copies import open_new, save_part
from curation.authoring.submitting import Submitted, submit
from curation.claims.claiming import Claim, ClaimFilter, claim
from curation.claims.skipping import skip
from curation.comments.threads import add_in_work
from curation.people.competence import Description, describe
from curation.review.acting import act
from curation.review.adjudicating import Ruled, rule
from curation.review.reviewing import Reviewed, decide
from curation.review.solving import solve
from curation.sign_in.sessions import begin_session
from db.acts import ActKind
from db.engine import Engine, open_engine, writing
from db.reviews import Answer, Axis, Confidence, ReasonCode, ReviewDecision, Ruling
from db.roles import Role
from db.slots import SkipReason, Stage
from db.working_copies import Part
from tests.login.people import person, shared

PASSED_ON = "starter-gc-windows"
RETIRED = "starter-swapped-words"
TYPE = "question-correction"
ASKED_FOR = "<img src=x onerror=alert(10)>"


@dataclass(slots=True, kw_only=True)
class Hostile:
    """The workspace.

    Attributes:
        text: What everybody types.
        people: Their ids by what they are there for.
        disputed: An item whose reviews differ.
        reviewed: An item that ``judge`` has solved and has on the table.
        copy: A working copy that ``author`` has not submitted.
        checks: What its checks ask for, and those of the items that are sent.
        edited: An item that ``second`` has accepted with an edit, which ``first`` is to confirm.
        ruled: An item on which ``adjudicator`` has ruled.
    """

    engine: Engine
    text: str
    people: dict[str, str]
    checks: str = ""
    disputed: str = ""
    edited: str = ""
    ruled: str = ""
    reviewed: str = ""
    copy: str = ""

    def token(self, who: str) -> str:
        """Begin a session, as a sign-in would."""
        with writing(self.engine) as session:
            return begin_session(session, self.people[who], now=datetime.now(UTC)).token

    def write(self, text: str) -> str:
        """Fill a working copy; give its id."""
        me, now = self.people["author"], datetime.now(UTC)
        copy = open_new(self.engine, annotator_id=me, now=now)
        texts = dict.fromkeys(Part, text) | {
            Part.TYPE: TYPE,
            Part.DOMAIN: "math",
            Part.LANGUAGE: "en",
            Part.FAMILY: "",
            Part.REFERENCE: f"1. {text}",
            Part.CHECKS: f'1: required_words words="{self.checks}"',
            Part.CONVENTIONAL: f"{text} c",
            Part.NEAR_MISS: f"{text} n",
            Part.TWIN: f"{text} t",
        }
        for part, said in texts.items():
            save_part(
                self.engine,
                copy_id=copy.id,
                annotator_id=me,
                part=part,
                text=said,
                base_number=copy.parts[part].number,
                tab="tab",
                now=now,
            )
        return copy.id

    def send(self, copy_id: str) -> str:
        """Submit a working copy; give the item's id."""
        me, now = self.people["author"], datetime.now(UTC)
        sent = submit(self.engine, copy_id, annotator_id=me, now=now)
        assert isinstance(sent, Submitted), sent
        return sent.item_id

    def take(self, who: str, item_id: str, stage: Stage = Stage.REVIEW) -> Claim:
        """Claim work on an item and say step 1."""
        me, now = self.people[who], datetime.now(UTC)
        found = claim(
            self.engine, stage, annotator_id=me, now=now, wanted=ClaimFilter(only=f"{item_id}.r1")
        )
        assert isinstance(found, Claim), found
        solve(
            self.engine,
            found.slot_id,
            annotator_id=me,
            fence=found.fence,
            type_id=TYPE,
            expected=self.text,
            token=f"{who} {item_id}",
            now=now,
        )
        return found

    def edit(self, who: str, item_id: str) -> None:
        """Accept the item with another prompt."""
        found, now = self.take(who, item_id), datetime.now(UTC)
        done = decide(
            self.engine,
            found.slot_id,
            annotator_id=self.people[who],
            fence=found.fence,
            answers=dict.fromkeys(Axis, Answer.YES),
            decision=ReviewDecision.ACCEPT_WITH_EDIT,
            reason=self.text,
            edit={Part.PROMPT: f"{self.text}\n{self.checks}"},
            token=who,
            now=now,
        )
        assert isinstance(done, Reviewed), done

    def rule(self, who: str, item_id: str) -> None:
        """Rule on the reviews of an item that differ, with a reason."""
        now = datetime.now(UTC)
        found = claim(
            self.engine,
            Stage.ADJUDICATE,
            annotator_id=self.people[who],
            now=now,
            wanted=ClaimFilter(only=f"{item_id}.r1"),
        )
        assert isinstance(found, Claim), found
        done = rule(
            self.engine,
            found.slot_id,
            annotator_id=self.people[who],
            fence=found.fence,
            ruling=Ruling.RETURN,
            confidence=Confidence.HIGH,
            error_category=ReasonCode.OTHER,
            is_guideline_gap=False,
            reason=self.text,
            token=who,
            now=now,
        )
        assert isinstance(done, Ruled), done

    def dispute(self, item_id: str) -> None:
        """Let three review an item, each in another way."""
        self.review("first", item_id, ReviewDecision.RETURN, Stage.REVIEW)
        self.review("second", item_id, ReviewDecision.ACCEPT, Stage.REVIEW)
        self.review("third", item_id, ReviewDecision.REJECT, Stage.THIRD_REVIEW)

    def review(self, who: str, item_id: str, decision: ReviewDecision, stage: Stage) -> None:
        """Comment on the item, and decide with a reason."""
        me, now = self.people[who], datetime.now(UTC)
        found = self.take(who, item_id, stage)
        for quote in ("", self.text.splitlines()[0]):
            add_in_work(
                self.engine,
                found.slot_id,
                annotator_id=me,
                part=Part.PROMPT,
                text=self.text,
                quote=quote,
                token=f"{who} {quote[:9]}",
                now=now,
            )
        reason = ReasonCode.NONE if decision is ReviewDecision.ACCEPT else ReasonCode.OTHER
        done = decide(
            self.engine,
            found.slot_id,
            annotator_id=me,
            fence=found.fence,
            answers=dict.fromkeys(Axis, Answer.YES),
            decision=decision,
            reason_code=reason,
            reason="" if decision is ReviewDecision.ACCEPT else self.text,
            token=who,
            now=now,
        )
        assert isinstance(done, Reviewed), done

    def skip(self, who: str, item_id: str) -> None:
        """Pass the review of an item on, with a note."""
        me, now = self.people[who], datetime.now(UTC)
        found = claim(
            self.engine,
            Stage.REVIEW,
            annotator_id=me,
            now=now,
            wanted=ClaimFilter(only=f"{item_id}.r1"),
        )
        assert isinstance(found, Claim)
        skip(
            self.engine,
            found.slot_id,
            annotator_id=me,
            fence=found.fence,
            reason=SkipReason.BROKEN,
            note=self.text[:500],
            now=now,
        )


def prepared(home: Path) -> str:
    """Make a workspace with the starter items of one person; give its address."""
    settings = Settings(data_folder=home, database_url=f"sqlite:///{home / 'gainsay.db'}")
    prepare(settings, now=datetime.now(UTC), starter=True)
    return settings.database_url


def gather(home: Path, corpus: Sequence[str], *, text: str) -> Hostile:
    """Share the workspace and let people type a text into it, before an app runs on it."""
    now = datetime.now(UTC)
    engine = open_engine(f"sqlite:///{home / 'gainsay.db'}")
    admin = shared(engine, now=now)
    handles = {
        # A name like this is refused at the door; an older or restored workspace may hold it.
        "first": (corpus[0], [Role.REVIEWER]),
        "second": (corpus[4], [Role.REVIEWER]),
        "third": (corpus[1], [Role.REVIEWER]),
        "judge": ("judge", [Role.REVIEWER]),
        "author": (corpus[5], [Role.AUTHOR]),
        "adjudicator": ("adjudicator", [Role.ADJUDICATOR]),
        "lead": ("lead", [Role.LEAD, Role.ADMIN]),
    }
    people = {
        who: person(engine, handle, admin_id=admin, password=None, roles=roles, now=now)
        for who, (handle, roles) in handles.items()
    }
    # What a check asks for stands between quotation marks; a comma begins another word.
    made = Hostile(engine=engine, text=text, people=people, checks=f"{ASKED_FOR},{corpus[1]}")
    lead = people["lead"]
    described = Description(handle="judge", background=f"{corpus[0]} {corpus[4]}")
    describe(engine, people["judge"], described, actor_id=lead, now=now)
    act(engine, RETIRED, ActKind.RETIRE, annotator_id=lead, reason=made.text, now=now)
    act(engine, PASSED_ON, ActKind.SUBMIT, annotator_id=lead, now=now)
    made.ruled = made.send(made.write(f"{made.text}\nRuled on."))
    made.dispute(made.ruled)
    made.rule("adjudicator", made.ruled)
    made.edited = made.send(made.write(f"{made.text}\nEdited."))
    made.review("first", made.edited, ReviewDecision.ACCEPT, Stage.REVIEW)
    made.edit("second", made.edited)
    made.disputed = made.send(made.write(made.text))
    made.dispute(made.disputed)
    made.skip("first", PASSED_ON)
    made.reviewed = made.send(made.write(f"{made.text}\nAnd once more, in other words."))
    made.take("judge", made.reviewed)
    made.copy = made.write(f"{made.text}\nNot sent yet.")
    return made
