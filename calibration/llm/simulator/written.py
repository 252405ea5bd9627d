"""Owns what a simulated model wrote before it becomes a chat completion."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model wrote.

    Attributes:
        reasoning: What it thought; "" for nothing.
    """

    text: str
    reasoning: str = ""
