"""`gainsay items check`, as a person runs it."""

from typing import Any

import pytest
from sqlalchemy import Engine

from app.cli import main
from curation.starter.content import load_starter_items
from db.annotators import Annotator
from db.contents import build_label, build_response, build_revision
from db.engine import open_engine, writing
from db.items import Item
from db.labels import Decision, LabelSource
from db.queries.items import current_revisions
from db.recording import recording
from db.responses import ContrastRole, ResponseSource
from db.workspace import STARTER_AUTHOR, ensure_machine
from tests.cli.test_database import answer, refusal
from tests.db.content import NOON

ITEM = "starter-useful-uselessness"
FOLLOWER, MISS = "无用之物反得保全。", "看似无用之物自有大用。"


def revise(url: str, checks: str, responses: dict[ContrastRole, str]) -> None:
    """Give an item a newer revision with other checks and other responses of construction."""
    engine: Engine = open_engine(url)
    with writing(engine) as session:
        author: Annotator = ensure_machine(session, STARTER_AUTHOR, now=NOON)
        before = current_revisions(session, [ITEM])[ITEM]
        with recording(
            session,
            now=NOON,
            actor_id=author.id,
            action="item.revise",
            subject_kind="item",
            subject_id=ITEM,
        ) as record:
            new = build_revision(
                session.get_one(Item, ITEM),
                number=before.number + 1,
                prompt=before.prompt,
                reference=before.reference,
                requirements=["一", "二", "三"],
                checks=checks,
                author_id=author.id,
                now=NOON,
                event_id=record.event_id,
            )
            for fact in (new.revision, *new.requirements):
                record.add(fact)
            for role, text in responses.items():
                response = build_response(
                    revision_id=new.revision.id,
                    source=ResponseSource.CONSTRUCTION,
                    role=role,
                    text=text,
                    now=NOON,
                    event_id=record.event_id,
                )
                record.add(response)
                follows = role is ContrastRole.FOLLOWS
                record.add(
                    build_label(
                        response_id=response.id,
                        annotator_id=author.id,
                        source=LabelSource.CONSTRUCTION,
                        decision=Decision.FOLLOWS if follows else Decision.DOES_NOT_FOLLOW,
                        now=NOON,
                        event_id=record.event_id,
                    )
                )
    engine.dispose()


def test_every_starter_item_is_reported_with_what_its_checks_cover(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    found = answer(capsys, "items", "check", "--db", starter_url)
    by_id: dict[str, Any] = {item["id"]: item for item in found["items"]}
    assert by_id.keys() == {f"starter-{item.slug}" for item in load_starter_items()}
    results = [item["self_test"] for item in by_id.values()]
    assert (results.count("passed"), results.count("not_possible")) == (15, 7)
    assert by_id["starter-swapped-words"]["covered"] == [1, 2, 3, 4]
    assert [one["verdict"] for one in by_id["starter-swapped-words"]["responses"]] == [1, 0, 0]
    assert by_id["starter-liquid-element"]["reason"] == "The item has no checks."
    assert by_id["starter-liquid-element"]["judge"] is None
    assert len(found["verifiers"]["kept"]) >= 25
    assert "accuracy" not in str(found)
    assert "%" not in str(found["items"][0])


def test_a_person_reads_one_line_per_item_and_a_sum(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    assert main(["items", "check", ITEM, "starter-salt-roads", "--db", starter_url]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"{ITEM}: self-test passed; requirements covered: 1 of 3.",
        "starter-salt-roads: self-test passed; requirements covered: 1, 2, 3, 4, 5, 6 of 7.",
        "2 items: self-test passed 2, failed 0, not possible 0.",
    ]


def test_a_self_test_that_fails_names_the_response_the_requirement_and_the_place(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    checks = "1: length unit=characters most=11\n2: forbidden_words words=反得"
    texts = {ContrastRole.FOLLOWS: FOLLOWER, ContrastRole.NEAR_MISS: MISS}
    revise(starter_url, checks, texts)
    assert main(["items", "check", ITEM, "--db", starter_url]) == 0
    said = capsys.readouterr().out
    # 无用之物反得保全。: the word begins at its fifth character.
    assert f"{ITEM}: self-test failed; requirements covered: 1, 2 of 3." in said
    assert "  follows (follows) fails." in said
    assert "    requirement 2: failed. Forbidden words found: '反得'." in said
    assert "      line 1, column 5: 反得保全。" in said
    # Nobody said which requirement the near miss fails, and the third is open: no contradiction.
    assert "near miss" not in said


def test_a_near_miss_that_passes_fails_the_self_test(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    checks = "\n".join(f"{number}: length unit=characters most=99" for number in (1, 2, 3))
    revise(starter_url, checks, {ContrastRole.NEAR_MISS: MISS})
    (found,) = answer(capsys, "items", "check", ITEM, "--db", starter_url)["items"]
    assert found["self_test"] == "failed"
    assert [one["agrees"] for one in found["responses"]] == [False]


def test_checks_that_cannot_be_read_are_told_line_by_line_and_steer_no_terminal(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    revise(starter_url, "# ok\n\x1b[31m: bad\n4: lines most=1", {ContrastRole.FOLLOWS: FOLLOWER})
    assert main(["items", "check", ITEM, "--db", starter_url]) == 0
    said = capsys.readouterr().out
    assert "self-test not possible; requirements covered: none of 3." in said
    assert "  line 2: '\\x1b[31m: bad' is no check; write the number of a requirement" in said
    assert "  line 3: there is no requirement 4; write a number from 1 to 3." in said
    assert "\x1b" not in said


def test_an_item_that_is_not_there_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], starter_url: str
) -> None:
    said = refusal(capsys, "items", "check", ITEM, "no-such-item", "--db", starter_url)
    assert said == ("There is no item 'no-such-item'; list the items with 'gainsay items list'.")
