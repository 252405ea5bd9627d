"""A small workspace with people's labels and a judge's verdicts, made for tests only."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import select

from db.annotators import Annotator, AnnotatorKind
from db.contents import build_judge, build_label, build_response, build_verdict
from db.engine import Session, reading, writing
from db.items import Revision
from db.labels import Decision, LabelSource, LabelWithdrawal
from db.recording import recording
from db.responses import Response, ResponseSource
from db.verdicts import Judge, JudgeKind, JudgeOrigin, VerdictSource
from db.workspace import add_annotator, ensure_workspace, find_workspace
from tests.db.content import add_item, add_taxonomy

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
DECISIONS = {
    "1": Decision.FOLLOWS,
    "0": Decision.DOES_NOT_FOLLOW,
    "?": Decision.CANNOT_TELL,
}


def prepare(engine: Engine, families: Mapping[str, Sequence[str]]) -> None:
    """Make items of these families, each with one response ``r-ITEM`` of a model."""
    with writing(engine) as session:
        ensure_workspace(session, now=NOON)
        add_taxonomy(session)
        for items in families.values():
            for place, item in enumerate(items):
                add_item(
                    session,
                    item,
                    prompt=f"Question {item}?",
                    language_id="zh" if item.startswith("zh") else "en",
                    family_id=None if place == 0 else f"family-{items[0]}",
                )
                add_response(session, item)


def add_response(session: Session, item: str, *, suffix: str = "", simulated: bool = False) -> None:
    """Record a model's response to an item, called ``r-ITEM`` and the suffix."""
    revision = session.exec(select(Revision).where(Revision.item_id == item)).one()
    with _acting(session, "responses.import", item) as record:
        record.add(
            build_response(
                response_id=f"r-{item}{suffix}",
                revision_id=revision.id,
                source=ResponseSource.MODEL,
                source_name="model-2026-01-01",
                is_simulated=simulated,
                text=f"Answer {item}{suffix}",
                now=NOON,
                event_id=record.event_id,
            )
        )


def add_person(session: Session, handle: str, *, demonstration: bool = False) -> None:
    """Add a person."""
    person = add_annotator(session, handle, kind=AnnotatorKind.HUMAN, now=NOON)
    person.is_demonstration = demonstration
    session.flush()


def label(
    engine: Engine,
    said: Mapping[str, Mapping[str, str]],
    *,
    source: LabelSource = LabelSource.BLIND_HUMAN,
    minute: int = 0,
    demonstration: bool = False,
) -> dict[tuple[str, str], str]:
    """Record labels, ``{handle: {item: "1" | "0" | "?"}}``; give their ids by handle and item."""
    made = {}
    with writing(engine) as session:
        for handle, decisions in said.items():
            found = session.exec(select(Annotator).where(Annotator.handle == handle)).first()
            if found is None:
                add_person(session, handle, demonstration=demonstration)
            person = session.exec(select(Annotator).where(Annotator.handle == handle)).one()
            with _acting(session, "label.add", handle) as record:
                for item, decision in decisions.items():
                    row = build_label(
                        label_id=f"label-{source.value}-{handle}-{item}-{minute}",
                        response_id=f"r-{item}",
                        annotator_id=person.id,
                        source=source,
                        decision=DECISIONS[decision],
                        now=NOON + timedelta(minutes=minute),
                        event_id=record.event_id,
                    )
                    record.add(row)
                    made[handle, item] = row.id
    return made


def imported(engine: Engine, said: Mapping[str, Mapping[str, str]]) -> None:
    """Record labels that a file brought, by the names of the file's raters."""
    with writing(engine) as session, _acting(session, "labels.import", "file") as record:
        for rater, decisions in said.items():
            for item, decision in decisions.items():
                record.add(
                    build_label(
                        response_id=f"r-{item}",
                        annotator_id=record.actor_id,
                        source=LabelSource.IMPORTED,
                        decision=DECISIONS[decision],
                        rater=rater,
                        declared_source="blind_human",
                        now=NOON,
                        event_id=record.event_id,
                    )
                )


def correct(engine: Engine, label_id: str, handle: str, item: str, decision: str) -> str:
    """Record a label that supersedes another; give its id."""
    with writing(engine) as session:
        person = session.exec(select(Annotator).where(Annotator.handle == handle)).one()
        with _acting(session, "label.correct", label_id) as record:
            record.add(
                build_label(
                    label_id=f"{label_id}-corrected",
                    response_id=f"r-{item}",
                    annotator_id=person.id,
                    source=LabelSource.BLIND_HUMAN,
                    decision=DECISIONS[decision],
                    supersedes_id=label_id,
                    now=NOON + timedelta(hours=1),
                    event_id=record.event_id,
                )
            )
    return f"{label_id}-corrected"


def constructed(engine: Engine) -> list[str]:
    """Give the ids of the responses that were written to follow: one per item."""
    wanted = select(Response.id).where(Response.source == ResponseSource.CONSTRUCTION)
    with reading(engine) as session:
        return list(session.exec(wanted.order_by(Response.id)))


def withdraw(engine: Engine, label_id: str, handle: str) -> None:
    """Take a label back."""
    with writing(engine) as session:
        person = session.exec(select(Annotator).where(Annotator.handle == handle)).one()
        with _acting(session, "label.undo", label_id) as record:
            record.add(LabelWithdrawal(label_id=label_id, annotator_id=person.id, created_at=NOON))


def judged(
    engine: Engine,
    name: str,
    verdicts: Mapping[str, str],
    *,
    repeat: int = 0,
    simulated: bool = False,
    prefix: str = "r-",
) -> None:
    """Record a judge's verdicts, ``{item: "1" | "0" | "-"}``; "-" is unscored."""
    with writing(engine) as session, _acting(session, "verdicts.import", name) as record:
        judge = session.exec(select(Judge).where(Judge.name == name)).first()
        if judge is None:
            judge = build_judge(
                name,
                kind=JudgeKind.UNKNOWN,
                origin=JudgeOrigin.IMPORTED,
                definition={"name": name},
                is_simulated=simulated,
                now=NOON,
            )
            record.add(judge)
        for item, said in verdicts.items():
            record.add(
                build_verdict(
                    response_id=f"{prefix}{item}",
                    judge_id=judge.id,
                    value=None if said == "-" else int(said),
                    reason="refused" if said == "-" else "",
                    repeat=repeat,
                    source=VerdictSource.IMPORTED,
                    now=NOON,
                )
            )


def _acting(session: Session, action: str, subject: str):  # type: ignore[no-untyped-def]
    workspace = find_workspace(session)
    assert workspace is not None
    return recording(
        session,
        now=NOON,
        actor_id=workspace.local_annotator_id,
        action=action,
        subject_kind="workspace",
        subject_id=subject,
    )
