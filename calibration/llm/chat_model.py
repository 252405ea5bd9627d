"""Owns the one shape in which the rest of the program knows a model: something that can be asked.

The client of real providers, the simulator behind it and a test's own answers all have it.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from calibration.llm.replies import Reply
from calibration.llm.requests import ChatRequest

# Gives the key of a name, or None when there is none.
KeySource: TypeAlias = Callable[[str], str | None]


class ChatModel(Protocol):
    """Something that answers requests."""

    async def ask(self, request: ChatRequest, *, timeout: float) -> Reply:
        """Ask once, without trying again.

        Args:
            request: What to ask.
            timeout: Seconds from the first byte sent to the last one received.

        Raises:
            ModelFault: There is no answer; nothing else is ever raised, cancelling apart.
        """
        ...
