"""Owns the sentences that a fault is told in: what happened, and the way out, in one sentence.

The server's own words are quoted where it gave some; the key never is.
"""

from typing import Final

from calibration.llm.faults import FaultKind
from calibration.llm.providers import Provider

QUOTED: Final = 200

# {status} is followed by what the server said, if anything.
_SENTENCES: Final[dict[FaultKind, str]] = {
    FaultKind.NO_KEY: (
        "{provider} refuses requests without a key ({status}): enter the name of its key, and put "
        "the key into the environment or secrets.toml."
    ),
    FaultKind.WRONG_KEY: (
        "{provider} refuses the key {key!r} ({status}): put a valid one into the environment or "
        "secrets.toml."
    ),
    FaultKind.QUOTA: (
        "The account at {provider} has no credit or quota left ({status}): top it up there, then "
        "resume."
    ),
    FaultKind.UNKNOWN_MODEL: (
        "{provider} knows no model {model!r} for this key ({status}): write the name as the "
        "provider lists it."
    ),
    FaultKind.WRONG_PATH: (
        "{provider} has no chat completions under {url!r} ({status}): correct the base URL, which "
        "usually ends in '/v1'."
    ),
    FaultKind.REDIRECTED: (
        "{provider} sends requests on to another address ({status}), and no key is sent after "
        "them: enter the final address as the base URL instead of {url!r}."
    ),
    FaultKind.BAD_REQUEST: (
        "{provider} refuses a request to {model!r} ({status}): change its parameters, or what is "
        "entered about the model."
    ),
    FaultKind.REQUEST_TOO_LARGE: (
        "{provider} refuses a request to {model!r} as too large ({status}): shorten it."
    ),
    FaultKind.CONTEXT_OVERFLOW: (
        "A request is longer than {model!r} of {provider} can read ({status}): shorten it, lower "
        "max_tokens, or take a model with a larger context."
    ),
    FaultKind.SCHEMA_REFUSED: (
        "{model!r} of {provider} does not take a JSON schema ({status}): switch structured output "
        "off for this model."
    ),
    FaultKind.INPUT_FILTERED: (
        "The content filter of {provider} stopped a question before {model!r} saw it ({status}): "
        "reword it, or ask a model of another provider."
    ),
    FaultKind.RATE_LIMITED: (
        "{provider} takes no more requests to {model!r} for now ({status}): wait, or lower the "
        "requests per minute of the model."
    ),
    FaultKind.CONFLICT: (
        "{provider} says that a request to {model!r} collided with another ({status}): try again."
    ),
    FaultKind.SERVER_ERROR: (
        "{provider} failed to answer for {model!r} ({status}): try again later."
    ),
    FaultKind.OVERLOADED: (
        "{provider} has no capacity for {model!r} at the moment ({status}): try again later."
    ),
    FaultKind.TIMEOUT: (
        "{provider} gave up on a request to {model!r} for lack of time ({status}): try again, or "
        "lower max_tokens."
    ),
}


def refusal_sentence(
    kind: FaultKind, *, provider: Provider, model: str, status: int, said: str
) -> str:
    """Tell a refusal by a server.

    Args:
        kind: One that a status can mean.
        provider: Whose server it was.
        model: The name that was asked for.
        status: Of the response.
        said: The server's own sentence, without the key; may be empty.
    """
    sentence = _SENTENCES[kind].format(
        provider=named(provider),
        model=model,
        status=f"status {status}{quoted(said)}",
        url=provider.base_url,
        key=provider.key_name,
    )
    return sentence[0].upper() + sentence[1:]


def named(provider: Provider) -> str:
    """Name a provider in a sentence."""
    return f"provider {provider.id!r}"


def quoted(said: str) -> str:
    """Quote what a server said, on one line and not at length."""
    line = " ".join(said.split())
    return f", {line[:QUOTED]!r}" if line else ""
