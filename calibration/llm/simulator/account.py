"""Owns the simulator's own account: what it was asked and what it charged.

A call is entered before its answer goes out, so whoever reads the account sees everything that a
client may have paid for.
"""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Final

from db.hashing import Json

# Sums are kept of all calls, and this many of the newest calls one by one.
KEPT: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One arrival.

    Attributes:
        request: Hash of the body.
        status: The status that is answered, 0 for none.
        micro: What it costs, in millionths of a dollar.
    """

    number: int
    request: str
    model: str
    status: int
    fault: str
    charged: bool
    input_tokens: int
    output_tokens: int
    micro: int


class Account:
    """Keeps entries and their sums."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._faults: Counter[str] = Counter()
        self._requests = 0
        self.charged = 0
        self._tokens = [0, 0]
        self._micro = 0

    def enter(self, entry: Entry) -> None:
        """Write one arrival down."""
        self._entries.append(entry)
        self._requests += 1
        self._faults[entry.fault or "none"] += 1
        if entry.charged:
            self.charged += 1
            self._tokens[0] += entry.input_tokens
            self._tokens[1] += entry.output_tokens
            self._micro += entry.micro

    def to_json(self, *, newest: int) -> dict[str, Json]:
        """Give the sums, and that many of the newest entries, the oldest of them first."""
        entries = list(self._entries)[-newest:] if newest > 0 else []
        return {
            "simulated": True,
            "requests": self._requests,
            "charged": self.charged,
            "input_tokens": self._tokens[0],
            "output_tokens": self._tokens[1],
            "micro_dollars": self._micro,
            "faults": dict(sorted(self._faults.items())),
            "calls": [asdict(entry) for entry in entries],
        }
