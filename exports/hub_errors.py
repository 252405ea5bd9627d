"""Owns what a person reads when the hub refuses, fails or cannot be reached: one sentence each.

No sentence holds a token: what the hub itself says is quoted only after the token is taken out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Final

from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

from db.errors import Conflict, External, Forbidden, GainsayError, Invalid, NotFound

LOG_IN: Final = (
    "log in with 'hf auth login', or put a token with write access into the environment variable "
    "HF_TOKEN"
)
AGAIN: Final = "Publish again: what was done already is found and not sent twice."

_SAID_CHARACTERS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What is being said to which hub.

    Attributes:
        doing: What is being done, as words after "while".
        token: What must stand in no sentence.
    """

    endpoint: str
    repo: str
    doing: str
    token: str = field(repr=False)


@contextmanager
def told_in_one_sentence(talk: Talk) -> Iterator[None]:
    """Turn whatever the hub's library raises into an error of ours.

    Raises:
        Conflict: Somebody was faster (409, 412).
        Forbidden: The token is not accepted, or may not do that (401, 403).
        NotFound: There is no such dataset (404).
        Invalid: The hub refuses the files (other 4xx).
        External: The hub cannot be reached, fails, or does not answer as one.
    """
    try:
        yield
    except GainsayError:
        raise
    except Exception as error:
        # The library lets errors of half a dozen packages through, some of them wrapped twice.
        raise _told(error, talk) from error


def _told(error: Exception, talk: Talk) -> GainsayError:
    chain = list(_chain(error))
    # Behind this one stands the bare answer, without what is wrong.
    if isinstance(error, ValueError) and str(error).startswith("Invalid metadata"):
        return Invalid(
            f"The hub {talk.endpoint!r} refuses the metadata of the card, and no file was sent: "
            f"{_said(str(error), talk)}."
        )
    for cause in chain:
        if isinstance(cause, OfflineModeIsEnabled):
            return External(
                "The hub was not asked, because HF_HUB_OFFLINE is set in the environment; unset it."
            )
        if isinstance(cause, HfHubHTTPError) and cause.response is not None:
            return _refused(cause, talk)
    for cause in chain:
        sentence = _unreachable(cause, talk)
        if sentence:
            return External(sentence, retryable=True)
    # A hub that is busy may send a page instead of an answer.
    is_page = any(isinstance(cause, JSONDecodeError) for cause in chain)
    return External(
        f"{talk.endpoint!r} does not answer as a hub does while {talk.doing} "
        f"({type(error).__name__}); check the address{', or publish again later' * is_page}.",
        retryable=is_page,
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _refused(error: HfHubHTTPError, talk: Talk) -> GainsayError:
    status, hub, repo = error.response.status_code, repr(talk.endpoint), repr(talk.repo)
    if status == 401:
        return Forbidden(f"The hub {hub} does not accept the token (401) for {repo}; {LOG_IN}.")
    if status == 403:
        return Forbidden(
            f"The token may not do this to {repo} on {hub} (403, while {talk.doing}); use a token "
            "with write access to it."
        )
    if status == 404:
        return NotFound(
            f"The hub {hub} knows no dataset {repo}, or does not show it to this token (404, while "
            f"{talk.doing}); check the name and the token."
        )
    if status in (409, 412):
        return Conflict(
            f"Somebody else changed {repo} on {hub} meanwhile ({status}, while {talk.doing}); no "
            "version was published. Publish again to compare."
        )
    if status == 408 or status == 429 or status >= 500:
        return External(
            f"The hub {hub} failed or is busy ({status}, while {talk.doing}); no version was "
            f"published. {AGAIN}",
            retryable=True,
        )
    said = _said(error.server_message or "", talk)
    return Invalid(
        f"The hub {hub} refuses {repo} ({status}, while {talk.doing})"
        f"{': ' + said if said else ''}; no version was published."
    )


def _unreachable(error: BaseException, talk: Talk) -> str:
    """Say why there was no answer; empty when the error is of another kind."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    hub, text = repr(talk.endpoint), str(error).lower()
    if "TimeoutException" in kinds:
        return f"The hub {hub} did not answer in time while {talk.doing}. {AGAIN}"
    if "ConnectError" in kinds or "ProxyError" in kinds:
        if "certificate" in text or "ssl" in text:
            return f"The certificate of the hub {hub} cannot be checked; nothing was sent to it."
        if "name or service" in text or "name resolution" in text or "getaddrinfo" in text:
            return f"The name of the hub {hub} cannot be resolved; check it and the network."
        return f"The hub {hub} cannot be reached; check the address and the network."
    if "TransportError" in kinds:
        return f"The connection to the hub {hub} broke while {talk.doing}. {AGAIN}"
    return ""


def _said(text: str, talk: Talk) -> str:
    hidden = text.replace(talk.token, "(token)") if talk.token else text
    return " ".join(hidden.split())[:_SAID_CHARACTERS].rstrip(".")
