"""Owns the simulator's dice: the same seed and the same words give the same numbers, anywhere."""

import hashlib
import random
from typing import Final

from db.hashing import Json, canonical_json

_SPAN: Final = 2**64


def share(seed: int, *what: Json) -> float:
    """Draw a number from 0 to below 1 that stands for ``what`` under this seed."""
    digest = hashlib.sha256(canonical_json([seed, *what]).encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") / _SPAN


def dice(seed: int, *what: Json) -> random.Random:
    """Give a stream of numbers that stands for ``what`` under this seed."""
    digest = hashlib.sha256(canonical_json([seed, *what]).encode("utf-8")).digest()
    return random.Random(int.from_bytes(digest, "big"))
