"""Owns the record of what every verifier says of its approved cases, version by version.

``python -m tests.judging.verifier_outcomes`` records new cases. It refuses an outcome that has
changed while the version has not: the version is part of every rule judge's identity.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calibration.judging.verifiers.built_in import BUILT_IN
from calibration.judging.verifiers.parameters import Values
from calibration.judging.verifiers.verifier import Verifier, decide, read_values
from calibration.judging.verifiers.writing import Call, read_call

RECORD: Final = Path(__file__).with_name("verifier_outcomes.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a version of a verifier said of its cases, by their digests."""

    version: str
    outcomes: Mapping[str, str]


def outcomes_of(verifier: Verifier) -> Recorded:
    """Run a verifier on its cases: the result, and the lines and columns it points at."""
    found = {}
    for case in verifier.cases:
        call = read_call(case.call)
        assert isinstance(call, Call), call
        values = read_values(verifier, call)
        assert isinstance(values, Values), values
        outcome = decide(verifier, case.text, values)
        digest = hashlib.sha256(f"{case.call}\0{case.text}".encode()).hexdigest()[:16]
        places = "".join(f" {place.line}:{place.column}" for place in outcome.where)
        found[digest] = f"{outcome.result.value}{places}"
    return Recorded(version=verifier.version, outcomes=found)


def read_record() -> dict[str, Recorded]:
    """Read what was recorded last."""
    rows = json.loads(RECORD.read_text(encoding="utf-8"))
    return {
        name: Recorded(version=row["version"], outcomes=row["outcomes"])
        for name, row in rows.items()
    }


def changed(before: Recorded | None, now: Recorded) -> tuple[str, ...]:
    """Name the cases whose outcome is another one, or that are gone, in the same version."""
    if before is None or before.version != now.version:
        return ()
    return tuple(
        digest for digest, said in before.outcomes.items() if now.outcomes.get(digest) != said
    )


def main(verifiers: Sequence[Verifier] = BUILT_IN) -> int:
    """Record all outcomes, unless one has changed without its version."""
    before = read_record() if RECORD.exists() else {}
    now = {one.name: outcomes_of(one) for one in verifiers}
    if any(changed(before.get(name), row) for name, row in now.items()):
        return 1
    rows = {
        name: {"version": row.version, "outcomes": dict(row.outcomes)} for name, row in now.items()
    }
    RECORD.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
