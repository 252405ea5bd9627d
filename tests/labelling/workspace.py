"""Owns a shared workspace to label in: people, items of several responses, ways to look at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Engine

from curation.labelling.deciding import Decided, ForSlot, LabelConflict, decide
from curation.labelling.undoing import Undone, undo
from db.annotators import Annotator, AnnotatorKind
from db.contents import build_label, build_response, build_revision
from db.engine import Session, reading, writing
from db.history import events
from db.items import Family, Item, ItemOrigin
from db.labels import Decision, Factuality, LabelSource
from db.queries.annotators import list_annotators
from db.recording import Recording, recording
from db.responses import ContrastRole, Response, ResponseSource
from db.roles import Role
from db.verification import verify_history
from db.workspace import WorkspaceKind, add_annotator, ensure_workspace, find_workspace
from tests.db.content import add_taxonomy
from tests.labelling.asking import asked
from tests.people.team import give, share

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
REQUIREMENTS = ("It answers 3.", "It is short.", "It is polite.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A workspace with two people and a machine; the first is the local one."""

    engine: Engine
    ann: str
    ben: str
    machine: str

    def add_item(
        self,
        item_id: str,
        *,
        author: str | None = None,
        family_id: str | None = None,
        language_id: str = "en",
        type_id: str = "dia",
        responses: Sequence[str] = ("follows", "conventional", "near_miss"),
    ) -> list[str]:
        """Record an item with constructed responses; give their ids in that order."""
        author_id = author or self.machine
        item = Item(
            id=item_id,
            family_id=family_id or f"family-{item_id}",
            type_id=type_id,
            domain_id=None,
            language_id=language_id,
            origin=ItemOrigin.AUTHORED,
            created_at=NOW,
        )
        with (
            writing(self.engine) as session,
            recording(
                session,
                now=NOW,
                actor_id=author_id,
                action="item.create",
                subject_kind="item",
                subject_id=item_id,
            ) as record,
        ):
            if session.get(Family, item.family_id) is None:
                record.add(Family(id=item.family_id, created_at=NOW))
            record.add(item)
            new = build_revision(
                item,
                number=1,
                prompt=f"What is {item_id}?",
                reference="1. It answers 3.\n2. It is short.\n3. It is polite.",
                requirements=list(REQUIREMENTS),
                notes=f"secret notes of {item_id}",
                author_id=author_id,
                now=NOW,
                event_id=record.event_id,
            )
            for row in (new.revision, *new.requirements):
                record.add(row)
            made = _constructed(record, new.revision.id, item_id, responses)
        return [response.id for response in made]

    def add_response(self, item_id: str, *, by: str, source: ResponseSource) -> str:
        """Record one more response to an item's first revision."""
        with (
            writing(self.engine) as session,
            recording(
                session,
                now=NOW,
                actor_id=by,
                action="response.add",
                subject_kind="item",
                subject_id=item_id,
            ) as record,
        ):
            response = build_response(
                revision_id=f"{item_id}.r1",
                source=source,
                source_name="secret-model-9000" if source is ResponseSource.MODEL else "",
                text=f"said about {item_id}",
                now=NOW,
                event_id=record.event_id,
            )
            record.add(response)
        return response.id

    def add_construction_label(self, response_id: str, annotator_id: str) -> None:
        """Record what a response was written to be."""
        with (
            writing(self.engine) as session,
            recording(
                session,
                now=NOW,
                actor_id=annotator_id,
                action="item.create",
                subject_kind="response",
                subject_id=response_id,
            ) as record,
        ):
            record.add(
                build_label(
                    response_id=response_id,
                    annotator_id=annotator_id,
                    source=LabelSource.CONSTRUCTION,
                    decision=Decision.FOLLOWS,
                    now=NOW,
                    event_id=record.event_id,
                )
            )

    def share(self, kind: WorkspaceKind = WorkspaceKind.SHARED) -> None:
        """Make the workspace shared, or solo again."""
        with writing(self.engine) as session:
            workspace = find_workspace(session)
            assert workspace is not None
            workspace.kind = kind

    def say(
        self,
        response_id: str,
        decision: Decision = Decision.FOLLOWS,
        *,
        who: str | None = None,
        token: str = "t",
        minute: int = 0,
        replaces: str | None = None,
        requirements: dict[int, Decision] | None = None,
        factually_right: Factuality | None = None,
        reason: str = "",
        slot: ForSlot | None = None,
    ) -> Decided | LabelConflict:
        """Decide, as the first person unless said otherwise."""
        return decide(
            self.engine,
            annotator_id=who or self.ann,
            response_id=response_id,
            decision=decision,
            requirements=requirements,
            factually_right=factually_right,
            reason=reason,
            token=token,
            replaces=replaces,
            slot=slot,
            now=NOW + timedelta(minutes=minute),
        )

    def stored(
        self,
        response_id: str,
        decision: Decision = Decision.FOLLOWS,
        *,
        who: str | None = None,
        token: str = "t",
        minute: int = 0,
        replaces: str | None = None,
    ) -> Decided:
        """Decide where nothing is in the way."""
        answer = self.say(
            response_id, decision, who=who, token=token, minute=minute, replaces=replaces
        )
        assert isinstance(answer, Decided)
        return answer

    def counted(
        self,
        response_id: str,
        decision: Decision = Decision.FOLLOWS,
        *,
        who: str | None = None,
        token: str = "t",
        minute: int = 0,
    ) -> Decided:
        """Decide, asked to, so that it counts."""
        slot = asked(self.engine, response_id, annotator_id=who or self.ann, now=NOW)
        answer = self.say(response_id, decision, who=who, token=token, minute=minute, slot=slot)
        assert isinstance(answer, Decided)
        assert not answer.is_surplus
        return answer

    def take_back(self, label_id: str, *, who: str | None = None, minute: int = 9) -> Undone:
        """Undo, as the first person unless said otherwise."""
        return undo(
            self.engine,
            annotator_id=who or self.ann,
            label_id=label_id,
            now=NOW + timedelta(minutes=minute),
        )

    def actions(self, action: str) -> int:
        """Count the events of an action; the whole history must verify."""
        with reading(self.engine) as session:
            assert verify_history(session).ok
            return sum(event.action == action for event in events(session))

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        with reading(self.engine) as session:
            return int(session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


def make_place(engine: Engine) -> Place:
    """Fill a migrated database."""
    with writing(engine) as session:
        workspace = ensure_workspace(session, now=NOW)
        add_taxonomy(session)
        ben = add_annotator(session, "ben", kind=AnnotatorKind.HUMAN, now=NOW)
        machine = add_annotator(session, "robot", kind=AnnotatorKind.MACHINE, now=NOW)
        place = Place(
            engine=engine, ann=workspace.local_annotator_id, ben=ben.id, machine=machine.id
        )
        share(session)
        give(session, ben.id, *Role)
    return place


def find_place(engine: Engine) -> Place:
    """Open a workspace that was filled before."""
    with reading(engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        known = {row.handle: row.id for row in list_annotators(session)}
    return Place(
        engine=engine,
        ann=workspace.local_annotator_id,
        ben=known["ben"],
        machine=known["robot"],
    )


def make_demonstration(session: Session, annotator_id: str) -> None:
    """Mark a person as one that exists to show the program."""
    session.get_one(Annotator, annotator_id).is_demonstration = True


def _constructed(
    record: Recording, revision_id: str, item_id: str, roles: Sequence[str]
) -> list[Response]:
    made = [
        build_response(
            revision_id=revision_id,
            source=ResponseSource.CONSTRUCTION,
            role=ContrastRole(role),
            text=f"text {place} of {item_id}",
            now=NOW,
            event_id=record.event_id,
        )
        for place, role in enumerate(roles)
    ]
    for response in made:
        record.add(response)
    return made
