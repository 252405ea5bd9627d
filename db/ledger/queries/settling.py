"""Owns the transaction that decides over money: results in, reservations out, all or nothing.

A call is ``sent`` and its worst price reserved before anything goes out; what a try cost, or may
have cost, is written in the transaction that frees the reservation.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.ledger.calls import Answer, Attempt, AttemptOutcome, CallState, RunCallState
from db.ledger.queries.books import Books, refuse_fenced
from db.ledger.queries.call_rows import (
    CallRow,
    LinkRow,
    read_calls,
    read_links,
    write_calls,
    write_links,
)
from db.ledger.queries.pacing import delay_until_start, seconds_to_ask_again
from db.ledger.queries.settlement import (
    Batch,
    Ended,
    Grant,
    GrantKind,
    Holder,
    Limits,
    NewFault,
    Wanted,
)
from db.ledger.runs import ACTIVE, PauseReason, Run, RunState

MOST_TRIES = 8
ASK_AGAIN_SECONDS = 0.25
NOTES = {
    PauseReason.BUDGET: "The next call would pass the run's cap; raise the cap to go on.",
    PauseReason.DAY_BUDGET: "The next call would pass today's budget of the workspace; go on "
    "tomorrow, or raise it.",
}


def settle(session: Session, holder: Holder, batch: Batch, *, now: datetime) -> list[Grant]:
    """Write what ended, then decide over what is wanted, in this order.

    Returns:
        One grant for each wanted call.

    Raises:
        Fenced: The worker's place was given to another; nothing is written.
    """
    refuse_fenced(session, holder)
    return _Settling(session, holder, batch, now).settle()


class _Settling:
    def __init__(self, session: Session, holder: Holder, batch: Batch, now: datetime) -> None:
        self.session = session
        self.holder = holder
        self.batch = batch
        self.now = now
        self.now_us = int(now.timestamp() * 1_000_000)
        self.books = Books(session, now=now)
        self.calls: dict[str, CallRow] = {}
        self.links: dict[tuple[str, int], LinkRow] = {}
        self.changed_calls: dict[str, CallRow] = {}
        self.changed_links: dict[tuple[str, int], LinkRow] = {}
        self.new: dict[type, list[dict[str, Any]]] = {Answer: [], Attempt: []}

    def settle(self) -> list[Grant]:
        hashes = {one.call_hash for one in self.batch.ended}
        hashes |= {one.call_hash for one in self.batch.wanted}
        before = read_calls(self.session, hashes, lock=False)
        sent = [call for call in before.values() if call.state is CallState.SENT]
        self.books.lock(
            {one.run_id for one in self.batch.wanted}
            | {call.payer_run_id for call in sent if call.payer_run_id},
            {call.day for call in sent if call.day},
            {(call.provider_id, call.model) for call in before.values()},
        )
        self.calls = before
        if self.session.get_bind().dialect.name != "sqlite":
            # Once more under the locks: only now nobody else changes them.
            self.calls = read_calls(self.session, hashes, lock=True)
        self._load_links()
        for one in self.batch.ended:
            self._end(one)
        grants = [self._grant(one) for one in self.batch.wanted]
        write_calls(self.session, self.changed_calls.values())
        write_links(self.session, self.changed_links.values())
        self.books.close()
        self.session.flush()
        for table, rows in self.new.items():
            if rows:
                self.session.connection().execute(sa.insert(table.__table__), rows)  # type: ignore[attr-defined]
        return grants

    def _load_links(self) -> None:
        positions: dict[str, set[int]] = defaultdict(set)
        for want in self.batch.wanted:
            positions[want.run_id].add(want.position)
        for ended in self.batch.ended:
            call = self.calls[ended.call_hash]
            if call.payer_run_id is not None and call.payer_position is not None:
                positions[call.payer_run_id].add(call.payer_position)
        self.links = read_links(self.session, positions)

    def _end(self, ended: Ended) -> None:
        call = self.calls[ended.call_hash]
        owner = call.owner_slot, call.owner_fence
        if call.state is not CallState.SENT or owner != (self.holder.slot, self.holder.fence):
            return  # told twice
        assert call.payer_run_id is not None
        assert call.payer_position is not None
        link = self.links[call.payer_run_id, call.payer_position]
        self.changed_calls[call.hash] = call
        fault = ended.fault
        spent, unconfirmed = 0, 0
        if fault is None:
            spent = call.reserved_micro if ended.spent_micro is None else ended.spent_micro
        elif fault.may_cost:
            unconfirmed = call.reserved_micro
        self.new[Attempt].append(_attempt(call, ended, spent, unconfirmed))
        free_call(self.books, call, spent=spent, unconfirmed=unconfirmed)
        call.ended_at = ended.ended_at
        if fault is None:
            self._keep(call, ended, spent)
            self._resolve(link, RunCallState.DONE)
        else:
            self._fail(call, link, fault)

    def _keep(self, call: CallRow, ended: Ended, spent: int) -> None:
        answer = ended.answer
        assert answer is not None
        call.state, call.spent_micro, call.fault_kind = CallState.DONE, spent, ""
        call.is_simulated = answer.is_simulated
        fields = {name: getattr(answer, name) for name in answer.__slots__}
        self.new[Answer].append({"call_hash": call.hash, "received_at": ended.ended_at, **fields})

    def _fail(self, call: CallRow, link: LinkRow, fault: NewFault) -> None:
        run = self.books.runs[link.run_id]
        call.state, call.fault_kind = CallState.WAITING, fault.kind
        if not fault.counts:
            call.tries -= 1
        if fault.stop is not None:
            self.books.pause(run, fault.stop, fault.message)
        elif not fault.again or call.tries >= MOST_TRIES:
            call.state = CallState.FAILED
            self._resolve(link, RunCallState.FAILED)
            return
        if run.state is RunState.CANCELLED:
            self._resolve(link, RunCallState.SKIPPED)

    def _resolve(self, link: LinkRow, state: RunCallState, *, hit: bool = False) -> None:
        if link.state is not RunCallState.PENDING:
            return
        link.state, link.is_hit = state, hit
        self.changed_links[link.run_id, link.position] = link
        run = self.books.runs[link.run_id]
        run.hits += hit
        setattr(run, state.value, getattr(run, state.value) + 1)

    def _grant(self, want: Wanted) -> Grant:
        run = self.books.runs[want.run_id]
        if run.state not in ACTIVE:
            return Grant(kind=GrantKind.STOPPED)
        self.books.start(run)
        link, call = self.links[want.run_id, want.position], self.calls[want.call_hash]
        if link.state is not RunCallState.PENDING:
            return Grant(kind=GrantKind.RESOLVED)
        if call.state is CallState.SENT:
            return Grant(kind=GrantKind.BUSY, delay=ASK_AGAIN_SECONDS)
        if call.state is not CallState.WAITING:
            done = call.state is CallState.DONE
            self._resolve(link, RunCallState.DONE if done else RunCallState.FAILED, hit=done)
            return Grant(kind=GrantKind.RESOLVED)
        return self._reserve(run, call, want)

    def _reserve(self, run: Run, call: CallRow, want: Wanted) -> Grant:
        reason = self.books.room(run, want.estimate_micro)
        if reason is not None and self.books.may_come_back(run, reason):
            return Grant(kind=GrantKind.HELD, delay=ASK_AGAIN_SECONDS)
        if reason is not None:
            self.books.pause(run, reason, NOTES[reason])
            return Grant(kind=GrantKind.STOPPED)
        name = call.provider_id, call.model
        pace, limits = self.books.paces[name], self.batch.limits.get(name, Limits())
        delay = delay_until_start(pace, limits, tokens=want.tokens, now_us=self.now_us)
        if delay is None:
            again = seconds_to_ask_again(pace, limits, now_us=self.now_us)
            return Grant(kind=GrantKind.HELD, delay=again)
        self.changed_calls[call.hash] = call
        call.state, call.tries = CallState.SENT, call.tries + 1
        call.payer_run_id, call.payer_position, call.day = run.id, want.position, self.books.today
        call.reserved_micro = want.estimate_micro
        call.input_price, call.output_price = want.input_price, want.output_price
        call.owner_slot, call.owner_fence = self.holder.slot, self.holder.fence
        call.sent_at, call.ended_at = self.now, None
        pace.in_flight += 1
        run.in_flight += 1
        self.books.move(run.id, self.books.today, reserved=want.estimate_micro)
        return Grant(kind=GrantKind.GRANTED, delay=delay, number=call.tries)


def free_call(books: Books, call: CallRow, *, spent: int, unconfirmed: int) -> None:
    """Give a call's reservation back and book what became of it; its books must be locked."""
    assert call.payer_run_id is not None
    assert call.day is not None
    run, pace = books.runs[call.payer_run_id], books.paces[call.provider_id, call.model]
    run.in_flight -= 1
    pace.in_flight = max(0, pace.in_flight - 1)
    books.move(
        call.payer_run_id,
        call.day,
        reserved=-call.reserved_micro,
        spent=spent,
        unconfirmed=unconfirmed,
    )
    call.reserved_micro, call.owner_slot, call.owner_fence = 0, None, None


def _attempt(call: CallRow, ended: Ended, spent: int, unconfirmed: int) -> dict[str, Any]:
    assert call.owner_slot is not None
    fault = ended.fault
    return {
        "call_hash": call.hash,
        "run_id": call.payer_run_id,
        "number": call.tries,
        "started_at": ended.started_at,
        "ended_at": ended.ended_at,
        "outcome": AttemptOutcome.REPLY if fault is None else AttemptOutcome.FAULT,
        "fault_kind": "" if fault is None else fault.kind,
        "status": None if fault is None else fault.status,
        "sample": "" if fault is None else fault.sample,
        "message": "" if fault is None else fault.message,
        "day": call.day,
        "spent_micro": spent,
        "unconfirmed_micro": unconfirmed,
        "slot": call.owner_slot,
    }
