"""A shared workspace with people and slots, for tests of claiming."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from curation.claims.claiming import Claim, ClaimFilter, EmptyQueue, claim
from db.acts import ActKind, ItemAct
from db.annotators import Annotator, AnnotatorDomain, AnnotatorKind, AnnotatorLanguage
from db.base import new_id
from db.contents import build_response, build_revision
from db.engine import reading, writing
from db.items import Family, Item, ItemOrigin
from db.queries.annotators import list_annotators
from db.queries.slots import open_slots
from db.recording import Recording, recording
from db.responses import ResponseSource
from db.roles import Role, RoleGrant
from db.slots import Stage
from db.workspace import WorkspaceKind, add_annotator, ensure_workspace, find_workspace
from tests.db.content import add_taxonomy

# For what does not differ between the databases: statements that others run on both already.
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LEASE = timedelta(minutes=20)


@dataclass(slots=True, kw_only=True)
class Desk:
    """A shared workspace; ``people`` gives the ids of those added, by handle."""

    engine: Engine
    local: str = ""
    machine: str = ""
    people: dict[str, str] = field(default_factory=dict)

    def start(self, *, shared: bool = True) -> "Desk":
        with writing(self.engine) as session:
            workspace = ensure_workspace(session, now=NOW - timedelta(days=9))
            if shared:
                workspace.kind = WorkspaceKind.SHARED
                workspace.shared_at = NOW - timedelta(days=5)
            self.local = workspace.local_annotator_id
            add_taxonomy(session)
            self.machine = add_annotator(session, "maker", kind=AnnotatorKind.MACHINE, now=NOW).id
        return self

    def sit_down(self) -> "Desk":
        """Come to a workspace that was started before."""
        with reading(self.engine) as session:
            workspace = find_workspace(session)
            assert workspace is not None
            self.local = workspace.local_annotator_id
            known = {row.handle: row.id for row in list_annotators(session)}
        self.machine = known["maker"]
        return self

    def person(
        self,
        handle: str,
        *roles: Role,
        background: str = "",
        languages: tuple[str, ...] = (),
        domains: tuple[str, ...] = (),
        daily_cap: int | None = None,
    ) -> str:
        """Add a person with roles for everything."""
        with writing(self.engine) as session:
            person = add_annotator(session, handle, kind=AnnotatorKind.HUMAN, now=NOW)
            found = session.get(Annotator, person.id)
            assert found is not None
            found.background = background
            found.daily_cap = daily_cap
            session.flush()
            session.add_all(
                AnnotatorLanguage(annotator_id=person.id, language_id=one) for one in languages
            )
            session.add_all(
                AnnotatorDomain(annotator_id=person.id, domain_id=one) for one in domains
            )
            session.flush()
        for role in roles:
            self.grant(person.id, role)
        self.people[handle] = person.id
        return person.id

    def grant(
        self,
        annotator_id: str,
        role: Role,
        *,
        type_id: str | None = None,
        language_id: str | None = None,
    ) -> None:
        with (
            writing(self.engine) as session,
            recording(
                session,
                now=NOW,
                actor_id=self.local,
                action="role.grant",
                subject_kind="annotator",
                subject_id=annotator_id,
            ) as record,
        ):
            record.add(
                RoleGrant(
                    id=new_id("grant"),
                    annotator_id=annotator_id,
                    role=role,
                    type_id=type_id,
                    language_id=language_id,
                    granted_by_id=self.local,
                    created_at=NOW,
                )
            )

    def item(
        self,
        item_id: str,
        *,
        author: str | None = None,
        family_id: str | None = None,
        type_id: str = "dia",
        language_id: str = "en",
        domain_id: str | None = None,
        responses: int = 0,
        origin: ItemOrigin = ItemOrigin.AUTHORED,
        at: datetime = NOW,
    ) -> list[str]:
        """Record an item with one revision and model responses; give the responses' ids."""
        author_id = author or self.machine
        item = Item(
            id=item_id,
            family_id=family_id or f"family-{item_id}",
            type_id=type_id,
            domain_id=domain_id,
            language_id=language_id,
            origin=origin,
            created_at=at,
        )
        with (
            writing(self.engine) as session,
            recording(
                session,
                now=at,
                actor_id=author_id,
                action="item.create",
                subject_kind="item",
                subject_id=item_id,
            ) as record,
        ):
            if session.get(Family, item.family_id) is None:
                record.add(Family(id=item.family_id, created_at=at))
            return write(record, item, author_id=author_id, responses=responses)

    def round(
        self, item_id: str, *, count: int = 2, number: int = 1, seed: bool = False
    ) -> tuple[str, list[str]]:
        """Open a review round; give the act's id and the slots'."""
        act = ItemAct(
            id=new_id("act"),
            item_id=item_id,
            number=number,
            kind=ActKind.SUBMIT if number == 1 else ActKind.REOPEN,
            revision_id=f"{item_id}.r1",
            annotator_id=self.local,
            slots=count,
            created_at=NOW,
        )
        with writing(self.engine) as session:
            with recording(
                session,
                now=NOW,
                actor_id=self.local,
                action="item.submit",
                subject_kind="item",
                subject_id=item_id,
            ) as record:
                record.add(act)
            slots = open_slots(
                session,
                stage=Stage.REVIEW,
                subject_id=f"{item_id}.r1",
                item_id=item_id,
                revision_id=f"{item_id}.r1",
                act_id=act.id,
                round=number,
                count=count,
                other_background=seed,
                now=NOW,
            )
        return act.id, slots

    def accept(self, item_id: str) -> None:
        """Let a lead accept the item's text, as far as its facts go."""
        for number, kind in ((1, ActKind.SUBMIT), (2, ActKind.RULE_ACCEPT)):
            with (
                writing(self.engine) as session,
                recording(
                    session,
                    now=NOW,
                    actor_id=self.local,
                    action=f"item.{kind.value}",
                    subject_kind="item",
                    subject_id=item_id,
                ) as record,
            ):
                record.add(
                    ItemAct(
                        id=new_id("act"),
                        item_id=item_id,
                        number=number,
                        kind=kind,
                        revision_id=f"{item_id}.r1",
                        annotator_id=self.local,
                        slots=2 if number == 1 else None,
                        created_at=NOW,
                    )
                )

    def items_with_rounds(self, count: int) -> None:
        """Add many items with a round each, in one transaction and without acts."""
        with (
            writing(self.engine) as session,
            recording(
                session,
                now=NOW,
                actor_id=self.machine,
                action="items.import",
                subject_kind="file",
                subject_id="many",
            ) as record,
        ):
            for number in range(count):
                item = Item(
                    id=f"item-{number}",
                    family_id=f"family-{number}",
                    type_id="dia",
                    language_id="en",
                    origin=ItemOrigin.AUTHORED,
                    created_at=NOW,
                )
                record.add(Family(id=item.family_id, created_at=NOW))
                write(record, item, author_id=self.machine)
        with writing(self.engine) as session:
            for number in range(count):
                open_slots(
                    session,
                    stage=Stage.REVIEW,
                    subject_id=f"item-{number}.r1",
                    item_id=f"item-{number}",
                    revision_id=f"item-{number}.r1",
                    count=2,
                    now=NOW,
                )

    def ask(
        self,
        who: str,
        stage: Stage = Stage.REVIEW,
        *,
        minute: float = 0,
        wanted: ClaimFilter | None = None,
    ) -> Claim | EmptyQueue:
        return claim(
            self.engine, stage, annotator_id=who, now=at(minute), wanted=wanted, lease=LEASE
        )

    def take(self, who: str, stage: Stage = Stage.REVIEW, *, minute: float = 0) -> Claim:
        """Claim where there must be something."""
        got = self.ask(who, stage, minute=minute)
        assert isinstance(got, Claim), got
        return got

    def nothing(self, who: str, stage: Stage = Stage.REVIEW, *, minute: float = 0) -> EmptyQueue:
        """Claim where there must be nothing."""
        got = self.ask(who, stage, minute=minute)
        assert isinstance(got, EmptyQueue), got
        return got


def write(record: Recording, item: Item, *, author_id: str, responses: int = 0) -> list[str]:
    """Record an item with one revision and model responses; give the responses' ids."""
    record.add(item)
    new = build_revision(
        item,
        number=1,
        prompt=f"What is {item.id}?",
        reference="1. It answers 3.",
        requirements=["It answers 3."],
        notes="",
        author_id=author_id,
        now=item.created_at,
        event_id=record.event_id,
    )
    for row in (new.revision, *new.requirements):
        record.add(row)
    made = [
        build_response(
            revision_id=new.revision.id,
            source=ResponseSource.MODEL,
            source_name="model-1",
            text=f"{item.id} said {number}",
            now=item.created_at,
            event_id=record.event_id,
        )
        for number in range(responses)
    ]
    for response in made:
        record.add(response)
    return [response.id for response in made]


def at(minute: float) -> datetime:
    return NOW + timedelta(minutes=minute)
