"""Owns tests of connections that the app makes: each in a thread of its own, never in a page.

A page begins one, and a fragment looks until its report is there. Nothing is kept but the last
reports of this process; none of them holds a key.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Final

from calibration.llm.connection import ConnectionReport, try_connection
from calibration.runs.specs import Target
from db.errors import Conflict, GainsayError

LOGGER: Final = logging.getLogger(__name__)
# A model that thinks before it answers needs some of this; a test is not waited for any longer.
MOST_SECONDS: Final = 30.0
AT_ONCE: Final = 4
KEPT: Final = 64

KeySource = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A test of one model, as it was entered when the test began.

    Attributes:
        report: What was found; None while it is under way, or when ``problem`` says why not.
    """

    target: Target
    report: ConnectionReport | None = None
    problem: str = ""

    @property
    def is_under_way(self) -> bool:
        """Tell whether its answer is still waited for."""
        return self.report is None and not self.problem


class Connecting:
    """The tests of this process, by whose they are."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._trials: OrderedDict[tuple[str, str, str], Trial] = OrderedDict()

    def begin(self, whose: str, target: Target, find_key: KeySource) -> None:
        """Begin a test, unless the same one is under way.

        Raises:
            Conflict: Too many are under way.
        """
        trial = Trial(target=target)
        with self._lock:
            under_way = [one for one in self._trials.values() if one.is_under_way]
            known = self._trials.get((whose, *target.name))
            if known is not None and known.is_under_way and known.target == target:
                return
            if len(under_way) >= AT_ONCE:
                raise Conflict(
                    f"{AT_ONCE} connections are being tested already; try again in half a minute."
                )
            self._keep(whose, trial)
        Thread(
            target=self._run, args=(whose, trial, find_key), name="connection test", daemon=True
        ).start()

    def find(self, whose: str, target: Target) -> Trial | None:
        """Give a person's last test of a model; None when it was entered otherwise then."""
        with self._lock:
            found = self._trials.get((whose, *target.name))
        return found if found is not None and found.target == target else None

    def _run(self, whose: str, trial: Trial, find_key: KeySource) -> None:
        done = _tried(trial.target, find_key)
        with self._lock:
            if self._trials.get((whose, *trial.target.name)) is trial:
                self._keep(whose, done)

    def _keep(self, whose: str, trial: Trial) -> None:
        place = (whose, *trial.target.name)
        self._trials[place] = trial
        self._trials.move_to_end(place)
        while len(self._trials) > KEPT:
            self._trials.popitem(last=False)


def _tried(target: Target, find_key: KeySource) -> Trial:
    provider = target.provider
    try:
        key = find_key(provider.key_name) if provider.key_name else None
        report = asyncio.run(
            try_connection(
                provider, target.spec, key, timeout=min(MOST_SECONDS, provider.timeout_seconds)
            )
        )
    except GainsayError as error:
        return Trial(target=target, problem=str(error))
    except Exception as error:
        # Whatever it holds may hold a key.
        LOGGER.error("a connection test broke with %s", type(error).__name__)
        return Trial(
            target=target,
            problem=f"The test broke in a way that is not known ({type(error).__name__}), so "
            "report it.",
        )
    return Trial(target=target, report=report)
