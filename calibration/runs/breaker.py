"""Owns when a provider counts as down: after twenty failures in a row."""

from typing import Final

from calibration.llm.faults import FaultKind, ModelFault

IN_A_ROW: Final = 20
# A server that says "later" is not down.
PATIENT: Final = frozenset({FaultKind.RATE_LIMITED})


class Breaker:
    """Counts the failures of one model since its last answer."""

    def __init__(self) -> None:
        self._failures = 0

    def note_answer(self) -> None:
        """A call was answered: the provider is there."""
        self._failures = 0

    def note_fault(self, fault: ModelFault) -> bool:
        """A call failed; say whether that makes too many in a row."""
        if not fault.retryable or fault.kind in PATIENT:
            return False
        self._failures += 1
        return self._failures >= IN_A_ROW

    @property
    def failures(self) -> int:
        """How many calls failed since the last answer."""
        return self._failures
