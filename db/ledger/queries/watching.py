"""Owns what is read to watch runs: the rows, their pace, and why calls failed, with samples."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from db.errors import NotFound
from db.ledger.calls import Answer, Attempt, AttemptOutcome, Call, Question, RunCall, RunCallState
from db.ledger.runs import Run, RunEvent

SAMPLES = 3
PACE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTries:
    """Tries of a run that failed for one reason.

    Attributes:
        kind: The fault, or ``lost`` where the worker was gone.
        tries: How many failed so.
        unconfirmed_micro: What they may have cost.
        samples: What the server said, a few times, the newest first.
    """

    kind: str
    tries: int
    unconfirmed_micro: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTries:
    """How often a model had to be asked in a run."""

    provider_id: str
    model: str
    calls: int
    retried: int
    tries: int

    @property
    def retried_share(self) -> float | None:
        """Share of calls that took more than one try; None without calls."""
        return self.retried / self.calls if self.calls else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReply:
    """One place of a run, with its answer if there is one."""

    position: int
    state: RunCallState
    subject: dict[str, object]
    question: dict[str, object]
    is_hit: bool
    is_simulated: bool
    fault_kind: str
    answer: Answer | None


def list_runs(session: Session, *, count: int = 100) -> list[Run]:
    """Give the newest runs."""
    query = select(Run).order_by(col(Run.created_at).desc(), col(Run.id)).limit(count)
    return list(session.exec(query))


def load_run(session: Session, run_id: str) -> Run:
    """Give one run, by its id or by a beginning of it that no other has.

    Raises:
        NotFound: There is none, or more than one.
    """
    exact = session.get(Run, run_id)
    if exact is not None:
        return exact
    begins = select(Run).where(col(Run.id).startswith(run_id, autoescape=True)).limit(2)
    found = list(session.exec(begins)) if run_id else []
    if len(found) != 1:
        what = "more than one run begins with" if found else "there is no run"
        raise NotFound(f"{what.capitalize()} {run_id!r}; 'gainsay run list' shows all.")
    return found[0]


def run_events(session: Session, run_id: str) -> list[RunEvent]:
    """Give what happened to a run, oldest first."""
    query = select(RunEvent).where(col(RunEvent.run_id) == run_id).order_by(col(RunEvent.id))
    return list(session.exec(query))


def answers_lately(session: Session, run_id: str, *, now: datetime) -> int:
    """Count the answers of a run in the last minute."""
    query = select(sa.func.count()).where(
        col(Attempt.run_id) == run_id,
        col(Attempt.outcome) == AttemptOutcome.REPLY,
        col(Attempt.ended_at) > now - timedelta(seconds=PACE_SECONDS),
    )
    return session.exec(query).one()


def failed_tries(session: Session, run_id: str) -> list[FailedTries]:
    """Group the failed tries of a run by reason, the most frequent first."""
    kind = sa.case(
        (col(Attempt.outcome) == AttemptOutcome.LOST, "lost"), else_=col(Attempt.fault_kind)
    ).label("kind")
    mine = (col(Attempt.run_id) == run_id, col(Attempt.outcome) != AttemptOutcome.REPLY)
    rows = session.execute(
        sa.select(kind, sa.func.count(), sa.func.sum(col(Attempt.unconfirmed_micro)))
        .where(*mine)
        .group_by(kind)
        .order_by(sa.func.count().desc(), kind)
    ).all()
    found = []
    for name, tries, unconfirmed in rows:
        samples = session.execute(
            sa.select(col(Attempt.message), col(Attempt.sample))
            .where(*mine, kind == name)
            .order_by(col(Attempt.id).desc())
            .limit(SAMPLES)
        )
        texts = (sample or message for message, sample in samples)
        found.append(
            FailedTries(
                kind=name,
                tries=tries,
                unconfirmed_micro=int(unconfirmed),
                samples=tuple(dict.fromkeys(texts)),
            )
        )
    return found


def model_tries(session: Session, run_id: str) -> list[ModelTries]:
    """Say for each model of a run how many of its calls took more than one try."""
    per_call = (
        sa.select(col(Attempt.call_hash), sa.func.count().label("tries"))
        .where(col(Attempt.run_id) == run_id)
        .group_by(col(Attempt.call_hash))
        .subquery()
    )
    rows = session.execute(
        sa.select(
            col(Call.provider_id),
            col(Call.model),
            sa.func.count(),
            sa.func.sum(sa.case((per_call.c.tries > 1, 1), else_=0)),
            sa.func.sum(per_call.c.tries),
        )
        .join(per_call, per_call.c.call_hash == col(Call.hash))
        .group_by(col(Call.provider_id), col(Call.model))
        .order_by(col(Call.provider_id), col(Call.model))
    )
    return [
        ModelTries(
            provider_id=provider_id,
            model=model,
            calls=calls,
            retried=int(retried),
            tries=int(tries),
        )
        for provider_id, model, calls, retried, tries in rows
    ]


def run_replies(session: Session, run_id: str) -> Iterator[RunReply]:
    """Give every place of a run in order, a few at a time."""
    rows = session.execute(
        sa.select(RunCall, col(Question.body), Call, Answer)
        .join(Call, col(Call.hash) == col(RunCall.call_hash))
        .join(Question, col(Question.call_hash) == col(RunCall.call_hash))
        .outerjoin(Answer, col(Answer.call_hash) == col(RunCall.call_hash))
        .where(col(RunCall.run_id) == run_id)
        .order_by(col(RunCall.position))
        .execution_options(yield_per=500)
    )
    for link, body, call, answer in rows:
        yield RunReply(
            position=link.position,
            state=link.state,
            subject=link.subject,
            question=body,
            is_hit=link.is_hit,
            is_simulated=call.is_simulated,
            fault_kind=call.fault_kind,
            answer=answer,
        )
