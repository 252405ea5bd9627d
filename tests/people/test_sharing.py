"""A workspace is shared once, when its one person can sign in, and that person keeps every role."""

import pytest
from sqlalchemy import Engine

from curation.people.sharing import share
from db.annotators import AnnotatorKind
from db.engine import reading, writing
from db.errors import Forbidden
from db.queries.item_facts import load_item_facts
from db.queries.item_slots import slots_of_item
from db.queries.roles import roles_of
from db.queries.status import Because, Standing, explain, next_needed
from db.roles import Role
from db.verification import verify_history
from db.workspace import WorkspaceKind, add_annotator, find_workspace
from tests.db.content import fill
from tests.people.crew import Crew, local_of, make_crew
from tests.people.team import MOMENT, give_password
from tests.review.desk import furnish_solo


def test_sharing_gives_the_one_person_every_role_as_facts(engine: Engine) -> None:
    crew = make_crew(engine)
    assert [held.role for held in crew.person(crew.admin).held] == list(Role)
    last = crew.history()[-1]
    assert (last.action, last.actor_id) == ("workspace.share", crew.admin)
    assert last.before == {"kind": "solo", "roles": []}
    assert last.after is not None
    assert last.after["kind"] == "shared"
    assert last.facts["role_grant"]["count"] == len(Role)  # type: ignore[index,call-overload]
    with reading(engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        assert (workspace.kind, workspace.shared_at) == (WorkspaceKind.SHARED, MOMENT)


def test_sharing_again_says_so_and_writes_nothing(engine: Engine) -> None:
    crew = make_crew(engine)
    before = len(crew.history())
    again = share(engine, actor_id=crew.admin, now=MOMENT.replace(year=2027))
    assert (again.is_new, again.shared_at) == (False, MOMENT)
    assert len(crew.history()) == before


def test_nothing_is_shared_that_nobody_could_open(engine: Engine) -> None:
    fill(engine)
    local = local_of(engine)
    with pytest.raises(Forbidden, match="no way to sign in yet"):
        share(engine, actor_id=local, now=MOMENT)
    with reading(engine) as session:
        workspace = find_workspace(session)
        assert workspace is not None
        assert workspace.kind is WorkspaceKind.SOLO


def test_only_the_one_person_shares(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        other = add_annotator(session, "other", kind=AnnotatorKind.HUMAN, now=MOMENT).id
    with pytest.raises(Forbidden, match="'other' is not that person"):
        share(engine, actor_id=other, now=MOMENT)


def test_the_roles_that_came_with_sharing_can_be_revoked(engine: Engine) -> None:
    crew: Crew = make_crew(engine)
    crew.revoke(crew.admin, Role.AUTHOR, Role.REVIEWER)
    with reading(engine) as session:
        left = {held.role for held in roles_of(session, crew.admin)}
    assert left == set(Role) - {Role.AUTHOR, Role.REVIEWER}


def test_what_waits_for_its_own_author_is_asked_of_two_blind_reviewers(engine: Engine) -> None:
    desk = furnish_solo(engine)
    host = local_of(engine)
    desk.write("item-waits", by="local")
    desk.write("item-decided", by="local")
    desk.send("item-decided", by="local")
    desk.review("local")
    first = desk.send("item-waits", by="local")
    give_password(engine, host)
    share(engine, actor_id=host, now=desk.now)
    with reading(engine) as session:
        facts = load_item_facts(session, ["item-waits", "item-decided"])
        asked = Standing(facts["item-waits"]).round
        assert asked is not None
        assert (asked.id != first, asked.slots, asked.is_solo) == (True, 2, False)
        assert next_needed(facts["item-waits"]).slots[0].count == 2
        assert explain(facts["item-decided"]).because is Because.BY_ONE_ALONE
        open_now = [one for one in slots_of_item(session, "item-waits") if one.is_open]
        assert {one.act_id for one in open_now} == {asked.id}
        assert len(open_now) == 2
        assert verify_history(session).ok
