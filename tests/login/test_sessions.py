"""Sessions: who acts for a token, how long, and what ends it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from curation.people.withdrawing import withdraw
from curation.sign_in.identities import (
    Claims,
    admit,
    identities_of,
    link_identity,
    unlink_identity,
)
from curation.sign_in.sessions import (
    IDLE,
    LONGEST,
    NOTED_EVERY,
    Out,
    SignedIn,
    SignedOut,
    begin_session,
    end_all_sessions,
    hash_token,
    keep_alive,
    sign_out,
    who,
)
from db.engine import Engine, reading, writing
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.sign_ins import LoginSession
from db.workspace import ensure_workspace
from tests.login.people import NOW, person

ISSUER = "https://id.example.org"
MINUTE = timedelta(minutes=1)


def begin(engine: Engine, annotator_id: str, *, now: datetime = NOW) -> str:
    with writing(engine) as session:
        return hash_token(begin_session(session, annotator_id, now=now).token)


def found(engine: Engine, token_hash: str, *, now: datetime = NOW) -> SignedIn | SignedOut:
    with reading(engine) as session:
        return who(session, token_hash, now=now)


def reason(engine: Engine, token_hash: str, *, now: datetime = NOW) -> Out | None:
    who_acts = found(engine, token_hash, now=now)
    return who_acts.reason if isinstance(who_acts, SignedOut) else None


def claims(**changed: object) -> Claims:
    told: dict[str, object] = {
        "issuer": ISSUER,
        "subject": "subject-1",
        "email": "Ada@Example.org",
        "is_verified": True,
        "issued_at": NOW,
        "expires_at": NOW + timedelta(hours=1),
    }
    return Claims(**{**told, **changed})  # type: ignore[arg-type]


def test_a_solo_workspace_has_its_one_person_whatever_a_browser_shows(engine: Engine) -> None:
    with writing(engine) as session:
        local = ensure_workspace(session, now=NOW).local_annotator_id

    for token_hash in ("", hash_token("anything")):
        acts = found(engine, token_hash)
        assert isinstance(acts, SignedIn)
        assert (acts.annotator_id, acts.is_solo) == (local, True)


def test_a_database_without_a_workspace_says_what_to_run(engine: Engine) -> None:
    with pytest.raises(NotFound, match="gainsay up"):
        found(engine, "")


def test_a_shared_workspace_has_nobody_for_a_token_that_it_never_gave(
    engine: Engine, admin: str
) -> None:
    assert reason(engine, "") is Out.NOBODY
    assert reason(engine, hash_token("")) is Out.NOBODY
    # The hash itself is no token: whoever reads the database has no session.
    token_hash = begin(engine, admin)
    assert reason(engine, hash_token(token_hash)) is Out.NOBODY


def test_a_token_is_32_bytes_and_only_its_hash_is_stored(engine: Engine, admin: str) -> None:
    with writing(engine) as session:
        begun = begin_session(session, admin, now=NOW)
    with reading(engine) as session:
        (row,) = session.exec(select(LoginSession))

    # 32 bytes in base64 without padding.
    assert len(begun.token) == 43
    assert row.token_hash == hash_token(begun.token)
    assert begun.token not in repr(row)


def test_a_session_left_alone_for_twelve_hours_is_over(engine: Engine, admin: str) -> None:
    token_hash = begin(engine, admin)

    assert reason(engine, token_hash, now=NOW + IDLE - MINUTE) is None
    assert reason(engine, token_hash, now=NOW + IDLE) is Out.EXPIRED


def test_a_session_in_use_is_over_after_seven_days(engine: Engine, admin: str) -> None:
    token_hash = begin(engine, admin)
    now = NOW
    while now < NOW + LONGEST - MINUTE:
        assert reason(engine, token_hash, now=now) is None
        keep_alive(engine, token_hash, now=now)
        now += IDLE - MINUTE

    keep_alive(engine, token_hash, now=NOW + LONGEST - MINUTE)
    assert reason(engine, token_hash, now=NOW + LONGEST - MINUTE) is None
    assert reason(engine, token_hash, now=NOW + LONGEST) is Out.EXPIRED


def test_that_it_is_in_use_is_due_every_five_minutes_and_never_goes_back(
    engine: Engine, admin: str
) -> None:
    token_hash = begin(engine, admin)
    early, due = found(engine, token_hash, now=NOW + NOTED_EVERY - MINUTE), NOW + NOTED_EVERY
    assert isinstance(early, SignedIn)
    assert early.is_due is False
    late = found(engine, token_hash, now=due)
    assert isinstance(late, SignedIn)
    assert late.is_due is True

    keep_alive(engine, token_hash, now=due)
    keep_alive(engine, token_hash, now=NOW)

    again = found(engine, token_hash, now=due)
    assert isinstance(again, SignedIn)
    assert again.is_due is False


def test_signing_out_ends_one_session_and_leaves_the_others(engine: Engine, admin: str) -> None:
    one, other = begin(engine, admin), begin(engine, admin)

    sign_out(engine, one, now=NOW)

    assert reason(engine, one) is Out.ENDED
    assert reason(engine, other) is None


def test_an_admin_ends_all_sessions_of_a_person_and_nobody_else_does(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin)
    bo = person(engine, "bo", admin_id=admin)
    tokens = [begin(engine, ada), begin(engine, ada)]

    with pytest.raises(Forbidden, match="'admin'"):
        end_all_sessions(engine, ada, admin_id=bo, now=NOW)
    assert end_all_sessions(engine, ada, admin_id=admin, now=NOW) == 2

    assert [reason(engine, token) for token in tokens] == [Out.ENDED, Out.ENDED]
    assert end_all_sessions(engine, bo, admin_id=bo, now=NOW) == 0


def test_withdrawing_ends_a_session_at_once(engine: Engine, admin: str) -> None:
    ada = person(engine, "ada", admin_id=admin)
    token_hash = begin(engine, ada)

    withdraw(engine, ada, actor_id=admin, now=NOW)

    assert isinstance(found(engine, token_hash), SignedOut)


def test_old_sessions_are_swept_away_when_a_new_one_begins(engine: Engine, admin: str) -> None:
    old = begin(engine, admin)
    later = NOW + LONGEST + timedelta(days=61)

    new = begin(engine, admin, now=later)

    with reading(engine) as session:
        assert [row.token_hash for row in session.exec(select(LoginSession))] == [new]
    assert reason(engine, old, now=later) is Out.NOBODY


def test_an_address_counts_until_the_providers_own_id_has_taken_its_place(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin, password=None)
    link_identity(engine, ada, issuer=ISSUER, email=" ADA@example.org ", admin_id=admin, now=NOW)

    for stranger in (
        claims(is_verified=False),
        claims(email=""),
        claims(issuer="https://elsewhere.example.org"),
        claims(email="bo@example.org"),
        # The address as an id is not the address.
        claims(subject="ada@example.org", email=""),
    ):
        assert admit(engine, stranger, now=NOW) is False
        assert reason(engine, stranger.token_hash) is Out.NOBODY
    assert admit(engine, claims(), now=NOW) is True
    acts = found(engine, claims().token_hash)
    assert isinstance(acts, SignedIn)
    assert acts.annotator_id == ada

    # Whoever gets that address later is somebody else; whoever changed it is still ada.
    assert admit(engine, claims(subject="subject-2"), now=NOW) is False
    assert admit(engine, claims(email="new@example.org", is_verified=False), now=NOW) is True


def test_an_identity_token_is_one_session_that_ends_and_never_begins_again(
    engine: Engine, admin: str
) -> None:
    ada = person(engine, "ada", admin_id=admin, password=None)
    link_identity(engine, ada, issuer=ISSUER, email="ada@example.org", admin_id=admin, now=NOW)
    token = claims()
    admit(engine, token, now=NOW)
    assert reason(engine, token.token_hash, now=NOW + timedelta(hours=1)) is Out.EXPIRED

    sign_out(engine, token.token_hash, now=NOW)

    admit(engine, token, now=NOW)
    assert reason(engine, token.token_hash) is Out.ENDED


def test_an_expired_token_begins_nothing(engine: Engine, admin: str) -> None:
    ada = person(engine, "ada", admin_id=admin, password=None)
    link_identity(engine, ada, issuer=ISSUER, email="ada@example.org", admin_id=admin, now=NOW)

    assert admit(engine, claims(expires_at=NOW), now=NOW) is False
    ancient = claims(issued_at=NOW - LONGEST, expires_at=NOW + timedelta(days=300))
    assert admit(engine, ancient, now=NOW) is False


def test_unlinking_an_identity_ends_the_sessions_of_its_person(engine: Engine, admin: str) -> None:
    ada = person(engine, "ada", admin_id=admin, password=None)
    link_identity(engine, ada, issuer=ISSUER, email="ada@example.org", admin_id=admin, now=NOW)
    admit(engine, claims(), now=NOW)
    (identity,) = identities_of(engine, ada)

    unlink_identity(engine, identity.id, admin_id=admin, now=NOW)

    assert reason(engine, claims().token_hash) is Out.ENDED
    assert admit(engine, claims(subject="subject-1", email=""), now=NOW) is True
    assert reason(engine, claims(subject="subject-1", email="").token_hash) is Out.ENDED
    assert admit(engine, claims(issued_at=NOW + MINUTE), now=NOW + MINUTE) is False
    with pytest.raises(NotFound, match="removed before"):
        unlink_identity(engine, identity.id, admin_id=admin, now=NOW)


def test_links_are_an_admins_and_name_a_provider_over_https(engine: Engine, admin: str) -> None:
    ada = person(engine, "ada", admin_id=admin)
    bo = person(engine, "bo", admin_id=admin)
    mail = "ada@example.org"

    with pytest.raises(Forbidden, match="'admin'"):
        link_identity(engine, bo, issuer=ISSUER, email=mail, admin_id=ada, now=NOW)
    for issuer in ("http://id.example.org", "id.example.org", "javascript:alert(1)", ""):
        with pytest.raises(Invalid, match="https://"):
            link_identity(engine, ada, issuer=issuer, email=mail, admin_id=admin, now=NOW)
    for email in ("ada", "@example.org", "ada@", "a b@example.org"):
        with pytest.raises(Invalid, match="no address of e-mail"):
            link_identity(engine, ada, issuer=ISSUER, email=email, admin_id=admin, now=NOW)
    link_identity(engine, ada, issuer=ISSUER, email=mail, admin_id=admin, now=NOW)
    with pytest.raises(Conflict, match="linked already"):
        link_identity(engine, bo, issuer=ISSUER, email=mail, admin_id=admin, now=NOW)
