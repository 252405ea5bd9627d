"""Who is added, and under which name; what is known of them is changed with before and after."""

import dataclasses

import pytest
from sqlalchemy import Engine

from curation.people.adding import add_person
from curation.people.competence import Description, describe
from curation.people.handles import check_handle, folded
from db.engine import reading, writing
from db.errors import Conflict, Forbidden, GainsayError, Invalid
from db.history import events
from db.queries.people import find_by_handle
from db.roles import Role
from db.workspace import ensure_machine
from tests.db.content import fill
from tests.people.crew import Crew, local_of
from tests.people.team import MOMENT


def test_a_person_is_added_whole_and_may_do_nothing_yet(crew: Crew) -> None:
    mei = crew.add(
        "梅",
        background=" law,  ten years ",
        language_ids=("zh",),
        domain_ids=("math",),
        daily_cap=9,
    )
    row = crew.person(mei)
    assert (row.handle, row.background, row.language_ids, row.domain_ids, row.daily_cap) == (
        "梅",
        "law, ten years",
        ("zh",),
        ("math",),
        9,
    )
    assert (row.held, row.can_sign_in, row.is_person) == ((), False, True)
    created, described = crew.history()[-2:]
    assert (created.action, created.actor_id) == ("annotator.create", crew.admin)
    assert (described.action, described.actor_id) == ("annotator.describe", crew.admin)
    # What is personal is outside the chain: only its hash is in it.
    assert "梅" not in str(created.after) + str(described.before) + str(described.after)
    assert "law" not in str(described.after)


def test_nobody_is_added_to_a_solo_workspace(engine: Engine) -> None:
    fill(engine)
    with pytest.raises(Forbidden, match="share it first"):
        add_person(engine, Description(handle="mei"), actor_id=local_of(engine), now=MOMENT)


@pytest.mark.parametrize(
    "alike", ["mei lin", "MEI LIN", "Mei  Lin", "\uff2d\uff25\uff29 lin", " mei lin "]
)
def test_names_that_differ_by_case_or_width_only_are_refused(alike: str) -> None:
    with pytest.raises(Conflict, match="there is an annotator 'Mei Lin'"):
        check_handle(alike, taken=["ann", "Mei Lin"])


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        ("", "has 0 characters"),
        ("   ", "has 0 characters"),
        ("x" * 41, "has 41 characters"),
        ("mei\x1b[31m", r"because of '\\x1b', '\['"),
        ("mei\u202elin", r"u202e"),
        ("mei\u200b", r"u200b"),
        ("mei\u3164", r"u3164"),
        ("mei\ufe0f", r"ufe0f"),
        ("mei\nlin", r"n'"),
        ("<img>", r"'<', '>'"),
        ("-mei", "begin with a letter"),
        ("=mei", "'='"),
        ("\u0301mei", "begin with a letter"),
        ("person-12", "begins like a name of the program"),
        ("Gainsay-x", "begins like a name of the program"),
        ("annotator-1", "begins like a name of the program"),
    ],
    ids=ascii,
)
def test_a_name_has_only_what_a_reader_sees(handle: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        check_handle(handle, taken=[])


@pytest.mark.parametrize("handle", ["a", "王小明", "Анна", "o'neil", "mei.lin-2", "Zoë", "मीरा"])
def test_names_of_every_script_are_welcome(handle: str) -> None:
    assert check_handle(f" {handle} ", taken=["other"]) == handle
    assert folded(handle) == folded(handle.upper())


def test_a_change_is_an_event_with_before_and_after(crew: Crew) -> None:
    mei = crew.add("mei", language_ids=("zh",))
    wanted = Description(handle="mei", language_ids=("zh", "en"), daily_cap=5)
    answer = describe(crew.engine, mei, wanted, actor_id=crew.admin, now=MOMENT)
    assert answer.changed == ("languages", "daily_cap")
    last = crew.history()[-1]
    assert (last.before, last.after) == (
        {"languages": ["zh"], "daily_cap": None},
        {"languages": ["en", "zh"], "daily_cap": 5},
    )
    before = len(crew.history())
    assert describe(crew.engine, mei, wanted, actor_id=crew.admin, now=MOMENT).changed == ()
    assert len(crew.history()) == before


def test_a_person_is_renamed_without_the_names_in_the_history(crew: Crew) -> None:
    mei = crew.add("mei")
    crew.add("ann")
    with pytest.raises(Conflict, match="'ann'"):
        describe(crew.engine, mei, Description(handle="ANN"), actor_id=crew.admin, now=MOMENT)
    answer = describe(crew.engine, mei, Description(handle="Mei"), actor_id=crew.admin, now=MOMENT)
    assert (answer.changed, answer.person.handle) == (("handle",), "Mei")
    with reading(crew.engine) as session:
        assert events(session)[0].after == {"is_renamed": True}
        assert find_by_handle(session, "Mei") == mei


def test_values_that_cannot_be_stored_are_refused_and_nothing_is_added(crew: Crew) -> None:
    good = Description(handle="mei")
    before = len(crew.history())
    for change, words in (
        ({"background": "x" * 201}, "at most 200 characters"),
        ({"background": "law\x07"}, "visible"),
        ({"daily_cap": 0}, "daily cap 0 is illegal"),
        ({"daily_cap": 10_001}, "10001"),
        ({"language_ids": ("fr",)}, "language 'fr' is unknown; use one of: zh, en"),
        ({"domain_ids": ("law",)}, "domain 'law' is unknown"),
        ({"handle": "local"}, "is taken"),
    ):
        bad = dataclasses.replace(good, **change)  # type: ignore[arg-type]
        with pytest.raises(GainsayError, match=words):
            add_person(crew.engine, bad, actor_id=crew.admin, now=MOMENT)
    assert len(crew.history()) == before


def test_only_an_admin_adds_and_describes_and_machines_have_no_skills(crew: Crew) -> None:
    lead = crew.add("lead", Role.LEAD)
    with pytest.raises(Forbidden, match="'admin'"):
        add_person(crew.engine, Description(handle="mei"), actor_id=lead, now=MOMENT)
    with pytest.raises(Forbidden, match="'admin'"):
        describe(crew.engine, lead, Description(handle="boss"), actor_id=lead, now=MOMENT)
    with writing(crew.engine) as session:
        machine = ensure_machine(session, "robot", now=MOMENT).id
    with pytest.raises(Forbidden, match="'robot' is a machine"):
        describe(crew.engine, machine, Description(handle="robot"), actor_id=crew.admin, now=MOMENT)


def test_a_demonstration_person_is_one_from_the_first_event_on(crew: Crew) -> None:
    demo = add_person(
        crew.engine,
        Description(handle="demo"),
        actor_id=crew.admin,
        now=MOMENT,
        is_demonstration=True,
    )
    assert demo.is_demonstration
    crew.grant(demo.id, Role.LABELLER)
    created = next(one for one in crew.history() if one.subject_id == demo.id)
    assert created.after == {"kind": "human", "is_demonstration": True}
