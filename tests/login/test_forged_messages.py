"""Forged messages over the websocket: nothing of others is sent, and nothing of theirs changes."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.settings import Settings
from app.workspace import prepare
from curation.authoring.copies import open_new, save_part
from curation.claims.claiming import Claim, claim
from curation.claims.releasing import release
from curation.people.withdrawing import withdraw
from curation.sign_in.sessions import begin_session, hash_token, sign_out
from db.engine import Engine, open_engine, writing
from db.roles import Role
from db.slots import Stage
from db.working_copies import Part
from tests.app.reviewers import ITEMS, gather
from tests.login.people import person
from tests.login.wire import open_tab
from tests.running import RunningApp, running_app

CANARY = "a heron that nobody else may read of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running app on a shared workspace.

    Attributes:
        people: Ids by name: wen and yan write, ben and cho review, lee leads, vic looks.
        copy_id: A working copy of wen's.
    """

    app: RunningApp
    engine: Engine
    file: Path
    people: Mapping[str, str]
    copy_id: str

    def token(self, who: str) -> str:
        """Begin a session of a person's."""
        with writing(self.engine) as session:
            return begin_session(session, self.people[who], now=datetime.now(UTC)).token

    def cookie(self, token: str) -> dict[str, str]:
        """Give what a browser shows for a token."""
        return {f"gainsay_session_{self.app.url.rpartition(':')[2]}": token}

    def stored(self) -> list[str]:
        """Give all that the database holds, but for who has signed in."""
        with sqlite3.connect(self.file) as database:
            lines = list(database.iterdump())
        database.close()
        return [line for line in lines if 'INTO "login_session"' not in line]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("home")
    file = home / "gainsay.db"
    settings = Settings(data_folder=home, database_url=f"sqlite:///{file}")
    now = datetime.now(UTC)
    prepare(settings, now=now, starter=True)
    engine = open_engine(settings.database_url)
    people = dict(gather(engine, ITEMS[:1], now=now).people)
    for name, role in (("wen", Role.AUTHOR), ("yan", Role.AUTHOR), ("vic", Role.VIEWER)):
        people[name] = person(engine, name, admin_id=people["lee"], roles=[role], now=now)
    copy_id = open_new(engine, annotator_id=people["wen"], now=now).id
    save_part(
        engine,
        copy_id=copy_id,
        annotator_id=people["wen"],
        part=Part.PROMPT,
        text=CANARY,
        base_number=0,
        tab="one",
        now=now,
    )
    with running_app(home) as app:
        yield Place(app=app, engine=engine, file=file, people=people, copy_id=copy_id)
    engine.dispose()


# What a person presses on every page; signing out is no forgery.
OWN = ("password", "sign_out")


def test_a_page_that_is_not_ones_own_is_not_sent_whatever_it_is_asked_by(place: Place) -> None:
    """Fails without ``draw_closed`` and ``st.stop`` in main.py.

    The pages are asked for by their address, by their hash and with ids of what is others'.
    """
    before = place.stored()
    with open_tab(place.app.url, cookies=place.cookie(place.token("vic"))) as tab:
        tab.run("overview")
        for page in ("author", "review", "adjudicate", "label"):
            for asked in (page, tab.pages[page]):
                screen = tab.run(asked, query=f"copy={place.copy_id}&session=1&item={ITEMS[0]}")
                assert any("does not open for vic" in text for text in screen.texts)
                assert CANARY not in screen.sent
                assert set(screen.buttons) <= set(OWN)
        # People opens to everybody, and shows what is theirs.
        screen = tab.run(tab.pages["admin"], query=f"person={place.people['wen']}")
        assert "You are vic" in screen.texts
        for name in ("wen", "ben", "lee"):
            assert name not in "\n".join(screen.texts).split()
            assert place.people[name] not in screen.sent
    with open_tab(place.app.url, cookies=place.cookie(place.token("yan"))) as tab:
        screen = tab.run("author", query=f"copy={place.copy_id}")
        assert any("is another person's" in text for text in screen.texts)
        assert CANARY not in screen.sent
    assert place.stored() == before


def test_what_another_person_could_press_does_nothing_in_ones_own_tab(place: Place) -> None:
    """Buttons, fragments and the session itself of a tab that wen has closed.

    Fails when identity.py:_acts_here says yes to everybody: wen's copy is then submitted by yan.
    """
    with open_tab(place.app.url, cookies=place.cookie(place.token("wen"))) as tab:
        theirs = tab.run("author", query=f"copy={place.copy_id}")
        assert CANARY in theirs.sent
        session = tab.session
    pressed = [one for name, one in theirs.buttons.items() if name not in OWN]
    assert any("author_submit" in one for one in pressed)
    assert theirs.fragments
    before = place.stored()
    for who in ("yan", "vic"):
        for taken in ("", session):
            cookies = place.cookie(place.token(who))
            with open_tab(place.app.url, cookies=cookies, session=taken) as tab:
                for query in ("", f"copy={place.copy_id}"):
                    assert CANARY not in tab.run("author", query=query, pressed=pressed).sent
                # Where nothing was pressed by them, the server took the session of another up.
                assert (tab.session == session) == bool(taken)
                for fragment in theirs.fragments:
                    tab.send("author", fragment=fragment, pressed=pressed)
                assert CANARY not in tab.run("author").sent
    assert place.stored() == before


@pytest.mark.parametrize("how", ["none", "ended", "withdrawn", "changed byte", "another port"])
def test_a_cookie_that_opens_nothing_is_shown_the_sign_in_alone(place: Place, how: str) -> None:
    with open_tab(place.app.url, cookies=place.cookie(place.token("wen"))) as tab:
        theirs = tab.run("author", query=f"copy={place.copy_id}")
        session = tab.session
    token = place.token("wen")
    cookies = place.cookie(token)
    if how == "none":
        cookies = {}
    elif how == "ended":
        sign_out(place.engine, hash_token(token), now=datetime.now(UTC))
    elif how == "withdrawn":
        now = datetime.now(UTC)
        gone = person(
            place.engine, "gil", admin_id=place.people["lee"], roles=[Role.VIEWER], now=now
        )
        with writing(place.engine) as opened:
            cookies = place.cookie(begin_session(opened, gone, now=now).token)
        withdraw(place.engine, gone, actor_id=gone, now=now)
    elif how == "changed byte":
        cookies = place.cookie(("B" if token[0] == "A" else "A") + token[1:])
    else:
        cookies = {"gainsay_session_1": token, "gainsay_session": token}
    before = place.stored()
    for taken in ("", session):
        with open_tab(place.app.url, cookies=cookies, session=taken) as tab:
            for page in ("author", "items", "admin", "releases"):
                query = f"copy={place.copy_id}&item={ITEMS[0]}"
                screen = tab.run(page, query=query, pressed=list(theirs.buttons.values()))
                assert "Sign in" in screen.texts
                assert screen.buttons == {}
                # The items that are no part of what was asked stand for all.
                for hidden in (CANARY, "wen", *place.people.values(), *ITEMS[1:]):
                    assert hidden not in screen.sent
    assert place.stored() == before


def test_keys_of_a_slot_that_went_to_somebody_else_decide_nothing(place: Place) -> None:
    """The tab of ben goes on pressing under the fence of a claim that is cho's by now."""
    now = datetime.now(UTC)
    first = claim(place.engine, Stage.REVIEW, annotator_id=place.people["ben"], now=now)
    assert isinstance(first, Claim)
    with open_tab(place.app.url, cookies=place.cookie(place.token("ben"))) as tab:
        drawn = tab.run("review")
        pressed = [one for name, one in drawn.buttons.items() if name not in OWN]
        assert any("review_solve" in one for one in pressed)
        release(place.engine, first.slot_id, lead_id=place.people["lee"], now=now)
        other = claim(place.engine, Stage.REVIEW, annotator_id=place.people["cho"], now=now)
        assert isinstance(other, Claim)
        assert other.slot_id == first.slot_id
        before = place.stored()
        for one in pressed:
            tab.run("review", pressed=[one])
        tab.run("review", pressed=pressed)
    changed = [line for line in place.stored() if line not in before]
    assert [line for line in changed if 'INTO "review' in line or 'INTO "skip' in line] == []
