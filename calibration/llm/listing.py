"""Owns what a provider says it has: the names of its models, for hints and choices.

Many servers list none, so nothing depends on it.
"""

from dataclasses import dataclass
from typing import Final

from calibration.llm.redaction import as_list, as_mapping, as_text, read_json, storable

MOST_NAMES: Final = 2000
LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What came back for ``GET /models``.

    Attributes:
        is_api: An API answered: with a list, or with a refusal of the key told as JSON.
        names: As listed; empty when nothing was.
        is_simulated: Who listed them says that no model is behind it.
    """

    is_api: bool = False
    names: tuple[str, ...] = ()
    is_simulated: bool = False


def read_listing(status: int, content: bytes, *, key: str | None) -> Listing:
    """Read the list; what is none is an empty one."""
    try:
        body = storable(read_json(content.decode("utf-8-sig", "replace")), key)
    except (ValueError, RecursionError):
        return Listing()
    if status in (401, 403):
        return Listing(is_api=bool(as_mapping(body)))
    if status != 200 or "data" not in as_mapping(body):
        return Listing()
    models = as_list(as_mapping(body)["data"])[:MOST_NAMES]
    names = (as_text(as_mapping(model).get("id"))[:LONGEST_NAME] for model in models)
    return Listing(is_api=True, names=tuple(name for name in names if name))
