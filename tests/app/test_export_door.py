"""A download is asked for by a link, outside of any run of a page: it has a door of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.components.data_transfer import export_for
from app.components.release_list import zip_for
from app.identity import Credential
from curation.people.granting import Wanted, revoke
from curation.sign_in.sessions import sign_out
from db.engine import Engine
from db.errors import Forbidden
from db.roles import Role
from exports.transfer import Kind
from tests.app.reviewers import Reviewers, gather
from tests.app.test_item_standing import local
from tests.login.people import shared

ActingAs = Callable[[Engine, str | None], str]


@pytest.fixture
def drawn(starter_engine: Engine, acting_as: ActingAs) -> tuple[Reviewers, Credential]:
    """A page was drawn for a lead, with a button in it."""
    team = gather(starter_engine, [])
    return team, Credential(token_hash=acting_as(starter_engine, team.people["lee"]))


def test_a_download_needs_the_session_that_its_button_was_drawn_in(
    drawn: tuple[Reviewers, Credential], tmp_path: Path
) -> None:
    team, shown = drawn
    lee = team.people["lee"]
    assert zip_for(team.engine, shown, lee, tmp_path)
    assert export_for(team.engine, shown, lee, Kind.LABELS, ".csv")
    with pytest.raises(Forbidden, match="not signed in"):
        export_for(team.engine, shown, team.people["ben"], Kind.LABELS, ".csv")
    sign_out(team.engine, shown.token_hash, now=datetime.now(UTC))
    with pytest.raises(Forbidden, match="not signed in"):
        export_for(team.engine, shown, lee, Kind.LABELS, ".csv")
    with pytest.raises(Forbidden, match="not signed in"):
        zip_for(team.engine, shown, lee, tmp_path)


def test_a_download_needs_the_role_when_it_is_asked_for(
    drawn: tuple[Reviewers, Credential], acting_as: ActingAs
) -> None:
    team, shown = drawn
    lee, now = team.people["lee"], datetime.now(UTC)
    revoke(team.engine, lee, Wanted(roles=(Role.LEAD,)), actor_id=local(team.engine), now=now)
    with pytest.raises(Forbidden, match="lead"):
        export_for(team.engine, shown, lee, Kind.LABELS, ".csv")
    ben = Credential(token_hash=acting_as(team.engine, team.people["ben"]))
    with pytest.raises(Forbidden, match="lead"):
        export_for(team.engine, ben, team.people["ben"], Kind.LABELS, ".csv")


def test_what_was_drawn_while_one_person_worked_alone_opens_nothing_once_it_is_shared(
    starter_engine: Engine,
) -> None:
    alone, me = Credential(), local(starter_engine)
    assert export_for(starter_engine, alone, me, Kind.LABELS, ".csv")
    shared(starter_engine, now=datetime.now(UTC))
    with pytest.raises(Forbidden, match="not signed in"):
        export_for(starter_engine, alone, me, Kind.LABELS, ".csv")
