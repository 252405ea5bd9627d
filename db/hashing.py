"""Owns content hashes: an algorithm prefix over canonical JSON.

Two values hash alike exactly when their canonical JSON is the same bytes: keys sorted, no spaces,
UTF-8, no NaN. Changing anything here changes every stored identity; it is a breaking change.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]

PREFIX: Final = "sha256:"


def canonical_json(value: Json) -> str:
    """Write a value as the one JSON text that stands for it.

    Raises:
        ValueError: The value holds NaN, an infinity or a lone surrogate.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    text.encode("utf-8")
    return text


def content_hash(value: Json) -> str:
    """Hash a value: ``sha256:`` and 64 hexadecimal digits."""
    return PREFIX + hashlib.sha256(canonical_json(value).encode("utf-8")).hexdigest()
