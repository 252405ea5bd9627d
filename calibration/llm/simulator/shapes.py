"""Owns the filling of a JSON schema: known fields with what is known, the rest plausibly."""

import random
from collections.abc import Mapping, Sequence
from typing import Final

from calibration.llm.redaction import as_list, as_mapping, as_text
from db.hashing import Json

DEEPEST: Final = 12
LONGEST: Final = 50


def filled(
    schema: Mapping[str, Json], known: Mapping[str, Json], stream: random.Random, *, depth: int = 0
) -> Json:
    """Write a value that obeys a schema.

    Args:
        schema: Of what is wanted; an empty one takes any object.
        known: Values by the name of the field that holds them.
        stream: Where what is not known is drawn from.
        depth: How deep the value stands.
    """
    if depth > DEEPEST:
        return None
    if "const" in schema:
        return schema["const"]
    options = as_list(schema.get("enum"))
    if options:
        return options[stream.randrange(len(options))]
    for several in ("anyOf", "oneOf"):
        choices = as_list(schema.get(several))
        if choices:
            return filled(as_mapping(choices[0]), known, stream, depth=depth + 1)
    kind = _kind(schema)
    if kind == "object":
        return _object(schema, known, stream, depth)
    if kind == "array":
        least = schema.get("minItems")
        count = least if isinstance(least, int) else 1
        # Lists in lists could grow without bounds.
        most = LONGEST if depth <= 2 else 1
        inner = as_mapping(schema.get("items"))
        return [filled(inner, known, stream, depth=depth + 1) for _ in range(min(count, most))]
    return _scalar(kind, stream)


def _object(
    schema: Mapping[str, Json], known: Mapping[str, Json], stream: random.Random, depth: int
) -> Json:
    fields = as_mapping(schema.get("properties"))
    if not fields:
        return dict(known)
    return {
        name: _field(name, as_mapping(inner), known, stream, depth)
        for name, inner in fields.items()
    }


def _field(
    name: str,
    schema: Mapping[str, Json],
    known: Mapping[str, Json],
    stream: random.Random,
    depth: int,
) -> Json:
    if name in known:
        fitted = _fitted(known[name], schema, stream, depth)
        if fitted is not None:
            return fitted
    return filled(schema, known, stream, depth=depth + 1)


def _fitted(value: Json, schema: Mapping[str, Json], stream: random.Random, depth: int) -> Json:
    """Give a known value in the type that is asked for; None when it cannot be."""
    options = as_list(schema.get("enum"))
    if options:
        return next((one for one in options if one == value or str(one) == str(value)), None)
    kind = _kind(schema)
    if kind == "array" and isinstance(value, Sequence) and not isinstance(value, str):
        inner = as_mapping(schema.get("items"))
        return [
            one if not isinstance(one, Mapping) else filled(inner, one, stream, depth=depth + 1)
            for one in value
        ]
    if kind == "object" and isinstance(value, Mapping):
        return filled(schema, value, stream, depth=depth + 1)
    return _as_scalar(value, kind)


def _as_scalar(value: Json, kind: str) -> Json:
    if kind == "string" and isinstance(value, str | int | float):
        return str(value)
    if kind == "boolean" and isinstance(value, bool | int):
        return bool(value)
    if kind in ("integer", "number") and isinstance(value, int | float):
        return int(value) if kind == "integer" else value
    return value if kind == "" else None


def _kind(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type")
    named = as_text(kind) or next((as_text(one) for one in as_list(kind) if one != "null"), "")
    return named or ("object" if "properties" in schema or not schema else "")


def _scalar(kind: str, stream: random.Random) -> Json:
    match kind:
        case "integer":
            return stream.randrange(2)
        case "number":
            return stream.randrange(100) / 100
        case "boolean":
            return stream.random() < 0.5
        case "null":
            return None
        case _:
            return "simulated"
