"""A shared workspace to review in: people with roles, items with all that must stay hidden."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from curation.authoring.submitting import add_contrast
from curation.claims.claiming import Claim, claim
from curation.review.adjudicating import Ruled, RulingConflict, rule
from curation.review.confirming import ConfirmConflict, Confirmed, confirm
from curation.review.reviewing import EditRefused, ReviewConflict, Reviewed, decide
from curation.review.rounds import after, open_round
from curation.review.solving import SolutionConflict, Solved, solve
from curation.review.undoing import Undone, undo
from db.acts import ActKind
from db.contents import build_revision
from db.engine import reading, writing
from db.history import events
from db.items import Family, Item, ItemOrigin
from db.queries.item_facts import load_item_facts, statuses
from db.queries.status import ItemStatus, Standing
from db.recording import recording
from db.requirements import parse_requirements
from db.reviews import Answer, Axis, Confidence, ReasonCode, ReviewDecision, Ruling, Withdrawn
from db.roles import Role
from db.slots import Stage
from db.verification import verify_history
from db.working_copies import Part
from db.workspace import ensure_workspace
from tests.db.content import add_taxonomy
from tests.people.team import join, share

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
YES: Mapping[Axis, Answer] = dict.fromkeys(Axis, Answer.YES)
# For what asks the database nothing that other tests do not ask on both.
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
ACCEPT = ReviewDecision.ACCEPT
EDIT = ReviewDecision.ACCEPT_WITH_EDIT
TEXTS = {
    Part.TYPE: "dia",
    Part.DOMAIN: "math",
    Part.LANGUAGE: "en",
    Part.FAMILY: "",
    Part.PROMPT: "Answer this sum wrongly, and say nothing else: one and one?",
    Part.REFERENCE: "1. It does not answer two.\n2. It says nothing else.",
    Part.TWIN: "Answer this sum: one and one?",
    Part.FOLLOWS: "Three.",
    Part.CONVENTIONAL: "Two.",
    Part.NEAR_MISS: "Three, although it is two.",
    Part.NOTES: "The author's secret notes.",
    Part.CHECKS: "",
}


def no(*axes: Axis) -> dict[Axis, Answer]:
    """Answer no on some axes and yes on the others."""
    return dict(YES) | dict.fromkeys(axes, Answer.NO)


@dataclass(slots=True, kw_only=True)
class Desk:
    """Everybody at work in one workspace.

    Attributes:
        people: Ids of ann, who writes; ben, cho and dee, who review; ada, who adjudicates; lee, who
            leads; and local, who made the workspace.
    """

    engine: Engine
    people: dict[str, str] = field(default_factory=dict)
    minute: int = 0

    @property
    def now(self) -> datetime:
        """A moment later than every one before."""
        self.minute += 1
        return NOW + timedelta(seconds=self.minute)

    def write(self, item_id: str, *, by: str = "ann", family: str | None = None) -> str:
        """Record an item with all its parts; give its revision."""
        author = self.people[by]
        moment = self.now
        item = Item(
            id=item_id,
            family_id=family or f"family-{item_id}",
            type_id=TEXTS[Part.TYPE],
            domain_id=TEXTS[Part.DOMAIN],
            language_id=TEXTS[Part.LANGUAGE],
            origin=ItemOrigin.STARTER,
            created_at=moment,
        )
        with (
            writing(self.engine) as session,
            recording(
                session,
                now=moment,
                actor_id=author,
                action="item.author",
                subject_kind="item",
                subject_id=item_id,
            ) as record,
        ):
            if family is None:
                record.add(Family(id=item.family_id, created_at=moment))
            record.add(item)
            new = build_revision(
                item,
                number=1,
                prompt=TEXTS[Part.PROMPT],
                reference=TEXTS[Part.REFERENCE],
                requirements=parse_requirements(TEXTS[Part.REFERENCE]),
                twin=TEXTS[Part.TWIN],
                notes=TEXTS[Part.NOTES],
                author_id=author,
                now=moment,
                event_id=record.event_id,
            )
            for fact in (new.revision, *new.requirements):
                record.add(fact)
            add_contrast(record, new.revision.id, TEXTS)
        return new.revision.id

    def send(self, item_id: str, *, by: str = "ann", kind: ActKind = ActKind.SUBMIT) -> str:
        """Open a review round on an item's first revision; give the act."""
        moment = self.now
        with writing(self.engine) as session:
            with recording(
                session,
                now=moment,
                actor_id=self.people[by],
                action="item.submit",
                subject_kind="item",
                subject_id=item_id,
            ) as record:
                act_id = open_round(
                    session,
                    item_id=item_id,
                    revision_id=f"{item_id}.r1",
                    annotator_id=self.people[by],
                    kind=kind,
                    now=moment,
                    record=record,
                )
            after(session, act_id, now=moment)
        return act_id

    def take(self, who: str, stage: Stage = Stage.REVIEW, *, hours: float = 0) -> Claim:
        """Claim the next piece of work."""
        moment = self.now + timedelta(hours=hours)
        found = claim(self.engine, stage, annotator_id=self.people[who], now=moment)
        assert isinstance(found, Claim), found
        return found

    def solve(
        self,
        who: str,
        work: Claim,
        *,
        type_id: str = "dia",
        expected: str = "It answers three.",
        token: str = "s",
    ) -> Solved | SolutionConflict:
        """Say what is expected."""
        return solve(
            self.engine,
            work.slot_id,
            annotator_id=self.people[who],
            fence=work.fence,
            type_id=type_id,
            expected=expected,
            token=token,
            now=self.now,
        )

    def begin(self, who: str, stage: Stage = Stage.REVIEW) -> Claim:
        """Claim the next review and solve it."""
        work = self.take(who, stage)
        assert isinstance(self.solve(who, work), Solved)
        return work

    def decide(
        self,
        who: str,
        work: Claim,
        decision: ReviewDecision = ACCEPT,
        *,
        answers: Mapping[Axis, Answer] = YES,
        code: ReasonCode | None = None,
        reason: str = "",
        edit: Mapping[Part, str] | None = None,
        token: str = "t",
    ) -> Reviewed | ReviewConflict | EditRefused:
        """Decide about a review."""
        accepts = decision in {ACCEPT, EDIT}
        return decide(
            self.engine,
            work.slot_id,
            annotator_id=self.people[who],
            fence=work.fence,
            answers=answers,
            decision=decision,
            reason_code=code or (ReasonCode.NONE if accepts else ReasonCode.AMBIGUOUS),
            reason=reason,
            edit=edit,
            token=token,
            now=self.now,
        )

    def review(
        self,
        who: str,
        decision: ReviewDecision = ACCEPT,
        *,
        stage: Stage = Stage.REVIEW,
        edit: Mapping[Part, str] | None = None,
        reason: str = "",
        token: str = "t",
    ) -> Reviewed:
        """Review the next item from the claim to the decision."""
        work = self.begin(who, stage)
        found = self.decide(who, work, decision, edit=edit, reason=reason, token=token)
        assert isinstance(found, Reviewed), found
        return found

    def confirm(
        self, who: str, review_id: str, *, yes: bool = True, reason: str = "", token: str = "c"
    ) -> Confirmed | ConfirmConflict:
        """Say something to an edit."""
        return confirm(
            self.engine,
            review_id,
            annotator_id=self.people[who],
            is_confirmed=yes,
            reason=reason,
            token=token,
            now=self.now,
        )

    def rule(
        self,
        who: str,
        work: Claim,
        ruling: Ruling = Ruling.ACCEPT,
        *,
        reason: str = "Read both.",
        edit_of: str = "",
        token: str = "r",
    ) -> Ruled | RulingConflict:
        """Rule on a dispute."""
        return rule(
            self.engine,
            work.slot_id,
            annotator_id=self.people[who],
            fence=work.fence,
            ruling=ruling,
            confidence=Confidence.HIGH,
            error_category=ReasonCode.AMBIGUOUS,
            is_guideline_gap=True,
            reason=reason,
            edit_of=edit_of,
            token=token,
            now=self.now,
        )

    def undo(self, who: str, kind: Withdrawn, subject_id: str) -> Undone:
        """Take a decision back."""
        return undo(self.engine, kind, subject_id, annotator_id=self.people[who], now=self.now)

    def status(self, item_id: str) -> ItemStatus:
        """Read where an item stands."""
        with reading(self.engine) as session:
            return statuses(session, [item_id])[item_id]

    def standing(self, item_id: str) -> Standing:
        """Read where an item stands, with everything behind it."""
        with reading(self.engine) as session:
            return Standing(load_item_facts(session, [item_id])[item_id])

    def actions(self, action: str) -> int:
        """Count the events of an action; the whole history must verify."""
        with reading(self.engine) as session:
            verified = verify_history(session)
            assert verified.ok, verified.summary
            return sum(event.action == action for event in events(session))

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        with reading(self.engine) as session:
            return int(session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def furnish(engine: Engine) -> Desk:
    """Fill a migrated database with a shared workspace."""
    desk = Desk(engine=engine)
    with writing(engine) as session:
        local = share(session)
        add_taxonomy(session)
        desk.people["local"] = local
        desk.people["ann"] = join(session, "ann", Role.AUTHOR)
        for name in ("ben", "cho", "dee"):
            desk.people[name] = join(session, name, Role.REVIEWER, Role.LABELLER)
        desk.people["ada"] = join(session, "ada", Role.ADJUDICATOR)
        desk.people["lee"] = join(session, "lee", Role.LEAD)
        desk.people["vic"] = join(session, "vic", Role.VIEWER)
    return desk


def furnish_solo(engine: Engine) -> Desk:
    """Fill a migrated database with a workspace of one person."""
    desk = Desk(engine=engine)
    with writing(engine) as session:
        desk.people["local"] = ensure_workspace(session, now=NOW).local_annotator_id
        add_taxonomy(session)
    return desk
