"""Every function that is told who acts refuses whoever may not, on both databases.

The functions are found by looking at ``curation`` and ``exports``: a new one without an entry in
``tests/people/gestures.py`` fails here. Each is called by a machine, by somebody who withdrew, by
nobody who is known, by a person without a role, and by the very person whose piece of work it is,
once without the role and once with the role for another type and language. Nothing may change. Then
that person does it with the role.
"""

import hashlib
import importlib
import inspect
import pkgutil

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

import curation
import exports
from db.base import new_id
from db.engine import reading, writing
from db.errors import Forbidden, GainsayError, NotFound
from db.queries.people import open_grants
from db.queries.roles import Held
from db.recording import recording
from db.roles import RoleGrant, RoleRevocation
from db.tables import METADATA
from tests.people.gestures import EXEMPT, GESTURES
from tests.people.scene import Gesture, Scene, make_scene
from tests.people.team import MOMENT

WHO = {"annotator_id", "actor_id", "lead_id", "admin_id"}


def told_who() -> set[str]:
    """Name every public function that is told who acts."""
    found = set()
    for package in (curation, exports):
        for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(one.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if name.startswith("_") or function.__module__ != one.name:
                    continue
                if WHO & set(inspect.signature(function).parameters):
                    found.add(f"{one.name}.{name}")
    return found


def test_every_function_that_is_told_who_acts_has_an_entry() -> None:
    named = {gesture.name for gesture in GESTURES}
    assert told_who() - named - set(EXEMPT) == set(), "add an entry to tests/people/gestures.py"
    assert (named | set(EXEMPT)) - told_who() == set()
    assert named & set(EXEMPT) == set()


@pytest.fixture
def scene(engine: Engine) -> Scene:
    return make_scene(engine)


def test_nobody_gets_past_a_function_and_the_right_person_does(scene: Scene) -> None:
    found: list[str] = []
    everything = _dump(scene.engine)
    for outsider in (scene.machine, scene.gone, "annotator-nobody", scene.roleless):
        found += [_got_past(scene, one, outsider, "an outsider") for one in GESTURES]
    found += _differing(everything, _dump(scene.engine))
    held = _revoke_all(scene)
    revoked = _dump(scene.engine)
    found += [_got_past(scene, one, scene.people[one.who], "without role") for one in GESTURES]
    found += _differing(revoked, _dump(scene.engine))
    _grant_all(scene, held, type_id="qc", language_id="zh")
    elsewhere = _dump(scene.engine)
    found += [
        _got_past(scene, one, scene.people[one.who], "for another type and language")
        for one in GESTURES
        if not one.anywhere
    ]
    found += _differing(elsewhere, _dump(scene.engine))
    _grant_all(scene, held)
    found += [_shut_out(scene, one) for one in GESTURES]
    problems = [one for one in found if one]
    assert problems == [], "\n".join(problems)
    assert _differing(everything, _dump(scene.engine)) != []


def _got_past(scene: Scene, gesture: Gesture, who: str, what: str) -> str:
    """Say what went wrong when somebody was not refused; empty when they were."""
    try:
        answer = gesture.call(scene, who)
    except Forbidden:
        return ""
    except GainsayError as error:
        if isinstance(error, NotFound) and repr(who) in str(error):
            return ""
        return f"{gesture.name} told {what} {error!r}"
    if gesture.quiet is not None and gesture.quiet(answer):
        return ""
    return f"{gesture.name} answered {what} {answer!r}"


def _shut_out(scene: Scene, gesture: Gesture) -> str:
    """Say what kept the right person out; empty when they were let in."""
    try:
        gesture.call(scene, scene.people[gesture.who])
    except GainsayError as error:
        if gesture.may_meet is not None and gesture.may_meet in str(error):
            return ""
        return f"{gesture.name} refuses the right person: {error!r}"
    return ""


def _differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [name for name, content in after.items() if before[name] != content]


def _dump(engine: Engine) -> dict[str, str]:
    with engine.connect() as connection:
        return {
            table.name: hashlib.sha256(
                "\n".join(
                    sorted(str(tuple(row)) for row in connection.execute(sa.select(table)))
                ).encode()
            ).hexdigest()
            for table in METADATA.sorted_tables
        }


def _revoke_all(scene: Scene) -> dict[str, list[Held]]:
    held: dict[str, list[Held]] = {}
    for who in scene.people.values():
        with reading(scene.engine) as session:
            grants = open_grants(session, who)
        held[who] = [grant.held for grant in grants]
        with (
            writing(scene.engine) as session,
            recording(
                session,
                now=MOMENT,
                actor_id=scene.people["local"],
                action="role.revoke",
                subject_kind="annotator",
                subject_id=who,
            ) as record,
        ):
            for grant in grants:
                record.add(
                    RoleRevocation(
                        grant_id=grant.id, revoked_by_id=record.actor_id, created_at=MOMENT
                    )
                )
    return held


def _grant_all(
    scene: Scene,
    held: dict[str, list[Held]],
    *,
    type_id: str | None = None,
    language_id: str | None = None,
) -> None:
    for who, roles in held.items():
        with (
            writing(scene.engine) as session,
            recording(
                session,
                now=MOMENT,
                actor_id=scene.people["local"],
                action="role.grant",
                subject_kind="annotator",
                subject_id=who,
            ) as record,
        ):
            for one in roles:
                # An admin's role is for the whole workspace or not at all.
                if one.role.value == "admin" and type_id is not None:
                    continue
                record.add(
                    RoleGrant(
                        id=new_id("grant"),
                        annotator_id=who,
                        role=one.role,
                        type_id=type_id,
                        language_id=language_id,
                        granted_by_id=record.actor_id,
                        created_at=MOMENT,
                    )
                )
