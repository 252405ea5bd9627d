"""Owns the large workspace that figures are measured on: generated texts, nobody's evidence.

Items, responses, labels and verdicts are drawn from a seed into a temporary data folder that is
deleted afterwards; nothing of it is ever shipped.
"""

import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.settings import Settings
from app.workspace import prepare
from db.contents import build_judge, build_label, build_response, build_revision, build_verdict
from db.engine import Engine, open_engine, sqlite_url, writing
from db.items import Family, Item, ItemOrigin
from db.labels import Decision, LabelSource
from db.queries.taxonomy import list_domains, list_languages, list_types
from db.recording import Recording, recording
from db.responses import ResponseSource
from db.verdicts import Judge, JudgeKind, JudgeOrigin, VerdictSource
from db.workspace import ensure_machine

ITEMS = 10_000
RESPONSES_PER_ITEM = 5
RATERS = ("rater-1", "rater-2")
ITEMS_PER_EVENT = 500
ENGLISH = """answer the question in three lines write no comment explain why it rains list five
rivers turn every heading into a sentence keep the price out of it name one poet"""
CHINESE = """请用三行回答 不要写注释 说明为什么下雨 列出五条河流 把标题改成句子 不要提价格
写出一位诗人 每行不超过十个字 最后一句用问号"""
WORDS = {"en": tuple(ENGLISH.split()), "zh": tuple(CHINESE.split())}


@contextmanager
def large_workspace() -> Iterator[Path]:
    """Give a data folder with 10,000 items, 50,000 responses and verdicts, 100,000 labels."""
    folder = Path(tempfile.mkdtemp(prefix="gainsay-bench-"))
    try:
        home = folder / "home"
        settings = Settings(data_folder=home, database_url=sqlite_url(home / "gainsay.db"))
        home.mkdir()
        prepare(settings, now=datetime.now(UTC))
        engine = open_engine(settings.database_url)
        _fill(engine)
        engine.dispose()
        yield home
    finally:
        shutil.rmtree(folder)


def sentence(draw: random.Random, language: str, words: int) -> str:
    """Draw a text."""
    joint = " " if language == "en" else ","
    return joint.join(draw.choices(WORDS[language], k=words))


def _fill(engine: Engine) -> None:
    draw = random.Random(0)
    start = datetime.now(UTC) - timedelta(days=90)
    for first in range(0, ITEMS, ITEMS_PER_EVENT):
        _record(engine, draw, first, start + timedelta(minutes=first))
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{first + ITEMS_PER_EVENT:,} items")


def _record(engine: Engine, draw: random.Random, first: int, now: datetime) -> None:
    with writing(engine) as session:
        machine = ensure_machine(session, "bench-generator", now=now)
        types = [row.id for row in list_types(session)]
        domains = [row.id for row in list_domains(session)]
        languages = [row.id for row in list_languages(session)]
        with recording(
            session,
            now=now,
            actor_id=machine.id,
            action="bench.generate",
            subject_kind="workspace",
            subject_id="1",
        ) as record:
            if first == 0:
                record.add(_judge(now))
            for number in range(first, first + ITEMS_PER_EVENT):
                item = Item(
                    id=f"item-{number:05}",
                    family_id=f"family-{number:05}",
                    type_id=draw.choice(types),
                    domain_id=draw.choice([*domains, None]),
                    language_id=draw.choice(languages),
                    origin=ItemOrigin.IMPORTED,
                    created_at=now,
                )
                record.add(Family(id=item.family_id, created_at=now))
                record.add(item)
                _add_item(record, draw, item)


def _add_item(record: Recording, draw: random.Random, item: Item) -> None:
    language = item.language_id
    requirements = [sentence(draw, language, 8) for _ in range(3)]
    new = build_revision(
        item,
        number=1,
        prompt=f"{item.id} {sentence(draw, language, 60)}",
        reference="\n".join(f"{n}. {text}" for n, text in enumerate(requirements, start=1)),
        requirements=requirements,
        author_id=record.actor_id,
        now=record.now,
        event_id=record.event_id,
    )
    record.add(new.revision)
    for row in new.requirements:
        record.add(row)
    for number in range(RESPONSES_PER_ITEM):
        _add_response(record, draw, new.revision.id, f"{number} {sentence(draw, language, 40)}")


def _add_response(record: Recording, draw: random.Random, revision_id: str, text: str) -> None:
    response = build_response(
        revision_id=revision_id,
        source=ResponseSource.MODEL,
        source_name="bench-model",
        text=text,
        is_simulated=True,
        now=record.now,
        event_id=record.event_id,
    )
    record.add(response)
    truth = draw.random() < 0.6
    for rater in RATERS:
        follows = truth if draw.random() < 0.9 else not truth
        record.add(
            build_label(
                response_id=response.id,
                annotator_id=record.actor_id,
                source=LabelSource.IMPORTED,
                decision=Decision.FOLLOWS if follows else Decision.DOES_NOT_FOLLOW,
                rater=rater,
                now=record.now,
                event_id=record.event_id,
            )
        )
    record.add(
        build_verdict(
            response_id=response.id,
            judge_id=_judge(record.now).id,
            value=int(truth if draw.random() < 0.85 else not truth),
            source=VerdictSource.IMPORTED,
            now=record.now,
        )
    )


def _judge(now: datetime) -> Judge:
    return build_judge(
        "bench-judge",
        kind=JudgeKind.UNKNOWN,
        origin=JudgeOrigin.IMPORTED,
        definition={"name": "bench-judge"},
        is_simulated=True,
        now=now,
    )
