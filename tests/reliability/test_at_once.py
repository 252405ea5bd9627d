"""Two processes at the same moment: a double click, two tabs of one person, two people."""

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from curation.authoring.copies import load_copy, open_item, save_part
from curation.authoring.copy_views import CopyView, SavedPart
from curation.authoring.submitting import BaseChoice, settle_base
from db.engine import reading
from db.history import events
from db.verification import check_database
from db.working_copies import Part
from tests.labelling.workspace import NOW
from tests.reliability.pair import Answer, Pair, pair
from tests.reliability.scene import Scene, make_scene

TIMES = 25
MEETINGS = 10


@pytest.fixture
def scene(engine: Engine) -> Scene:
    return make_scene(engine)


@pytest.fixture(scope="module")
def processes() -> Iterator[Pair]:
    with pair() as started:
        yield started


@pytest.fixture
def two(scene: Scene, migrated_url: str, processes: Pair) -> Iterator[Pair]:
    processes.open(migrated_url)
    yield processes
    processes.open(None)


def actions(scene: Scene) -> Counter[str]:
    with reading(scene.place.engine) as session:
        return Counter(event.action for event in events(session, newest=2_000))


def opened(scene: Scene, person: int, item_id: str = "a") -> CopyView:
    return open_item(scene.place.engine, item_id, annotator_id=scene.people[person], now=NOW)


def saved(scene: Scene, view: CopyView, text: str, *, part: Part = Part.PROMPT) -> None:
    answer = save_part(
        scene.place.engine,
        copy_id=view.id,
        annotator_id=view.annotator_id,
        part=part,
        text=text,
        base_number=view.parts[part].number,
        tab="one",
        now=NOW,
    )
    assert isinstance(answer, SavedPart)


def same(answers: tuple[Answer, Answer], *, apart_from: tuple[str, ...] = ()) -> Answer:
    """Give the one answer that both got; who was first may differ."""
    one, two = ({k: v for k, v in answer.items() if k not in apart_from} for answer in answers)
    assert one == two
    return one


def kinds(answers: tuple[Answer, Answer]) -> list[object]:
    return sorted(str(answer["kind"]) for answer in answers)


def test_a_decision_sent_twice_at_once_is_one_label_with_the_same_answer(
    scene: Scene, two: Pair
) -> None:
    """Fails without `said_before or` in curation/labelling/deciding.py:_decide.

    On PostgreSQL also without the second round of curation/labelling/retrying.py:retried.
    """
    answers = []
    for number in range(TIMES):
        response = scene.responses[number % len(scene.responses)]
        gesture = {
            "annotator_id": scene.people[number // len(scene.responses)],
            "response_id": response,
            "decision": "follows",
            "token": f"click {number}",
        }
        found = two.together("decide", gesture)
        assert sorted(bool(answer["is_new"]) for answer in found) == [False, True]
        answers.append(same(found, apart_from=("is_new",)))
    assert {answer["kind"] for answer in answers} == {"Decided"}
    assert actions(scene)["label.decide"] == TIMES
    assert check_database(scene.place.engine).findings == ()


def test_an_undo_sent_twice_at_once_is_one_withdrawal_with_the_same_answer(
    scene: Scene, two: Pair
) -> None:
    """Fails without the answer from the withdrawal in curation/labelling/undoing.py:_undo."""
    for number in range(TIMES):
        label = scene.place.stored(scene.responses[0], token=f"click {number}").label
        found = two.together("undo", {"annotator_id": label.annotator_id, "label_id": label.id})
        assert kinds(found) == ["Undone", "Undone"], found
        assert sorted(bool(answer["is_new"]) for answer in found) == [False, True]
        assert same(found, apart_from=("is_new",))["kind"] == "Undone"
    assert actions(scene)["label.undo"] == TIMES
    assert check_database(scene.place.engine).findings == ()


def test_a_save_sent_twice_at_once_is_one_text_with_the_same_answer(
    scene: Scene, two: Pair
) -> None:
    """Fails without the answer from the newest text in curation/authoring/texts.py:repeated."""
    view = opened(scene, 0)
    number = view.parts[Part.PROMPT].number
    for step in range(TIMES):
        gesture = {
            "copy_id": view.id,
            "annotator_id": view.annotator_id,
            "part": "prompt",
            "text": f"text {step}",
            "base_number": number,
            "tab": "one",
        }
        answer = same(two.together("save_part", gesture))
        assert (answer["kind"], answer["number"]) == ("SavedPart", number + 1)
        number += 1
    with reading(scene.place.engine) as session:
        assert load_copy(session, view.id, annotator_id=view.annotator_id).asides == ()


def test_a_submit_sent_twice_at_once_is_one_revision_with_the_same_answer(
    scene: Scene, two: Pair
) -> None:
    """Fails without the answer from a copy that was submitted in authoring/submitting.py:submit."""
    revisions = []
    for step in range(TIMES):
        view = opened(scene, 0)
        saved(scene, view, f"Answer number {step} wrongly, please.")
        gesture = {"copy_id": view.id, "annotator_id": view.annotator_id}
        revisions.append(same(two.together("submit", gesture))["revision_id"])
    assert revisions == [f"a.r{step + 2}" for step in range(TIMES)]
    assert actions(scene)["item.revise"] == TIMES
    assert check_database(scene.place.engine).findings == ()


def test_a_copy_opened_twice_at_once_is_one_copy(scene: Scene, two: Pair) -> None:
    """Fails without open_copy_of in curation/authoring/copies.py:open_item, which finds it."""
    for step in range(MEETINGS):
        annotator_id = scene.people[step % 4]
        item = {"item_id": f"labelled-{step % 8}", "annotator_id": annotator_id}
        assert same(two.together("open_item", item))["kind"] == "CopyView"
        new = {"annotator_id": annotator_id, "token": f"click {step}"}
        assert same(two.together("open_new", new), apart_from=("opened_at", "touched_at"))


def test_of_two_people_who_submit_one_item_at_once_the_second_gets_base_theirs_and_mine(
    scene: Scene, two: Pair
) -> None:
    """Fails without the comparison with the newest revision in authoring/submitting.py:submit."""
    base = "Answer wrongly: what is a?"
    for step in range(MEETINGS):
        views, texts = [opened(scene, person) for person in (0, 1)], []
        for person, view in enumerate(views):
            texts.append(f"Answer number {step} wrongly, says person {person}.")
            saved(scene, view, texts[-1])
        gestures = [{"copy_id": view.id, "annotator_id": view.annotator_id} for view in views]
        found = two.together("submit", *gestures)
        assert kinds(found) == ["StaleBase", "Submitted"]
        second = [answer["kind"] for answer in found].index("StaleBase")
        (difference,) = found[second]["differences"]  # type: ignore[misc,attr-defined]
        assert difference == {
            "part": "prompt",
            "base": base,
            "theirs": texts[1 - second],
            "mine": texts[second],
        }
        # The second takes the other's text, so that the next round begins from it.
        close(scene, views[second], str(found[second]["current_revision_id"]))
        base = texts[1 - second]
    assert check_database(scene.place.engine).findings == ()


def close(scene: Scene, view: CopyView, current_revision_id: str) -> None:
    settle_base(
        scene.place.engine,
        view.id,
        annotator_id=view.annotator_id,
        choice=BaseChoice.THEIRS,
        current_revision_id=current_revision_id,
        tab="one",
        now=NOW,
    )


def test_of_one_persons_two_browsers_that_save_at_once_the_second_is_set_aside_and_told(
    scene: Scene, two: Pair
) -> None:
    """Fails without the comparison of tabs in curation/authoring/texts.py:store."""
    view = opened(scene, 0)
    base, number = view.parts[Part.PROMPT].text, view.parts[Part.PROMPT].number
    for step in range(MEETINGS):
        gestures = [
            {
                "copy_id": view.id,
                "annotator_id": view.annotator_id,
                "part": "prompt",
                "text": f"text {step} of {tab}",
                "base_number": number,
                "tab": tab,
            }
            for tab in ("one", "two")
        ]
        found = two.together("save_part", *gestures)
        assert kinds(found) == ["SavedPart", "StalePart"]
        second = [answer["kind"] for answer in found].index("StalePart")
        number += 1
        mine, theirs = gestures[second]["text"], gestures[1 - second]["text"]
        told = found[second]
        assert (told["base"], told["theirs"], told["mine"]) == (base, theirs, mine)
        assert told["theirs_number"] == number == found[1 - second]["number"]
        base = str(theirs)
    with reading(scene.place.engine) as session:
        found_asides = load_copy(session, view.id, annotator_id=view.annotator_id).asides
    assert len(found_asides) == MEETINGS


def test_two_tabs_that_decide_differently_at_once_store_one_and_ask_in_the_other(
    scene: Scene, two: Pair
) -> None:
    """Fails without the conflict in curation/labelling/deciding.py:_decide."""
    for number in range(MEETINGS):
        gestures = [
            {
                "annotator_id": scene.people[0],
                "response_id": scene.responses[number],
                "decision": decision,
                "token": decision,
            }
            for decision in ("follows", "cannot_tell")
        ]
        assert kinds(two.together("decide", *gestures)) == ["Decided", "LabelConflict"]
    assert actions(scene)["label.decide"] == MEETINGS


def test_undo_against_decide_at_once_leaves_at_most_one_live_label(scene: Scene, two: Pair) -> None:
    """Fails without the answer from the withdrawal in curation/labelling/undoing.py:_undo."""
    outcomes = Counter[str]()
    for number in range(TIMES):
        response = scene.responses[number % len(scene.responses)]
        annotator_id = scene.people[number // len(scene.responses)]
        label = scene.place.stored(response, who=annotator_id, token="before").label
        person = {"annotator_id": annotator_id}
        undone, decided = two.at_once(
            {"call": "undo", **person, "label_id": label.id},
            {
                "call": "decide",
                **person,
                "response_id": response,
                "decision": "does_not_follow",
                "token": "after",
                # Every other time the new decision itself takes the old one back.
                "replaces": label.id if number % 2 else None,
            },
        )
        assert undone["kind"] == "Undone"
        outcomes[str(decided["kind"])] += 1
        assert decided["kind"] == "Decided" or not number % 2
    assert scene.place.count("label_withdrawal") == TIMES
    assert actions(scene)["label.decide"] == TIMES + outcomes["Decided"]
    assert check_database(scene.place.engine).findings == ()
