"""Owns the kinds of runs: what is made of an answer once it is in the ledger.

An apply step is idempotent: two SQLite files are not changed as one, so after a crash it runs
again for answers it has dealt with. Kinds of other packages register as entry points.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Final, TypeAlias

from db.engine import Engine, Session
from db.errors import Invalid
from db.ledger.queries.chunks import UnappliedAnswer, has_unapplied, has_work

GROUP: Final = "gainsay.run_kinds"
QUESTIONS: Final = "questions"

Apply: TypeAlias = Callable[[Engine, UnappliedAnswer], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKind:
    """A kind of run.

    Attributes:
        name: As it stands in the ledger.
        apply: Makes something of an answer in the workspace, idempotent; None where the answer in
            the ledger is all there is to it.
    """

    name: str
    apply: Apply | None = None


@cache
def run_kinds() -> dict[str, RunKind]:
    """Give every kind by its name.

    Raises:
        Invalid: Two kinds have one name.
    """
    kinds = {QUESTIONS: RunKind(name=QUESTIONS)}
    for entry in entry_points(group=GROUP):
        kind: RunKind = entry.load()
        if kind.name in kinds:
            raise Invalid(
                f"Two kinds of runs are called {kind.name!r}, one by {entry.value!r}; remove a "
                "package."
            )
        kinds[kind.name] = kind
    return kinds


def applied_kinds() -> tuple[str, ...]:
    """Name the kinds of which something is made in the workspace."""
    return tuple(name for name, kind in run_kinds().items() if kind.apply is not None)


def is_needed(session: Session) -> bool:
    """Whether a worker has anything to do: a run to work on, or answers to apply."""
    return has_work(session) or has_unapplied(session, applied_kinds())


def kind_named(name: str) -> RunKind:
    """Give a kind.

    Raises:
        Invalid: There is none of that name.
    """
    kinds = run_kinds()
    if name not in kinds:
        raise Invalid(f"There is no kind of run {name!r}; there are {', '.join(sorted(kinds))}.")
    return kinds[name]
