"""Runs as workers leave them in a real ledger: ordered, reserved, answered, failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.workspace import upgrade_ledger
from calibration.llm.prices import worst_case
from calibration.llm.providers import ModelSpec, Provider
from calibration.llm.requests import ChatRequest, Message, Sampling
from calibration.runs.creating import Order, PlannedCall, create_run
from calibration.runs.specs import Target
from db.engine import Engine, reading, writing
from db.ledger.place import open_ledger
from db.ledger.queries.settlement import Batch, Ended, NewAnswer, NewFault, Wanted
from db.ledger.queries.settling import settle
from db.ledger.queries.slots import Process, take_slot
from db.ledger.queries.watching import load_run
from db.ledger.runs import Run
from db.workspace import find_workspace

# One dollar per million tokens is one micro-dollar per token.
SPEC = ModelSpec(provider_id="sim", name="sim-1", input_price="1", output_price="2")
PROVIDER = Provider(id="sim", name="Simulator", base_url="http://127.0.0.1:1/v1", is_simulated=True)
PAID = 30
# Whatever a server may say: a picture, a script, marks that reorder text.
HOSTILE = "![x](http://evil.example/a.png) <script>alert(1)</script> \u202egnp.exe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A run and what is known of its calls."""

    id: str
    ledger: Engine
    worst: int

    def row(self) -> Run:
        with reading(self.ledger) as session:
            return load_run(session, self.id)


def open_books(engine: Engine) -> Engine:
    """Give the ledger beside a workspace, made."""
    upgrade_ledger(engine)
    return open_ledger(engine)


def order(
    engine: Engine,
    ledger: Engine,
    *,
    calls: int = 10,
    cap_micro: int = 1_000_000,
    name: str = "first questions",
    simulated: bool = True,
) -> Booked:
    """Order a run; nothing of it is begun."""
    with reading(engine) as session:
        workspace = find_workspace(session)
    assert workspace is not None
    provider = (
        PROVIDER if simulated else Provider(id="sim", name="Real", base_url=PROVIDER.base_url)
    )
    wanted = Order(
        kind="questions",
        name=name,
        targets=(Target(provider=provider, spec=SPEC),),
        cap_micro=cap_micro,
        created_by=workspace.local_annotator_id,
    )
    planned = [
        PlannedCall(request=_request(name, number), subject={"row": number})
        for number in range(calls)
    ]
    made = create_run(ledger, wanted, planned, now=datetime.now(UTC))
    return Booked(id=made.run_id, ledger=ledger, worst=worst_case(SPEC, planned[0].request))


def work_off(
    run: Booked, name: str, *, done: int = 0, failed: Sequence[str] = (), sent: int = 0
) -> None:
    """Make calls of a run as a worker does: answers, a failure for each text, some sent."""
    now = datetime.now(UTC)
    hashes = [_request(name, number).request_hash() for number in range(done + len(failed) + sent)]
    with writing(run.ledger) as session:
        holder = take_slot(
            session, Process(pid=1, host="h", program="test"), now=now, is_alive=lambda _: True
        )
        wanted = tuple(
            Wanted(
                call_hash=one,
                run_id=run.id,
                position=position,
                estimate_micro=run.worst,
                tokens=100,
                input_price="1",
                output_price="2",
            )
            for position, one in enumerate(hashes)
        )
        settle(session, holder, Batch(wanted=wanted), now=now)
    answered = [_ended(one, now, answer=_answer()) for one in hashes[:done]]
    broken = [
        _ended(one, now, fault=_fault(said))
        for one, said in zip(hashes[done:], failed, strict=False)
    ]
    with writing(run.ledger) as session:
        settle(session, holder, Batch(ended=(*answered, *broken)), now=now)


def _request(name: str, number: int) -> ChatRequest:
    return ChatRequest(
        provider_id="sim",
        base_url=PROVIDER.base_url,
        model="sim-1",
        messages=(Message(role="user", content=f"{name} {number}"),),
        sampling=Sampling(max_tokens=50),
    )


def _ended(
    call_hash: str, now: datetime, *, answer: NewAnswer | None = None, fault: NewFault | None = None
) -> Ended:
    return Ended(
        call_hash=call_hash,
        started_at=now,
        ended_at=now,
        answer=answer,
        fault=fault,
        spent_micro=None if answer is None else PAID,
    )


def _answer() -> NewAnswer:
    return NewAnswer(
        text="yes",
        reasoning=None,
        finish="stop",
        snapshot="sim-1",
        input_tokens=10,
        output_tokens=10,
        reasoning_tokens=None,
        cached_tokens=None,
        is_estimated=False,
        is_simulated=True,
        provider_request_id="",
        latency_ms=5,
        raw={},
    )


def _fault(said: str) -> NewFault:
    return NewFault(
        kind="garbage",
        message="The answer cannot be read.",
        status=200,
        sample=said,
        may_cost=True,
        again=False,
    )
