"""Owns what figures stand on: whose labels, and how far they count as evidence about people.

Every object and report carries its standing, so that no figure can be quoted without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Say in one word how figures may be read.

    Retrospective figures look back at labels that anybody may have seen. A self-test looks at
    responses that were written to follow or to fail. Without human evidence, no figure says how far
    anything agrees with people. Simulated figures show the program and nothing else.
    """

    RETROSPECTIVE = "retrospective"
    SELF_TEST = "self-test"
    NO_HUMAN_EVIDENCE = "no human evidence"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Hold what a set of figures stands on.

    Attributes:
        kind: How they may be read.
        note: The same as a sentence without a full stop; it begins with the kind.
        gold: What the labels are called in a title: "the gold labels".
        workspace: What was taken from the workspace and what was left out, for JSON; empty for
            figures from files.
    """

    kind: Kind
    note: str
    gold: str = "the gold labels"
    workspace: Mapping[str, object] = field(default_factory=dict)


FILES = Standing(
    kind=Kind.RETROSPECTIVE,
    note=(
        "retrospective: these figures describe labels and verdicts handed in as files, which "
        "anybody may have seen before; they are no certificate"
    ),
)
RATERS_FILE = Standing(
    kind=Kind.RETROSPECTIVE,
    note=(
        "retrospective: these figures describe labels handed in as a file; whether the raters "
        "were people, and blind to one another, is not known here"
    ),
)
