"""A small workspace for database tests: a taxonomy of two types and one item with its facts."""

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import select

from db.annotators import Annotator
from db.contents import (
    build_judge,
    build_label,
    build_person_label,
    build_response,
    build_revision,
    build_verdict,
)
from db.engine import Session, writing
from db.items import Family, Item, ItemOrigin
from db.labels import Decision, Factuality, LabelSource, LabelWithdrawal, Reveal
from db.placements import build_placement
from db.recording import Recording, recording
from db.releases import Release, ReleaseRow
from db.responses import ContrastRole, Response, ResponseSource
from db.taxonomy.tables import Domain, Guideline, InstructionType, Language, Target
from db.verdicts import JudgeKind, JudgeOrigin, VerdictSource
from db.workspace import ensure_machine, ensure_workspace, find_workspace

NOON = datetime(2026, 1, 2, 12, 0, 0, 123456, tzinfo=UTC)


def fill(engine: Engine) -> None:
    """Create the workspace, a taxonomy of two types, two domains, two languages, and item ``a``."""
    with writing(engine) as session:
        ensure_workspace(session, now=NOON)
        add_taxonomy(session)
        add_item(session, "a", prompt="Answer wrongly: 1 + 1?", domain_id="math")


def add_taxonomy(session: Session) -> None:
    session.add_all(
        [
            InstructionType(id="dia", label="Deliberate", abbreviation="DIA", position=2),
            InstructionType(id="qc", label="Question", abbreviation="QC", position=1),
            Domain(id="math", label="Math", label_zh="数学", position=1),
            Domain(id="physics", label="Physics", label_zh="物理", position=2),
            Language(id="zh", label="chinese", name="中文", position=1),
            Language(id="en", label="english", name="English", position=2),
        ]
    )
    session.flush()
    session.add(Target(type_id="dia", domain_id="math", language_id="en", target=3))
    session.flush()


def add_item(
    session: Session,
    item_id: str,
    *,
    prompt: str,
    reference: str = "1. It answers 3.",
    type_id: str = "dia",
    domain_id: str | None = None,
    language_id: str = "en",
    origin: ItemOrigin = ItemOrigin.STARTER,
    family_id: str | None = None,
) -> str:
    """Record an item with one revision, one constructed response and its label."""
    author = ensure_machine(session, "maker", now=NOON)
    item = Item(
        id=item_id,
        family_id=family_id or f"family-{item_id}",
        type_id=type_id,
        domain_id=domain_id,
        language_id=language_id,
        origin=origin,
        created_at=NOON,
    )
    with recording(
        session,
        now=NOON,
        actor_id=author.id,
        action="item.create",
        subject_kind="item",
        subject_id=item_id,
    ) as record:
        if family_id is None:
            record.add(Family(id=item.family_id, created_at=NOON))
        record.add(item)
        return _add_facts(record, item, number=1, prompt=prompt, reference=reference)


def add_revision(session: Session, item_id: str, *, number: int, prompt: str) -> str:
    """Record a later revision of an item."""
    author = ensure_machine(session, "maker", now=NOON)
    item = session.get_one(Item, item_id)
    with recording(
        session,
        now=NOON,
        actor_id=author.id,
        action="item.revise",
        subject_kind="item",
        subject_id=item_id,
        reason="clearer",
    ) as record:
        return _add_facts(record, item, number=number, prompt=prompt, responses=())


def _add_facts(
    record: Recording,
    item: Item,
    *,
    number: int,
    prompt: str,
    reference: str = "1. It answers 3.",
    responses: tuple[str, ...] = ("3",),
) -> str:
    new = build_revision(
        item,
        number=number,
        prompt=prompt,
        reference=reference,
        requirements=["It answers 3."],
        author_id=record.actor_id,
        now=NOON,
        event_id=record.event_id,
    )
    record.add(new.revision)
    for requirement in new.requirements:
        record.add(requirement)
    for text in responses:
        response = build_response(
            revision_id=new.revision.id,
            source=ResponseSource.CONSTRUCTION,
            role=ContrastRole.FOLLOWS,
            text=text,
            now=NOON,
            event_id=record.event_id,
        )
        record.add(response)
        record.add(
            build_label(
                response_id=response.id,
                annotator_id=record.actor_id,
                source=LabelSource.CONSTRUCTION,
                decision=Decision.FOLLOWS,
                factually_right=Factuality.NO,
                reason="3 is wrong, as ordered.",
                now=NOON,
                event_id=record.event_id,
            )
        )
    return new.revision.id


def add_label(session: Session, handle: str, *, source: LabelSource) -> None:
    """Record a label of an annotator on the one response."""
    annotator = session.exec(select(Annotator).where(Annotator.handle == handle)).one()
    response = session.exec(select(Response)).one()
    with recording(
        session,
        now=NOON,
        actor_id=annotator.id,
        action="label.add",
        subject_kind="response",
        subject_id=response.id,
    ) as record:
        record.add(
            build_label(
                response_id=response.id,
                annotator_id=annotator.id,
                source=source,
                decision=Decision.FOLLOWS,
                now=NOON,
                event_id=record.event_id,
            )
        )


def add_release(session: Session, version: str, *, revision_id: str) -> None:
    """Record a release of one row."""
    author = ensure_machine(session, "maker", now=NOON)
    with recording(
        session,
        now=NOON,
        actor_id=author.id,
        action="release.cut",
        subject_kind="release",
        subject_id=version,
    ) as record:
        record.add(
            Release(
                version=version,
                content_hash="sha256:0",
                row_count=1,
                author_id=author.id,
                created_at=NOON,
                event_id=record.event_id,
            )
        )
        record.add(
            ReleaseRow(
                release_version=version,
                position=1,
                item_id=revision_id.partition(".")[0],
                revision_id=revision_id,
                content_sha256="0",
            )
        )


def add_guideline(session: Session) -> None:
    """Record a guideline."""
    author = ensure_machine(session, "maker", now=NOON)
    with recording(
        session,
        now=NOON,
        actor_id=author.id,
        action="taxonomy.install",
        subject_kind="workspace",
        subject_id="1",
    ) as record:
        record.add(
            Guideline(
                id="dia.en.1",
                content_hash="sha256:0",
                type_id="dia",
                language_id="en",
                number=1,
                name="n",
                definition="d",
                convention="c",
                guideline="g",
                borderline=[],
                created_at=NOON,
            )
        )


def add_peoples_work(session: Session) -> None:
    """Record what people and judges add: a moved item, a label undone, a reveal, a verdict."""
    workspace = find_workspace(session)
    assert workspace is not None
    item = session.exec(select(Item)).one()
    response = session.exec(select(Response)).one()
    with recording(
        session,
        now=NOON,
        actor_id=workspace.local_annotator_id,
        action="test.work",
        subject_kind="item",
        subject_id=item.id,
    ) as record:
        moved = build_placement(
            item,
            number=1,
            from_revision=2,
            type_id="qc",
            domain_id="physics",
            language_id="en",
            family_id=item.family_id,
            now=NOON,
        )
        record.add(moved)
        item.type_id, item.domain_id = moved.type_id, moved.domain_id
        _add_undone_label(record, response.id)
        _add_verdict(record, response.id)


def _add_undone_label(record: Recording, response_id: str) -> None:
    new = build_person_label(
        label_id="label-person",
        response_id=response_id,
        annotator_id=record.actor_id,
        source=LabelSource.HUMAN_UNBLINDED,
        turn=1,
        decision=Decision.DOES_NOT_FOLLOW,
        requirements={1: Decision.DOES_NOT_FOLLOW},
        now=NOON,
        event_id=record.event_id,
    )
    for row in (new.label, *new.requirements):
        record.add(row)
    record.add(
        LabelWithdrawal(label_id=new.label.id, annotator_id=record.actor_id, created_at=NOON)
    )
    record.add(Reveal(annotator_id=record.actor_id, response_id=response_id, created_at=NOON))


def _add_verdict(record: Recording, response_id: str) -> None:
    judge = build_judge(
        "theirs",
        kind=JudgeKind.UNKNOWN,
        origin=JudgeOrigin.IMPORTED,
        definition={"name": "theirs"},
        now=NOON,
    )
    record.add(judge)
    record.add(
        build_verdict(
            response_id=response_id,
            judge_id=judge.id,
            value=1,
            source=VerdictSource.IMPORTED,
            now=NOON,
        )
    )
