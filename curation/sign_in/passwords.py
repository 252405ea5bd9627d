"""Owns passwords: how they are kept, what is refused, and how wrong ones are slowed down.

A password is looked at only after the attempt was counted as a wrong one, so that attempts at once
get no more looks than attempts in a row. Names that do not exist cost the same time.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from curation.sign_in.sessions import NewSession, begin_session
from db.engine import Engine, Session, reading, writing
from db.errors import Invalid, NotFound
from db.queries import sign_ins
from db.queries.roles import require
from db.queries.sign_ins import StoredPassword
from db.recording import recording
from db.roles import Role

SHORTEST: Final = 12
# Nobody types more; hashing takes longer the longer the text.
LONGEST: Final = 1_000
FREE_ATTEMPTS: Final = 5
FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(minutes=15)

# Read aloud and copied by hand without mistakes.
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS: Final = 4
GROUP_LENGTH: Final = 5

# What people choose when twelve characters are asked for; repeats and rows are refused by rule.
COMMON: Final = frozenset(
    {
        *("password1234", "password12345", "password123456", "passw0rd1234", "p@ssw0rd1234"),
        *("mypassword123", "newpassword1", "changeme1234", "changemenow1", "administrator"),
        *("administrator1", "iloveyou1234", "welcome12345", "welcome123456", "letmein12345"),
        *("qwerty123456", "qwerty12345678", "1q2w3e4r5t6y", "1qaz2wsx3edc", "q1w2e3r4t5y6"),
        *("abc123456789", "a123456789012", "woaini123456", "woaini1314520", "5201314woaini"),
        *("correcthorsebatterystaple", "trustno1trustno1", "football1234", "superman1234"),
    }
)
ROWS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertyuiop[]asdfghjkl;'zxcvbnm",
)

_HASHER: Final = PasswordHasher()
# Each look takes 64 MiB and a core: more at once would only wait for each other.
_LOOKS: Final = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSignedIn:
    """The name and the password do not fit, or have to wait; which one is not said."""


def sign_in(
    engine: Engine, handle: str, password: str, *, now: datetime
) -> NewSession | NotSignedIn:
    """Begin a session for a name and its password."""
    with writing(engine) as session:
        attempt = _count(session, handle, now=now)
    if not _fits(attempt.hash if attempt else _dummy(), password) or attempt is None:
        return NotSignedIn()
    with writing(engine) as session:
        stored = sign_ins.take_password(session, attempt.annotator_id)
        if stored is None or stored.hash != attempt.hash:
            return NotSignedIn()
        sign_ins.count_attempt(session, attempt.annotator_id, failures=0, locked_until=None)
        if _HASHER.check_needs_rehash(stored.hash):
            sign_ins.swap_hash(
                session, attempt.annotator_id, before=stored.hash, after=_hash(password)
            )
        return begin_session(session, attempt.annotator_id, now=now)


def choose_password(
    engine: Engine, annotator_id: str, *, old: str, new: str, now: datetime
) -> NewSession | NotSignedIn:
    """Change one's own password: every session of the person ends and a new one begins.

    Raises:
        Invalid: The new password is too weak, or the old one again.
    """
    with reading(engine) as session:
        handle = sign_ins.find_handle(session, annotator_id)
    if handle is None:
        return NotSignedIn()
    refuse_weak(new, handle=handle)
    if _normal(new) == _normal(old):
        raise Invalid("The new password is the old one; choose another.")
    with writing(engine) as session:
        attempt = _count(session, handle, now=now)
    if attempt is None or not _fits(attempt.hash, old):
        return NotSignedIn()
    hashed = _hash(new)
    with writing(engine) as session:
        stored = sign_ins.take_password(session, annotator_id)
        if stored is None or stored.hash != attempt.hash:
            return NotSignedIn()
        _put(session, annotator_id, hashed, must_change=False, actor_id=annotator_id, now=now)
        return begin_session(session, annotator_id, now=now)


def hand_over_password(engine: Engine, annotator_id: str, *, admin_id: str, now: datetime) -> str:
    """Make a password that its person must change at the first sign-in; it is shown once.

    Raises:
        Forbidden: Who asks is no admin.
        NotFound: There is no such person.
    """
    words = ("".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    password = "-".join(words)
    set_password(engine, annotator_id, password, must_change=True, admin_id=admin_id, now=now)
    return password


def set_password(
    engine: Engine,
    annotator_id: str,
    password: str,
    *,
    must_change: bool,
    admin_id: str,
    now: datetime,
) -> None:
    """Give a person a password; every session of theirs ends.

    Raises:
        Forbidden: Who asks is neither the person themself nor an admin.
        Invalid: The password is too weak.
        NotFound: There is no such person.
    """
    with reading(engine) as session:
        handle = _may_set(session, annotator_id, admin_id=admin_id)
    refuse_weak(password, handle=handle)
    hashed = _hash(password)
    with writing(engine) as session:
        _may_set(session, annotator_id, admin_id=admin_id)
        _put(session, annotator_id, hashed, must_change=must_change, actor_id=admin_id, now=now)


def refuse_weak(password: str, *, handle: str) -> None:
    """Check a new password.

    Raises:
        Invalid: It is short, far too long, the handle, one that many choose, or a row or repeat.
    """
    text = _normal(password)
    way_out = "a few words that do not belong together are easy to remember"
    if len(text) < SHORTEST:
        raise Invalid(
            f"The password has {len(text)} characters and needs {SHORTEST} or more; {way_out}."
        )
    if len(text) > LONGEST:
        raise Invalid(f"The password has {len(text)} characters; {LONGEST} are the most.")
    if not _is_text(text):
        raise Invalid("The password holds a character that cannot be stored; choose another.")
    folded = text.casefold()
    if folded in COMMON or _is_regular(folded) or folded == _normal(handle).casefold():
        raise Invalid(f"The password is one of the first that anybody tries; {way_out}.")


def _may_set(session: Session, annotator_id: str, *, admin_id: str) -> str:
    if annotator_id != admin_id:
        require(session, admin_id, Role.ADMIN)
    handle = sign_ins.find_handle(session, annotator_id)
    if handle is None:
        raise NotFound(
            f"No person {annotator_id!r} can sign in here; they are unknown, a machine or have "
            "withdrawn: see 'gainsay people list'."
        )
    return handle


def _put(
    session: Session,
    annotator_id: str,
    hashed: str,
    *,
    must_change: bool,
    actor_id: str,
    now: datetime,
) -> None:
    sign_ins.put_password(session, annotator_id, hash_text=hashed, must_change=must_change, now=now)
    ended = sign_ins.end_sessions(session, annotator_id=annotator_id, now=now)
    with recording(
        session,
        now=now,
        actor_id=actor_id,
        action="password.set",
        subject_kind="annotator",
        subject_id=annotator_id,
    ) as record:
        record.after.update({"must_change": must_change, "sessions_ended": ended})


def _count(session: Session, handle: str, *, now: datetime) -> StoredPassword | None:
    """Count an attempt as a wrong one; None when no password may be looked at."""
    annotator_id = sign_ins.find_person(session, handle) if _is_text(handle) else None
    stored = None if annotator_id is None else sign_ins.take_password(session, annotator_id)
    if stored is None or (stored.locked_until is not None and now < stored.locked_until):
        return None
    failures = stored.failures + 1
    sign_ins.count_attempt(
        session, stored.annotator_id, failures=failures, locked_until=_wait(failures, now=now)
    )
    return stored


def _wait(failures: int, *, now: datetime) -> datetime | None:
    if failures < FREE_ATTEMPTS:
        return None
    doublings = min(failures - FREE_ATTEMPTS, 10)
    return now + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _fits(hashed: str, password: str) -> bool:
    if len(password) > LONGEST or not _is_text(password):
        return False
    with _LOOKS:
        try:
            return _HASHER.verify(hashed, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def _hash(password: str) -> str:
    with _LOOKS:
        return _HASHER.hash(_normal(password))


@cache
def _dummy() -> str:
    return _hash(secrets.token_urlsafe(32))


def _normal(text: str) -> str:
    # One keyboard writes an accent as one character and another as two (NIST SP 800-63B 3.1.1.2).
    return unicodedata.normalize("NFKC", text)


def _is_text(text: str) -> bool:
    """Whether a database and a hash can take it: no half characters, no NUL."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _is_regular(text: str) -> bool:
    """Whether it is a short text again and again, or a run along the digits or the keyboard."""
    repeats = any(
        text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1)
    )
    return repeats or any(text in row * 2 or text in (row * 2)[::-1] for row in ROWS)
