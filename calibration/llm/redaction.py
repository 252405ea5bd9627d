"""Owns what is taken out of anything a server sent before it is kept or shown.

The key, should a server echo it, and what no database can store: NUL, half characters, NaN.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from db.hashing import Json

IN_PLACE_OF_KEY: Final = "[key]"
# Placeholders such as "EMPTY" of local servers are no secrets, and may be words of an answer.
SHORTEST_SECRET: Final = 8
DEEPEST: Final = 100

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_BEARER: Final = re.compile(r"(?i)(bearer\s+)[^\s\"',;]{8,}")


class TooDeep(ValueError):
    """JSON nested deeper than any answer is."""


def read_json(text: str) -> Json:
    """Read JSON of a server.

    Raises:
        ValueError: It is none.
        RecursionError: It is nested beyond reason.
    """
    value: Json = json.loads(text)
    return value


def without_key(text: str, key: str | None) -> str:
    """Take the key, whatever is sent as one, and what cannot be stored out of a text."""
    return _BEARER.sub(rf"\1{IN_PLACE_OF_KEY}", _without(_UNSTORABLE.sub("�", text), key))


def storable(value: Json, key: str | None, *, depth: int = 0) -> Json:
    """Copy JSON without the key, NUL, half characters and numbers that are none.

    Raises:
        TooDeep: It is nested more than 100 levels.
    """
    if isinstance(value, str):
        return _without(_UNSTORABLE.sub("�", value), key)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int):
        return value
    if depth == DEEPEST:
        raise TooDeep(f"nested more than {DEEPEST} levels")
    if isinstance(value, Mapping):
        return {
            str(storable(name, key)): storable(part, key, depth=depth + 1)
            for name, part in value.items()
        }
    return [storable(part, key, depth=depth + 1) for part in value]


def as_mapping(value: object) -> Mapping[str, Json]:
    """Give a JSON object as it is, and an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: object) -> Sequence[Json]:
    """Give a JSON array as it is, and an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Give a text as it is, and an empty one for anything else."""
    return value if isinstance(value, str) else ""


def _without(text: str, key: str | None) -> str:
    if key is None or len(key) < SHORTEST_SECRET:
        return text
    return text.replace(key, IN_PLACE_OF_KEY)
