"""What a person may do: one answer for solo and shared workspaces, on both databases."""

import pytest
from sqlalchemy import Engine, event

from db.annotators import Annotator, AnnotatorKind
from db.engine import reading, writing
from db.errors import Forbidden
from db.queries.roles import Held, holds, require, roles_of
from db.roles import Role
from db.workspace import add_annotator, ensure_machine
from tests.db.content import fill
from tests.people.team import MOMENT, give, join, share


def _local(engine: Engine) -> str:
    from db.queries.annotators import find_host

    with reading(engine) as session:
        host = find_host(session)
        assert host is not None
        return host.annotator_id


def test_the_one_person_of_a_solo_workspace_may_do_everything(engine: Engine) -> None:
    fill(engine)
    local = _local(engine)
    with reading(engine) as session:
        for role in Role:
            require(session, local, role, type_id="dia", language_id="en")
        assert [held.role for held in roles_of(session, local)] == list(Role)


def test_nobody_else_may_do_anything_in_a_solo_workspace(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        other = add_annotator(session, "other", kind=AnnotatorKind.HUMAN, now=MOMENT)
        give(session, other.id, *Role)
    with reading(engine) as session:
        assert roles_of(session, other.id) == ()
        with pytest.raises(Forbidden, match="'other' is not that person; share it first"):
            require(session, other.id, Role.VIEWER)


def test_a_role_holds_for_the_types_and_languages_it_was_granted_for(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        share(session)
        mei = join(session, "mei", Role.VIEWER)
        give(session, mei, Role.REVIEWER, type_ids=["dia"], language_ids=["zh"])
        give(session, mei, Role.LABELLER, language_ids=["en"])
    with reading(engine) as session:
        table = [
            # role, type, language, whether it holds
            (Role.REVIEWER, "dia", "zh", True),
            (Role.REVIEWER, "dia", "en", False),
            (Role.REVIEWER, "qc", "zh", False),
            (Role.REVIEWER, None, "zh", True),
            (Role.REVIEWER, "dia", None, True),
            (Role.REVIEWER, None, "en", False),
            (Role.REVIEWER, None, None, True),
            (Role.LABELLER, "qc", "en", True),
            (Role.LABELLER, "qc", "zh", False),
            (Role.VIEWER, "qc", "zh", True),
            (Role.LEAD, None, None, False),
            (Role.ADMIN, None, None, False),
        ]
        for role, type_id, language_id, expected in table:
            said = holds(session, mei, role, type_id=type_id, language_id=language_id)
            assert said is expected, (role, type_id, language_id)
        assert holds(session, mei, (Role.LEAD, Role.LABELLER), type_id="qc", language_id="en")
        assert not holds(session, mei, ())
        assert roles_of(session, mei) == (
            Held(role=Role.REVIEWER, type_id="dia", language_id="zh"),
            Held(role=Role.LABELLER, type_id=None, language_id="en"),
            Held(role=Role.VIEWER, type_id=None, language_id=None),
        )
        with pytest.raises(Forbidden) as refused:
            require(session, mei, Role.REVIEWER, type_id="qc", language_id="zh")
        assert str(refused.value) == (
            "'mei' does not hold the role 'reviewer' for the type 'qc' in the language 'zh'; ask "
            "an admin to grant it on the page People and models or with 'gainsay people grant'."
        )


def test_machines_those_who_left_and_strangers_are_refused_by_name(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        share(session)
        gone = join(session, "person-1", *Role)
        session.get_one(Annotator, gone).withdrawn_at = MOMENT
        machine = ensure_machine(session, "robot", now=MOMENT).id
    with reading(engine) as session:
        for who, words in (
            (machine, "'robot' is a machine"),
            (gone, "'person-1' has withdrawn"),
            ("annotator-none", "no annotator 'annotator-none'"),
        ):
            assert roles_of(session, who) == ()
            for role in Role:
                assert not holds(session, who, role)
                with pytest.raises(Forbidden, match=words):
                    require(session, who, role)


def test_the_local_annotator_of_a_shared_workspace_needs_grants_like_everybody(
    engine: Engine,
) -> None:
    fill(engine)
    with writing(engine) as session:
        local = share(session, Role.ADMIN)
    with reading(engine) as session:
        require(session, local, Role.ADMIN)
        assert not holds(session, local, Role.AUTHOR)


def test_asking_takes_one_statement(engine: Engine) -> None:
    fill(engine)
    with writing(engine) as session:
        share(session)
        mei = join(session, "mei", *Role)
        for number in range(30):
            give(session, mei, Role.REVIEWER, type_ids=["dia"], now=MOMENT.replace(minute=number))
    said: list[str] = []
    with reading(engine) as session:
        event.listen(engine, "before_cursor_execute", lambda *args: said.append(str(args[2])))
        require(session, mei, Role.REVIEWER, type_id="qc", language_id="en")
    # The transaction's own BEGIN may be among them.
    assert len([one for one in said if one.startswith("SELECT")]) == 1
