"""A workspace for the workflow's tests: people of every role, items, and facts put in directly.

Facts go in as the program would record them, without its guards: what a state is must not depend on
how a test got there. After each of them the slots are reconciled, as every writer does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from curation.review.rounds import open_round, reconcile, record_act
from db.acts import ActKind
from db.annotators import AnnotatorKind
from db.base import Table, new_id
from db.contents import build_label, build_response, build_revision
from db.engine import Session
from db.hashing import content_hash
from db.items import Family, Item, ItemOrigin, Revision
from db.labels import Decision, LabelSource
from db.queries.item_facts import load_item_facts, statuses
from db.queries.item_slots import slots_of_item
from db.queries.label_plan import label_needs
from db.queries.labelling import LABEL_DECIDED
from db.queries.slots import open_slots
from db.queries.status import ItemStatus, Needed, Standing
from db.recording import recording
from db.releases import Release, ReleaseRow
from db.responses import ResponseSource
from db.reviews import (
    Adjudication,
    Confidence,
    Confirmation,
    ReasonCode,
    Review,
    ReviewDecision,
    Ruling,
    Withdrawal,
    Withdrawn,
)
from db.roles import Role
from db.slots import Stage
from db.taxonomy.tables import InstructionType
from db.workspace import add_annotator, ensure_workspace
from tests.db.content import NOON, add_taxonomy
from tests.people.team import give, join, share

ACCEPTS = {ReviewDecision.ACCEPT, ReviewDecision.ACCEPT_WITH_EDIT}
# Who acts in the table: everybody but the last two holds one role.
ACTORS = {
    "author": (Role.AUTHOR,),
    "other author": (Role.AUTHOR,),
    "reviewer": (Role.REVIEWER,),
    "labeller": (Role.LABELLER,),
    "adjudicator": (Role.ADJUDICATOR,),
    "lead": (Role.LEAD,),
    "kin lead": (Role.LEAD,),
    "admin": (Role.ADMIN,),
    "viewer": (Role.VIEWER,),
}


@dataclass(slots=True)
class Bench:
    """One workspace in one open transaction.

    Attributes:
        people: Annotator ids by name.
        type_id: Of the items that it makes.
    """

    session: Session
    people: dict[str, str] = field(default_factory=dict)
    type_id: str = "dia"
    _ticks: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def now(self) -> datetime:
        """A moment later than every one before."""
        return NOON + timedelta(seconds=next(self._ticks))

    def furnish(self, *, solo: bool = False) -> "Bench":
        """Make the workspace, its types and its people."""
        local = ensure_workspace(self.session, now=NOON).local_annotator_id
        self.people["local"] = local
        if self.session.get(InstructionType, self.type_id) is None:
            add_taxonomy(self.session)
        if solo:
            return self
        share(self.session)
        for name, roles in ACTORS.items():
            self.people[name] = join(self.session, name, *roles)
        for name in ("first", "second", "third"):
            self.people[name] = join(self.session, name, Role.REVIEWER, Role.LABELLER)
        machine = add_annotator(self.session, "robot", kind=AnnotatorKind.MACHINE, now=NOON)
        self.people["machine"] = machine.id
        return self

    def grant(self, name: str, *roles: Role) -> None:
        """Give a person more roles."""
        give(self.session, self.people[name], *roles)

    def item(
        self,
        item_id: str,
        *,
        by: str = "author",
        family: str | None = None,
        origin: ItemOrigin = ItemOrigin.AUTHORED,
    ) -> str:
        """Record an item with one revision and say its id."""
        now = self.now
        item = Item(
            id=item_id,
            family_id=family or f"family-{item_id}",
            type_id=self.type_id,
            language_id="en",
            origin=origin,
            created_at=now,
        )
        rows: list[Table] = [item]
        if family is None:
            rows.append(Family(id=item.family_id, created_at=now))
        self.record(by, rows)
        self.revise(item_id, by=by)
        return item_id

    def revise(self, item_id: str, *, by: str = "author", checks: str = "") -> str:
        """Record the next revision, with no act, and give its id."""
        numbers = [one.number for one in self._revisions(item_id)]
        number = max(numbers, default=0) + 1
        now = self.now
        new = build_revision(
            self.session.get_one(Item, item_id),
            number=number,
            prompt=f"Answer wrongly: {number} + 1?",
            reference="1. It answers 3.",
            requirements=["It answers 3."],
            checks=checks,
            author_id=self.people[by],
            now=now,
            event_id="",
        )
        self.record(by, [new.revision, *new.requirements])
        return new.revision.id

    def act(self, item_id: str, kind: ActKind, *, by: str = "lead", about: str = "") -> str:
        """Record an act without asking whether it is legal, and give its id."""
        current = load_item_facts(self.session, [item_id])[item_id].current_revision_id
        now = self.now
        with recording(
            self.session,
            now=now,
            actor_id=self.people[by],
            action="item.act",
            subject_kind="item",
            subject_id=item_id,
        ) as record:
            put = open_round if kind in {ActKind.SUBMIT, ActKind.REOPEN} else record_act
            act_id = put(
                self.session,
                item_id=item_id,
                revision_id=about or current,
                annotator_id=self.people[by],
                kind=kind,
                now=now,
                record=record,
            )
        reconcile(self.session, item_id, now=now)
        return act_id

    def review(
        self,
        item_id: str,
        decision: ReviewDecision,
        *,
        by: str,
        turn: int = 1,
        surplus: bool = False,
        source: LabelSource = LabelSource.BLIND_HUMAN,
    ) -> str:
        """Record a review of the newest round; an edit makes its revision."""
        act = self.standing(item_id).facts.acts
        newest = [one for one in act if one.opens_round][-1]
        edited = None
        if decision is ReviewDecision.ACCEPT_WITH_EDIT:
            edited = self.revise(item_id, by=by)
        row = Review(
            id=new_id("review"),
            act_id=newest.id,
            revision_id=newest.revision_id,
            annotator_id=self.people[by],
            turn=turn,
            source=source,
            is_surplus=surplus,
            decision=decision,
            reason_code=ReasonCode.NONE if decision in ACCEPTS else ReasonCode.AMBIGUOUS,
            edited_revision_id=edited,
            created_at=self.now,
        )
        self.record(by, [row], item_id)
        return row.id

    def confirm(self, item_id: str, review_id: str, *, by: str, yes: bool, turn: int = 1) -> str:
        """Record what another reviewer says to an edit."""
        reason = "" if yes else "Not so."
        row = Confirmation(
            id=new_id("confirmation"),
            review_id=review_id,
            annotator_id=self.people[by],
            turn=turn,
            is_confirmed=yes,
            reason=reason,
            reason_hash=content_hash(reason) if reason else None,
            created_at=self.now,
        )
        self.record(by, [row], item_id)
        return row.id

    def rule(self, item_id: str, ruling: Ruling, *, subject: str = "", turn: int = 1) -> str:
        """Record an adjudicator's ruling on the newest round, or on a response."""
        newest = [one for one in self.standing(item_id).facts.acts if one.opens_round][-1]
        on_labels = ruling in {Ruling.FOLLOWS, Ruling.DOES_NOT_FOLLOW, Ruling.CANNOT_TELL}
        stage = Stage.ADJUDICATE_LABELS if on_labels else Stage.ADJUDICATE
        asked = [
            one.id
            for one in slots_of_item(self.session, item_id)
            if one.is_open and one.stage is stage
        ]
        row = Adjudication(
            id=new_id("adjudication"),
            subject_id=subject or newest.id,
            turn=turn,
            act_id=None if on_labels else newest.id,
            response_id=subject if on_labels else None,
            slot_id=asked[0] if asked else None,
            revision_id=newest.revision_id if ruling is Ruling.ACCEPT else None,
            annotator_id=self.people["adjudicator"],
            ruling=ruling,
            confidence=Confidence.HIGH,
            error_category=ReasonCode.AMBIGUOUS,
            reason="Read both.",
            reason_hash=content_hash("Read both."),
            created_at=self.now,
        )
        self.record("adjudicator", [row], item_id)
        return row.id

    def withdraw(self, item_id: str, kind: Withdrawn, subject_id: str, *, by: str) -> None:
        """Record that somebody took a decision back."""
        row = Withdrawal(
            kind=kind,
            subject_id=subject_id,
            annotator_id=self.people[by],
            created_at=self.now,
        )
        self.record(by, [row], item_id)

    def response(
        self, item_id: str, *, simulated: bool = False, revision_id: str | None = None
    ) -> str:
        """Record a model's response, to the accepted revision unless told, and give its id."""
        answered = revision_id or self.standing(item_id).accepted_id
        assert answered is not None
        now = self.now
        row = build_response(
            revision_id=answered,
            source=ResponseSource.MODEL,
            source_name="model-2026-01-01",
            is_simulated=simulated,
            text=f"It is 3, said at {now.isoformat()}.",
            now=now,
            event_id="",
        )
        self.record("local", [row], item_id)
        return row.id

    def label(
        self,
        item_id: str,
        response_id: str,
        decision: Decision,
        *,
        by: str,
        source: LabelSource = LabelSource.BLIND_HUMAN,
    ) -> str:
        """Record a person's label."""
        row = build_label(
            response_id=response_id,
            annotator_id=self.people[by],
            source=source,
            decision=decision,
            now=self.now,
            event_id="",
        )
        # Only labels that were given here have one.
        row.turn = next(self._ticks)
        self.record(by, [row], item_id, action=LABEL_DECIDED)
        return row.id

    def ask_for_labels(self) -> None:
        """Open the slots that labels are handed in for, as looking for work does."""
        for need in label_needs(self.session, limit=200):
            open_slots(
                self.session,
                stage=Stage.LABEL,
                subject_id=need.response_id,
                item_id=need.item_id,
                revision_id=need.revision_id,
                response_id=need.response_id,
                count=need.highest + need.missing,
                now=self.now,
            )

    def release(self, item_id: str, version: str) -> None:
        """Record a release that holds the item: accepted, else as it is."""
        standing = self.standing(item_id)
        now = self.now
        rows: list[Table] = [
            Release(
                version=version,
                content_hash="sha256:0",
                row_count=1,
                author_id=self.people["local"],
                created_at=now,
            ),
            ReleaseRow(
                release_version=version,
                position=1,
                item_id=item_id,
                revision_id=standing.accepted_id or standing.facts.current_revision_id,
                content_sha256="0",
            ),
        ]
        self.record("local", rows, item_id)

    def standing(self, item_id: str) -> Standing:
        """Read where an item stands, with everything behind it."""
        return Standing(load_item_facts(self.session, [item_id])[item_id])

    def status(self, item_id: str) -> ItemStatus:
        """Read where an item stands."""
        return statuses(self.session, [item_id])[item_id]

    def reconcile(self, item_id: str) -> Needed:
        """Reconcile the slots once more."""
        return reconcile(self.session, item_id, now=self.now)

    def _revisions(self, item_id: str) -> Sequence[Revision]:
        from sqlmodel import select

        return self.session.exec(select(Revision).where(Revision.item_id == item_id)).all()

    def record(
        self,
        by: str,
        rows: Sequence[Table],
        item_id: str | None = None,
        *,
        action: str = "test.fact",
    ) -> None:
        """Record facts as somebody's, and reconcile the slots of an item."""
        with recording(
            self.session,
            now=self.now,
            actor_id=self.people[by],
            action=action,
            subject_kind="item",
            subject_id=item_id or "1",
        ) as record:
            for row in rows:
                record.add(row)
        if item_id is not None:
            reconcile(self.session, item_id, now=self.now)
