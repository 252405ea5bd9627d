"""Owns what people enter about models: one row and one event for each change, by whom it was made.

Rows are in the ledger and events in the workspace, which are two databases: the event is written
first and committed last, so that no change goes without its event but by a failing disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from calibration.llm.providers import ModelSpec, Provider
from calibration.runs.catalogue import remove_model as drop_model
from calibration.runs.catalogue import save_model, save_provider
from calibration.runs.permission import refuse_spending
from calibration.runs.specs import (
    provider_from_json,
    provider_to_json,
    spec_from_json,
    spec_to_json,
)
from db.engine import Engine, Session, reading, writing
from db.errors import Conflict, Invalid, NotFound
from db.hashing import Json, JsonObject
from db.ledger.queries import entries
from db.ledger.queries.states import day_budget, set_day_budget
from db.recording import recording

PROVIDER_ENTER: Final = "provider.enter"
PROVIDER_REMOVE: Final = "provider.remove"
MODEL_ENTER: Final = "model.enter"
MODEL_REMOVE: Final = "model.remove"
BUDGET_SET: Final = "budget.set"
MOST_TEXT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who changes something, where and when."""

    workspace: Engine
    ledger: Engine
    id: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What came of it.

    Attributes:
        is_new: It was not there before.
        changed: Names of the fields that are other than before; empty when nothing was written.
    """

    is_new: bool
    changed: tuple[str, ...]


def enter_provider(actor: Actor, provider: Provider) -> Entered:
    """Enter a provider, or change the one of that id; runs that were made keep what they have.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        Conflict: Its calls are marked simulated and it is not, or the other way round.
        Invalid: A text is too long.
    """
    for text in (provider.name, provider.base_url, provider.ca_bundle):
        _refuse_long(text)
    with _both(actor) as (work, ledger):
        before = entries.provider_body(ledger, provider.id)
        after = provider_to_json(provider)
        if before is not None and not _differing(before, after):
            return Entered(is_new=False, changed=())
        _refuse_other_calls(ledger, provider)
        with recording(
            work,
            now=actor.now,
            actor_id=actor.id,
            action=PROVIDER_ENTER,
            subject_kind="provider",
            subject_id=provider.id,
        ) as record:
            changed = _tell(record.before, record.after, before, after)
        save_provider(ledger, provider, now=actor.now)
    return Entered(is_new=before is None, changed=changed)


def remove_provider(actor: Actor, provider_id: str) -> None:
    """Take a provider without models off the list; its calls and runs stay.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: It is not there.
        Conflict: It still has models.
    """
    with _both(actor) as (work, ledger):
        entries.remove_provider(ledger, provider_id)
        with recording(
            work,
            now=actor.now,
            actor_id=actor.id,
            action=PROVIDER_REMOVE,
            subject_kind="provider",
            subject_id=provider_id,
        ) as record:
            record.after["removed"] = True


def enter_model(actor: Actor, spec: ModelSpec) -> Entered:
    """Enter a model, or change it; a new price is kept beside those before.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: Its provider was not entered.
        Invalid: A text is too long, or a price has no day.
    """
    for text in (spec.name, spec.snapshot_expected):
        _refuse_long(text)
    with _both(actor) as (work, ledger):
        before = entries.model_body(ledger, spec.provider_id, spec.name)
        after = spec_to_json(spec)
        if before is not None and not _differing(before, after):
            return Entered(is_new=False, changed=())
        with recording(
            work,
            now=actor.now,
            actor_id=actor.id,
            action=MODEL_ENTER,
            subject_kind="model",
            subject_id=f"{spec.provider_id}/{spec.name}",
        ) as record:
            changed = _tell(record.before, record.after, before, after)
        save_model(ledger, spec, actor=actor.id, now=actor.now)
    return Entered(is_new=before is None, changed=changed)


def remove_model(actor: Actor, provider_id: str, name: str) -> None:
    """Take a model off the list with its prices; its calls and runs stay and keep theirs.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        NotFound: It is not there.
    """
    with _both(actor) as (work, ledger):
        drop_model(ledger, provider_id, name)
        with recording(
            work,
            now=actor.now,
            actor_id=actor.id,
            action=MODEL_REMOVE,
            subject_kind="model",
            subject_id=f"{provider_id}/{name}",
        ) as record:
            record.after["removed"] = True


def set_day_cap(actor: Actor, cap_micro: int | None) -> bool:
    """Set what all runs of the workspace may cost in a day (UTC), None for no limit; say if new.

    Raises:
        Forbidden: The actor is neither an admin nor a lead of everything.
        Invalid: It is less than nothing.
    """
    with _both(actor) as (work, ledger):
        before, _ = day_budget(ledger, "")
        if before == cap_micro:
            return False
        set_day_budget(ledger, cap_micro)
        with recording(
            work,
            now=actor.now,
            actor_id=actor.id,
            action=BUDGET_SET,
            subject_kind="budget",
            subject_id="day",
        ) as record:
            record.before["day_cap_micro"] = before
            record.after["day_cap_micro"] = cap_micro
    return True


def find_provider(ledger: Engine, provider_id: str) -> Provider:
    """Give a provider as it is entered.

    Raises:
        NotFound: It is not there.
    """
    with reading(ledger) as session:
        body = entries.provider_body(session, provider_id)
    if body is None:
        raise NotFound(f"There is no provider {provider_id!r}; 'gainsay models list' shows all.")
    return provider_from_json(body)


def find_model(ledger: Engine, provider_id: str, name: str) -> ModelSpec | None:
    """Give a model as it is entered; None when it is not there."""
    with reading(ledger) as session:
        body = entries.model_body(session, provider_id, name)
    return None if body is None else spec_from_json(body)


@contextmanager
def _both(actor: Actor) -> Iterator[tuple[Session, Session]]:
    with writing(actor.workspace) as work:
        refuse_spending(work, actor.id)
        with writing(actor.ledger) as ledger:
            yield work, ledger


def _refuse_other_calls(ledger: Session, provider: Provider) -> None:
    if entries.has_other_calls(ledger, provider.id, is_simulated=provider.is_simulated):
        was, now = ("real", "simulated") if provider.is_simulated else ("simulated", "real")
        raise Conflict(
            f"The provider {provider.id!r} has calls that are {was} and cannot become {now}; enter "
            "it under another id."
        )


def _refuse_long(text: str) -> None:
    if len(text) > MOST_TEXT:
        raise Invalid(
            f"A text of {len(text)} characters ({text[:20]!r}...) is too long; use {MOST_TEXT} at "
            "most."
        )


def _differing(before: JsonObject, after: JsonObject) -> tuple[str, ...]:
    return tuple(name for name, value in after.items() if before.get(name) != value)


def _tell(
    was: dict[str, Json], became: dict[str, Json], before: JsonObject | None, after: JsonObject
) -> tuple[str, ...]:
    """Write what is other than before; of what is new all that says something."""
    if before is None:
        became.update({name: value for name, value in after.items() if value not in (None, "")})
        return tuple(became)
    changed = _differing(before, after)
    was.update({name: before.get(name) for name in changed})
    became.update({name: after[name] for name in changed})
    return changed
