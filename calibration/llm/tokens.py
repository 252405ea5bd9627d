"""Owns how many tokens a request has at most, and how many were used when the server does not say.

No tokenizer is needed: in a byte-level vocabulary each token is at least one byte of the UTF-8
text, so bytes bound tokens from above. English is overestimated about fourfold, Chinese threefold.
What the chat template adds around messages is allowed for.
"""

from typing import Final

from calibration.llm.replies import Usage
from calibration.llm.requests import ChatRequest
from db.hashing import canonical_json

PER_MESSAGE: Final = 16
PER_REQUEST: Final = 64


def most_input_tokens(request: ChatRequest) -> int:
    """Bound the tokens of a request from above."""
    texts = [message.content for message in request.messages]
    if request.response_format is not None:
        texts.append(canonical_json(request.response_format))
    texts += [canonical_json(tool) for tool in request.tools]
    return PER_REQUEST + sum(PER_MESSAGE + _bytes(text) for text in texts)


def estimated_usage(
    request: ChatRequest, *, texts: tuple[str | None, ...], may_hide_tokens: bool
) -> Usage:
    """Bound from above what an answer used that came without counts.

    Args:
        request: What was asked.
        texts: What was written, reasoning and answer.
        may_hide_tokens: The model reasons, perhaps without showing it; then only the limit that
            was sent bounds what it wrote.
    """
    written = 1 + sum(_bytes(text) for text in texts if text)
    most = request.sampling.max_tokens
    return Usage(
        input_tokens=most_input_tokens(request),
        output_tokens=most if may_hide_tokens else min(written, most),
        is_estimated=True,
    )


def _bytes(text: str) -> int:
    return len(text.encode("utf-8"))
