"""Owns ordering a run: what it asks is priced and checked before a single row is kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from calibration.llm.fitting import misfit
from calibration.llm.prices import has_price, worst_case
from calibration.llm.requests import ChatRequest
from calibration.llm.tokens import most_input_tokens
from calibration.runs.kinds import kind_named
from calibration.runs.specs import Target, targets_to_json
from db.base import new_id
from db.engine import Engine, writing
from db.errors import Invalid
from db.hashing import JsonObject
from db.ledger.queries.making import NewCall, write_calls
from db.ledger.runs import Run, RunState

CHUNK_SIZE: Final = 100
MICRO: Final = 1_000_000
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """A question that a run asks, and what its answer is for."""

    request: ChatRequest
    subject: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is to be.

    Attributes:
        kind: Name of a kind of run.
        name: What people call it.
        targets: Every model it asks.
        cap_micro: The most it may cost, in micro-dollars.
        fresh: Empty, or a salt that buys anew what is in the ledger.
    """

    kind: str
    name: str
    targets: tuple[Target, ...]
    cap_micro: int
    created_by: str
    fresh: str = ""
    chunk_size: int = CHUNK_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A run that was made.

    Attributes:
        low_micro, high_micro: What it costs if every answer is empty, and if each is as long as it
            may be; answers that are in the ledger cost nothing.
    """

    run_id: str
    total: int
    low_micro: int
    high_micro: int
    cap_micro: int


def create_run(
    ledger: Engine, order: Order, calls: Iterable[PlannedCall], *, now: datetime
) -> Ordered:
    """Make a run of these calls, queued for a worker; all of it or nothing.

    Raises:
        Invalid: A price is unknown, simulated and real models are mixed, a question does not suit
            its model, the cap is below one call, or there is nothing to ask.
    """
    kind_named(order.kind)
    targets = _checked_targets(order)
    simulated = {one.provider.is_simulated for one in order.targets}
    run = Run(
        id=new_id("run"),
        kind=order.kind,
        name=order.name[:LONGEST_NAME],
        spec=dict(targets_to_json(order.targets)),
        created_by=order.created_by,
        state=RunState.QUEUED,
        cap_micro=order.cap_micro,
        is_simulated=simulated == {True},
        chunk_size=order.chunk_size,
        created_at=now,
    )
    with writing(ledger) as session:
        priced = _priced(calls, targets, order)
        write_calls(session, run, priced, now=now, actor=order.created_by)
        if run.total == 0:
            raise Invalid("There is nothing to ask; name at least one question.")
        made = Ordered(
            run_id=run.id,
            total=run.total,
            low_micro=run.estimate_low_micro,
            high_micro=run.estimate_high_micro,
            cap_micro=run.cap_micro,
        )
    return made


def _checked_targets(order: Order) -> Mapping[tuple[str, str], Target]:
    targets = {one.name: one for one in order.targets}
    if order.cap_micro < 1:
        raise Invalid(
            f"The cap is {order.cap_micro / MICRO} USD; give what the run may cost, such as 1.00."
        )
    if order.chunk_size < 1:
        raise Invalid(f"A chunk of {order.chunk_size!r} calls is none; use 1 or more.")
    for one in targets.values():
        if not has_price(one.spec):
            raise Invalid(
                f"The price of {one.spec.name!r} of {one.provider.id!r} is unknown, so no cap "
                "could hold; enter what it charges per million tokens ('0' if it is free)."
            )
    if len({one.provider.is_simulated for one in targets.values()}) > 1:
        raise Invalid("A run asks simulated models or real ones, never both; make two runs of it.")
    return targets


def _priced(
    calls: Iterable[PlannedCall], targets: Mapping[tuple[str, str], Target], order: Order
) -> Iterator[NewCall]:
    for call in calls:
        request = call.request
        if order.fresh and not request.fresh:
            request = replace(request, fresh=order.fresh)
        target = targets.get((request.provider_id, request.model))
        if target is None or target.provider.base_url != request.base_url.rstrip("/"):
            raise Invalid(
                f"A question goes to {request.model!r} of {request.provider_id!r}, which is not "
                "among the run's models; name it there."
            )
        if why := misfit(request, target.spec):
            raise Invalid(why)
        yield _new_call(request, call.subject, target, order)


def _new_call(request: ChatRequest, subject: JsonObject, target: Target, order: Order) -> NewCall:
    high = worst_case(target.spec, request)
    if high > order.cap_micro:
        raise Invalid(
            f"One call of {target.spec.name!r} may cost {high / MICRO:.6f} USD and the cap is "
            f"{order.cap_micro / MICRO:.6f}; raise the cap or lower max_tokens."
        )
    answer = replace(request.sampling, max_tokens=1)
    return NewCall(
        call_hash=request.request_hash(),
        body=request.to_json(),
        subject=subject,
        provider_id=request.provider_id,
        model=request.model,
        is_simulated=target.provider.is_simulated,
        low_micro=worst_case(target.spec, replace(request, sampling=answer)),
        high_micro=high,
    )


def most_tokens(request: ChatRequest) -> int:
    """Bound what a call uses, question and answer, for limits per minute."""
    return most_input_tokens(request) + request.sampling.max_tokens
