"""Passwords: what is kept, what is refused, and how wrong ones are slowed down."""

import threading
import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from curation.sign_in.passwords import (
    FIRST_WAIT,
    FREE_ATTEMPTS,
    LONGEST_WAIT,
    NotSignedIn,
    choose_password,
    hand_over_password,
    refuse_weak,
    set_password,
    sign_in,
)
from curation.sign_in.sessions import NewSession, SignedIn, SignedOut, hash_token, who
from db.engine import Engine, reading, writing
from db.errors import Forbidden, Invalid, NotFound
from db.sign_ins import Password
from db.workspace import ensure_machine
from tests.login.people import NOW, OTHER, PASSWORD, person

WRONG = "three newts before noon"


def stored(engine: Engine, annotator_id: str) -> Password:
    with reading(engine) as session:
        return session.exec(select(Password).where(Password.annotator_id == annotator_id)).one()


def acts(engine: Engine, begun: NewSession | NotSignedIn) -> SignedIn | SignedOut:
    assert isinstance(begun, NewSession)
    with reading(engine) as session:
        return who(session, hash_token(begun.token), now=NOW)


@pytest.mark.usefixtures("recommended_hashes")
def test_the_right_password_begins_a_session_and_only_argon2id_is_kept(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin, password=None)
    set_password(engine, ada, PASSWORD, must_change=False, admin_id=admin, now=NOW)

    found = acts(engine, sign_in(engine, "ada", PASSWORD, now=NOW))

    assert isinstance(found, SignedIn)
    assert (found.annotator_id, found.handle, found.is_solo) == (ada, "ada", False)
    # RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
    assert stored(engine, ada).hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_people_without_a_password_machines_and_the_unknown_get_the_same_answer(
    engine: Engine, admin: str
) -> None:
    person(engine, "no-password", admin_id=admin, password=None)
    with writing(engine) as session:
        ensure_machine(session, "robot", now=NOW)

    for handle in ("no-password", "robot", "nobody", "", "ada' OR 1=1 --", "\ud800", "a\0"):
        assert sign_in(engine, handle, PASSWORD, now=NOW) == NotSignedIn(), handle


def test_after_five_wrong_ones_in_a_row_the_right_one_has_to_wait_longer_each_time(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin)
    for _ in range(FREE_ATTEMPTS):
        assert sign_in(engine, "ada", WRONG, now=NOW) == NotSignedIn()

    assert sign_in(engine, "ada", PASSWORD, now=NOW) == NotSignedIn()
    # Refused attempts are not counted: waiting is enough.
    assert stored(engine, ada).failures == FREE_ATTEMPTS
    later = NOW + FIRST_WAIT
    assert sign_in(engine, "ada", WRONG, now=later) == NotSignedIn()
    assert stored(engine, ada).locked_until == later + 2 * FIRST_WAIT
    later += 2 * FIRST_WAIT
    assert isinstance(sign_in(engine, "ada", PASSWORD, now=later), NewSession)
    assert (stored(engine, ada).failures, stored(engine, ada).locked_until) == (0, None)


def test_the_wait_stops_growing_at_fifteen_minutes(engine: Engine, admin: str) -> None:
    ada = person(engine, "ada", admin_id=admin)
    with writing(engine) as session:
        row = session.get_one(Password, ada)
        row.failures = 10_000

    sign_in(engine, "ada", WRONG, now=NOW)

    assert stored(engine, ada).locked_until == NOW + LONGEST_WAIT


def test_eight_at_once_get_no_more_looks_than_one_after_another(
    engine: Engine, admin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = person(engine, "ada", admin_id=admin)
    looked: list[bool] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        if hashed == mine:
            looked.append(True)
            time.sleep(0.02)
        return verify(self, hashed, password)

    mine = stored(engine, ada).hash
    monkeypatch.setattr(PasswordHasher, "verify", counted)
    answers: list[object] = []

    def attack() -> None:
        for _ in range(2):
            answers.append(sign_in(engine, "ada", WRONG, now=NOW))

    threads = [threading.Thread(target=attack) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [NotSignedIn()] * 16
    assert len(looked) == FREE_ATTEMPTS
    assert stored(engine, ada).failures == FREE_ATTEMPTS


@pytest.mark.usefixtures("recommended_hashes")
def test_a_hash_with_older_parameters_is_renewed_at_the_next_sign_in(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin)
    with writing(engine) as session:
        row = session.get_one(Password, ada)
        row.hash = PasswordHasher(time_cost=1, memory_cost=8_192).hash(PASSWORD)

    assert isinstance(sign_in(engine, "ada", PASSWORD, now=NOW), NewSession)

    assert "m=65536,t=3,p=4" in stored(engine, ada).hash
    assert isinstance(sign_in(engine, "ada", PASSWORD, now=NOW), NewSession)


def test_a_password_that_was_handed_over_has_to_be_changed_and_then_is_ones_own(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin, password=None)
    given = hand_over_password(engine, ada, admin_id=admin, now=NOW)
    first = acts(engine, sign_in(engine, "ada", given, now=NOW))
    assert isinstance(first, SignedIn)
    assert first.must_change is True

    begun = choose_password(engine, ada, old=given, new=PASSWORD, now=NOW)

    second = acts(engine, begun)
    assert isinstance(second, SignedIn)
    assert second.must_change is False
    assert sign_in(engine, "ada", given, now=NOW) == NotSignedIn()


def test_changing_a_password_ends_every_session_but_the_one_it_begins(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin)
    before = sign_in(engine, "ada", PASSWORD, now=NOW)

    assert choose_password(engine, ada, old=WRONG, new=OTHER, now=NOW) == NotSignedIn()
    assert isinstance(acts(engine, before), SignedIn)
    begun = choose_password(engine, ada, old=PASSWORD, new=OTHER, now=NOW)

    assert isinstance(acts(engine, begun), SignedIn)
    assert isinstance(acts(engine, before), SignedOut)


def test_only_an_admin_gives_another_person_a_password(engine: Engine, admin: str) -> None:
    ada = person(engine, "ada", admin_id=admin)
    bo = person(engine, "bo", admin_id=admin, password=None)

    with pytest.raises(Forbidden, match="'admin'"):
        hand_over_password(engine, bo, admin_id=ada, now=NOW)
    with pytest.raises(NotFound, match="'nobody'"):
        hand_over_password(engine, "nobody", admin_id=admin, now=NOW)


def test_attempts_go_on_counting_while_the_password_is_being_changed(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin)
    for _ in range(FREE_ATTEMPTS):
        choose_password(engine, ada, old=WRONG, new=OTHER, now=NOW)

    assert sign_in(engine, "ada", PASSWORD, now=NOW + timedelta(seconds=1)) == NotSignedIn()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("elevenchars", "has 11 characters"),
        ("x" * 1_001, "1000 are the most"),
        ("never\0in\0text", "cannot be stored"),
        ("aaaaaaaaaaaa", "first that anybody tries"),
        ("abcabcabcabc", "first that anybody tries"),
        ("123456789012", "first that anybody tries"),
        ("qwertyuiopas", "first that anybody tries"),
        ("Password1234", "first that anybody tries"),
        ("ada-of-the-north", "first that anybody tries"),
        ("ＡＤＡ-of-the-north", "first that anybody tries"),
    ],
)
def test_a_weak_password_is_refused_without_repeating_it(password: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        refuse_weak(password, handle="Ada-of-the-North")

    assert password not in str(caught.value)


@pytest.mark.parametrize("password", [PASSWORD, "十二个字的密码也完全可以使用", "2-be-or-not-2"])
def test_no_kinds_of_characters_are_asked_for(password: str) -> None:
    refuse_weak(password, handle="ada")


def test_the_same_accents_typed_on_two_keyboards_are_one_password(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin, password=None)
    set_password(engine, ada, "caf\u00e9 at midnight", must_change=False, admin_id=admin, now=NOW)

    assert isinstance(sign_in(engine, "ada", "cafe\u0301 at midnight", now=NOW), NewSession)
