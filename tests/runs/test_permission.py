"""Who may enter models and steer runs: admins and leads of everything, and nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calibration.llm.providers import ModelSpec, Provider
from calibration.runs import steering
from calibration.runs.entering import (
    Actor,
    enter_model,
    enter_provider,
    remove_model,
    remove_provider,
    set_day_cap,
)
from calibration.runs.permission import may_spend
from calibration.runs.practising import practise
from db.annotators import AnnotatorKind
from db.engine import Engine, reading, writing
from db.errors import Forbidden
from db.history import events
from db.ledger.queries.catalogue import models, providers
from db.ledger.queries.watching import run_events
from db.ledger.runs import RunState
from db.roles import Role
from db.taxonomy.content import load_taxonomy
from db.taxonomy.installation import install_taxonomy
from db.workspace import add_annotator, ensure_workspace
from tests.app.booked_runs import Booked, open_books, order
from tests.people.team import give, join, share

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROVIDER = Provider(id="new", name="New", base_url="https://models.example/v1")
SPEC = ModelSpec(provider_id="new", name="m", input_price="1", output_price="2")


def gestures(run: Booked) -> list[Callable[[Actor], object]]:
    return [
        lambda actor: enter_provider(actor, PROVIDER),
        lambda actor: enter_model(actor, SPEC),
        lambda actor: set_day_cap(actor, 5),
        lambda actor: steering.pause(actor, run.id),
        lambda actor: steering.resume(actor, run.id),
        lambda actor: steering.raise_cap(actor, run.id, cap_micro=2_000_000),
        lambda actor: steering.cancel(actor, run.id, reason="enough"),
        lambda actor: remove_model(actor, "new", "m"),
        lambda actor: remove_provider(actor, "new"),
    ]


def test_every_gesture_asks_for_the_role(engine: Engine) -> None:
    with writing(engine) as session:
        ensure_workspace(session, now=NOW)
        install_taxonomy(session, load_taxonomy(), now=NOW)
        share(session)
        allowed = {join(session, "ada", Role.ADMIN), join(session, "lin", Role.LEAD)}
        others = {join(session, f"p-{role}", role) for role in Role if role not in {
            Role.ADMIN, Role.LEAD}}  # fmt: skip
        some = join(session, "some")
        give(session, some, Role.LEAD, language_ids=["zh"])
        machine = add_annotator(session, "machine", kind=AnnotatorKind.MACHINE, now=NOW).id
        others |= {some, machine, "annotator-nobody"}
    ledger = open_books(engine)
    run = order(engine, ledger)
    with reading(engine) as session:
        before = len(events(session, newest=100))
        assert {one for one in allowed | others if may_spend(session, one)} == allowed
    for annotator_id in others:
        actor = Actor(workspace=engine, ledger=ledger, id=annotator_id, now=NOW)
        for gesture in gestures(run):
            with pytest.raises(Forbidden):
                gesture(actor)
        with pytest.raises(Forbidden):
            practise(actor)
    with reading(engine) as session:
        assert len(events(session, newest=100)) == before
    with reading(ledger) as session:
        assert (dict(providers(session)), dict(models(session))) == ({}, {})
        assert [one.kind.value for one in run_events(session, run.id)] == ["created"]
    for annotator_id in sorted(allowed):
        again = order(engine, ledger, name=annotator_id)
        for gesture in gestures(again):
            gesture(Actor(workspace=engine, ledger=ledger, id=annotator_id, now=NOW))
        assert again.row().state is RunState.CANCELLED
    with reading(engine) as session:
        told = [one.action for one in reversed(events(session, newest=100))][before:]
    assert told == [
        "provider.enter",
        "model.enter",
        "budget.set",
        "model.remove",
        "provider.remove",
        # The second one finds the day's budget as it is wanted, which is no change.
        "provider.enter",
        "model.enter",
        "model.remove",
        "provider.remove",
    ]
    ledger.dispose()


def test_a_change_that_the_ledger_refuses_leaves_no_event(engine: Engine) -> None:
    with writing(engine) as session:
        local = ensure_workspace(session, now=NOW).local_annotator_id
    ledger = open_books(engine)
    actor = Actor(workspace=engine, ledger=ledger, id=local, now=NOW)
    with reading(engine) as session:
        before = len(events(session, newest=100))
    with pytest.raises(Exception, match="no provider 'new'"):
        enter_model(actor, SPEC)
    enter_provider(actor, PROVIDER)
    enter_model(actor, SPEC)
    with pytest.raises(Exception, match="still has models"):
        remove_provider(actor, "new")
    changed = enter_model(actor, replace(SPEC, output_price="3"))
    assert changed.changed == ("output_price",)
    with reading(engine) as session:
        newest = events(session, newest=100)
    assert len(newest) == before + 3
    assert (newest[0].before, newest[0].after) == ({"output_price": "2"}, {"output_price": "3"})
    ledger.dispose()
