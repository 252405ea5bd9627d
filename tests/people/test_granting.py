"""Roles are granted and revoked by admins only, once, with an event that says from what to what."""

import pytest

from curation.people.granting import Wanted, grant, revoke
from db.engine import writing
from db.errors import Conflict, Forbidden, Invalid, NotFound
from db.queries.roles import Held
from db.roles import Role
from db.workspace import ensure_machine
from tests.people.crew import Crew
from tests.people.team import MOMENT, give_password


def test_several_roles_for_several_types_and_languages_are_one_event(crew: Crew) -> None:
    mei = crew.add("mei")
    answer = crew.grant(mei, Role.REVIEWER, Role.LABELLER, types=("dia", "qc"), languages=("zh",))
    # 2 roles x 2 types x 1 language.
    assert len(answer.new) == 4
    assert answer.held == ()
    assert set(answer.new) == set(answer.person.held)
    last = crew.history()[-1]
    assert (last.action, last.actor_id, last.subject_id) == ("role.grant", crew.admin, mei)
    assert last.before == {"roles": []}
    assert last.after == {
        "roles": ["labeller:dia:zh", "labeller:qc:zh", "reviewer:dia:zh", "reviewer:qc:zh"]
    }


def test_granting_what_holds_says_so_and_writes_nothing(crew: Crew) -> None:
    mei = crew.add("mei", Role.REVIEWER)
    before = len(crew.history())
    again = crew.grant(mei, Role.REVIEWER)
    narrower = crew.grant(mei, Role.REVIEWER, types=("dia",), languages=("en",))
    assert (again.new, narrower.new) == ((), ())
    assert narrower.held == (Held(role=Role.REVIEWER, type_id="dia", language_id="en"),)
    assert len(crew.history()) == before


def test_what_was_revoked_holds_no_more_and_can_be_granted_again(crew: Crew) -> None:
    mei = crew.add("mei")
    crew.grant(mei, Role.REVIEWER, types=("dia", "qc"))
    answer = crew.revoke(mei, Role.REVIEWER, types=("dia",))
    assert answer.gone == (Held(role=Role.REVIEWER, type_id="dia", language_id=None),)
    assert crew.person(mei).held == (Held(role=Role.REVIEWER, type_id="qc", language_id=None),)
    last = crew.history()[-1]
    assert (last.action, last.before, last.after) == (
        "role.revoke",
        {"roles": ["reviewer:dia:*", "reviewer:qc:*"]},
        {"roles": ["reviewer:qc:*"]},
    )
    before = len(crew.history())
    assert crew.revoke(mei, Role.REVIEWER, types=("dia",)).absent == answer.gone
    assert len(crew.history()) == before
    assert crew.grant(mei, Role.REVIEWER, types=("dia",)).new == answer.gone


def test_a_role_revoked_without_types_goes_whole(crew: Crew) -> None:
    mei = crew.add("mei", Role.LABELLER)
    crew.grant(mei, Role.REVIEWER, types=("dia", "qc"))
    crew.revoke(mei, Role.REVIEWER)
    assert [held.role for held in crew.person(mei).held] == [Role.LABELLER]


def test_less_than_what_was_granted_is_not_cut_out_of_it(crew: Crew) -> None:
    mei = crew.add("mei", Role.REVIEWER)
    with pytest.raises(Conflict, match="for all types and all languages, which is more"):
        crew.revoke(mei, Role.REVIEWER, types=("dia",))
    assert crew.person(mei).held


def test_only_an_admin_grants_and_revokes(crew: Crew) -> None:
    mei = crew.add("mei", *(role for role in Role if role is not Role.ADMIN))
    wanted = Wanted(roles=(Role.ADMIN,))
    for change in (grant, revoke):
        with pytest.raises(Forbidden, match="'mei' does not hold the role 'admin'"):
            change(crew.engine, mei, wanted, actor_id=mei, now=MOMENT)


def test_machines_strangers_and_nonsense_are_refused(crew: Crew) -> None:
    mei = crew.add("mei")
    with writing(crew.engine) as session:
        machine = ensure_machine(session, "robot", now=MOMENT).id
    with pytest.raises(Forbidden, match="'robot' is a machine"):
        crew.grant(machine, Role.LABELLER)
    with pytest.raises(NotFound, match="no annotator 'nobody'"):
        crew.grant("nobody", Role.LABELLER)
    with pytest.raises(Invalid, match="type 'poem' is unknown; use one of: qc, dia"):
        crew.grant(mei, Role.LABELLER, types=("poem",))
    with pytest.raises(Invalid, match="language 'fr' is unknown; use one of: zh, en"):
        crew.grant(mei, Role.LABELLER, languages=("fr",))
    with pytest.raises(Invalid, match="'admin' holds for the whole workspace"):
        crew.grant(mei, Role.ADMIN, types=("dia",))
    with pytest.raises(Invalid, match="No role was named"):
        crew.grant(mei)
    assert crew.person(mei).held == ()


def test_the_last_admin_who_can_sign_in_stays(crew: Crew) -> None:
    mei = crew.add("mei", Role.ADMIN)
    with pytest.raises(Conflict, match="'local' is the last admin who can sign in"):
        crew.revoke(crew.admin, Role.ADMIN)
    give_password(crew.engine, mei)
    crew.revoke(crew.admin, Role.ADMIN)
    with pytest.raises(Forbidden, match="'local' does not hold the role 'admin'"):
        crew.revoke(mei, Role.ADMIN)
    with pytest.raises(Conflict, match="'mei' is the last admin"):
        revoke(crew.engine, mei, Wanted(roles=(Role.ADMIN,)), actor_id=mei, now=MOMENT)
