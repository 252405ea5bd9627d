"""What is refused before a row is kept, and what a run will cost."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from calibration.runs.creating import Order, Ordered, PlannedCall, create_run
from calibration.runs.specs import Target, targets_from_json, targets_to_json
from db.engine import Engine, reading
from db.errors import Invalid
from tests.runs.stage import NOW, PAID_PER_CALL, questions, target, worst
from tests.runs.test_ledger import Play

AT = target(1)


def make(
    ledger: Engine,
    calls: Iterable[PlannedCall],
    *targets: Target,
    cap_micro: int = 1_000_000,
    fresh: str = "",
    kind: str = "questions",
) -> Ordered:
    order = Order(
        kind=kind,
        name="a run",
        targets=targets,
        cap_micro=cap_micro,
        created_by="local",
        fresh=fresh,
    )
    return create_run(ledger, order, calls, now=NOW)


def simulated(one: Target) -> Target:
    return replace(one, provider=replace(one.provider, is_simulated=True))


def unpriced(one: Target) -> Target:
    return replace(one, spec=replace(one.spec, output_price=None))


def test_what_cannot_be_asked_is_refused_and_nothing_is_kept(ledger: Engine) -> None:
    other = replace(
        simulated(AT),
        provider=replace(AT.provider, id="other", is_simulated=True),
        spec=replace(AT.spec, provider_id="other"),
    )
    elsewhere = replace(AT, provider=replace(AT.provider, base_url="http://127.0.0.1:2/v1"))
    refusals: list[tuple[str, dict[str, object]]] = [
        ("price of 'm-1' of 'local' is unknown", {"targets": [unpriced(AT)]}),
        ("simulated models or real ones", {"targets": [AT, other]}),
        ("is not among the run's models", {"targets": [elsewhere]}),
        ("raise the cap", {"targets": [AT], "cap_micro": worst("question 0") - 1}),
        ("give what the run may cost", {"targets": [AT], "cap_micro": 0}),
        ("no kind of run 'x'", {"targets": [AT], "kind": "x"}),
    ]
    for sentence, how in refusals:
        targets = how.pop("targets")
        with pytest.raises(Invalid, match=sentence):
            make(ledger, questions(AT, 3), *targets, **how)  # type: ignore[arg-type, misc]
    with pytest.raises(Invalid, match="nothing to ask"):
        make(ledger, [], AT)
    for table in ("run", "call", "question", "run_call", "chunk"):
        with reading(ledger) as session:
            count = session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
        assert count == 0, table


def test_the_estimate_leaves_out_what_is_answered_and_counts_a_question_once(
    ledger: Engine,
) -> None:
    twice = [*questions(AT, 2), *questions(AT, 2)]
    made = make(ledger, twice, AT)
    assert (made.total, made.high_micro) == (4, 2 * worst("question 0"))
    # One token of answer instead of twenty, at two micro-dollars each.
    assert made.low_micro == made.high_micro - 2 * 19 * 2
    play = Play(ledger, count=2)
    play.reserve(0)
    play.answered(0)
    assert play.money() == (PAID_PER_CALL, 0, 0)
    assert make(ledger, questions(AT, 2), AT).high_micro == worst("question 1")
    # A salt buys anew.
    assert make(ledger, questions(AT, 2), AT, fresh="again").high_micro == 2 * worst("question 0")


def test_a_run_keeps_its_models_as_they_were(ledger: Engine) -> None:
    assert targets_from_json(targets_to_json([AT])) == {("local", "m-1"): AT}
    with pytest.raises(Invalid, match="cannot be read"):
        targets_from_json({"targets": [{"provider": {}, "spec": {}}]})
