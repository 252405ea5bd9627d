"""Owns who answered: the model that was asked or another, and a model or a simulator.

Names are compared without the path in front of them. A bare name may answer with a dated one, as
``gpt-4o`` does with ``gpt-4o-2024-08-06``; ``gpt-4o-mini`` is another model.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from calibration.llm.providers import ModelSpec
from calibration.llm.redaction import as_mapping
from db.hashing import Json

SIMULATED_FINGERPRINT: Final = "gainsay-simulated"
SIMULATED_HEADER: Final = "x-gainsay-simulated"

_DATED: Final = re.compile(r"(.+?)[-@:](\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|\d{3,8})")
_LOOSE: Final = re.compile(r"(.+?)[-@:](?:latest|preview|exp|beta|free)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    base: str
    dates: tuple[str, ...]


def is_right_model(spec: ModelSpec, snapshot: str) -> bool:
    """Tell whether the model that answered is the one that was asked.

    Args:
        spec: What is known of the model that was asked.
        snapshot: The name that came back.
    """
    if spec.snapshot_expected:
        return snapshot == spec.snapshot_expected
    asked, answered = _parted(spec.name), _parted(snapshot)
    if asked.base != answered.base:
        return False
    return not asked.dates or not answered.dates or asked.dates == answered.dates


def is_marked_simulated(headers: Mapping[str, str], body: Json) -> bool:
    """Tell whether an answer says of itself that no model wrote it."""
    if headers.get(SIMULATED_HEADER):
        return True
    return as_mapping(body).get("system_fingerprint") == SIMULATED_FINGERPRINT


def _parted(name: str) -> _Name:
    base = name.strip().lower().rstrip("/").rpartition("/")[2]
    dates: list[str] = []
    while True:
        if found := _LOOSE.fullmatch(base):
            base = found[1]
        elif found := _DATED.fullmatch(base):
            base = found[1]
            dates.insert(0, found[2])
        else:
            return _Name(base=base, dates=tuple(dates))
