"""Owns what a person does with a run: who may, and one transaction that does it and notes it."""

from collections.abc import Callable

from calibration.runs.entering import Actor
from calibration.runs.permission import refuse_spending
from db.engine import Session, reading, writing
from db.errors import Invalid
from db.ledger.queries import states
from db.ledger.runs import Run

MOST_REASON = 500


def pause(actor: Actor, run_id: str, *, reason: str = "") -> None:
    """Let no further call of a run begin; those under way are finished.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: There is no such run.
        Conflict: It is not being worked on.
    """
    reason = _checked(reason)
    _steer(
        actor,
        lambda session: states.pause_run(
            session, run_id, actor=actor.id, reason=reason, now=actor.now
        ),
    )


def resume(actor: Actor, run_id: str) -> None:
    """Let a paused run go on.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: There is no such run.
        Conflict: It is not paused.
    """
    _steer(
        actor,
        lambda session: states.resume_run(session, run_id, actor=actor.id, now=actor.now),
    )


def cancel(actor: Actor, run_id: str, *, reason: str) -> None:
    """End a run for good, with a reason; answers that are there stay.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: There is no such run.
        Conflict: It has ended.
        Invalid: There is no reason.
    """
    reason = _checked(reason)
    if not reason:
        raise Invalid("A run is cancelled for a reason; say in a few words why.")
    _steer(
        actor,
        lambda session: states.cancel_run(
            session, run_id, actor=actor.id, reason=reason, now=actor.now
        ),
    )


def raise_cap(actor: Actor, run_id: str, *, cap_micro: int) -> None:
    """Let a run cost more; one that was paused for its cap goes on.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: There is no such run.
        Conflict: It has ended.
        Invalid: The cap is not above the one it has.
    """
    _steer(
        actor,
        lambda session: states.raise_cap(
            session, run_id, cap_micro=cap_micro, actor=actor.id, now=actor.now
        ),
    )


def _steer(actor: Actor, change: Callable[[Session], Run]) -> None:
    with reading(actor.workspace) as work:
        refuse_spending(work, actor.id)
    with writing(actor.ledger) as session:
        change(session)


def _checked(reason: str) -> str:
    if len(reason) > MOST_REASON:
        raise Invalid(f"The reason has {len(reason)} characters; say it in at most {MOST_REASON}.")
    return reason.strip()
