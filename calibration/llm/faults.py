"""Owns the faults of a model call: every way to get no answer, and what each means.

One table says of each kind whether trying again may help, whether money may have been spent when
the bytes were out, and whether a whole run has to stop for it. No fault ever holds a key.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from db.errors import External

SAMPLE_LENGTH: Final = 500
LONGEST_RETRY_AFTER: Final = 120.0


class FaultKind(StrEnum):
    """Why there is no answer."""

    NO_KEY = "no_key"
    WRONG_KEY = "wrong_key"
    QUOTA = "quota"
    UNKNOWN_MODEL = "unknown_model"
    WRONG_PATH = "wrong_path"
    REDIRECTED = "redirected"
    BAD_REQUEST = "bad_request"
    REQUEST_TOO_LARGE = "request_too_large"
    CONTEXT_OVERFLOW = "context_overflow"
    SCHEMA_REFUSED = "schema_refused"
    # The provider's filter stopped the question; no model saw it.
    INPUT_FILTERED = "input_filtered"
    RATE_LIMITED = "rate_limited"
    CONFLICT = "conflict"
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    CONNECTION_LOST = "connection_lost"
    # A web page, cut JSON, no choices, no content: something answered, and it is no chat answer.
    GARBAGE = "garbage"
    REPLY_TOO_LARGE = "reply_too_large"
    WRONG_MODEL = "wrong_model"
    UNMARKED_SIMULATOR = "unmarked_simulator"


class StopReason(StrEnum):
    """What a fault means for a whole run: it pauses for this."""

    KEY = "key"
    QUOTA = "quota"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultMeaning:
    """What follows from a kind of fault.

    Attributes:
        retryable: The same request may succeed later.
        may_cost: Once bytes were sent, the provider may have charged for it. False where it
            answered that it did no work, which nobody charges for.
        stops: The whole run pauses, for every further call would end alike.
    """

    retryable: bool = False
    may_cost: bool = False
    stops: StopReason | None = None


MEANINGS: Final[dict[FaultKind, FaultMeaning]] = {
    FaultKind.NO_KEY: FaultMeaning(stops=StopReason.KEY),
    FaultKind.WRONG_KEY: FaultMeaning(stops=StopReason.KEY),
    FaultKind.QUOTA: FaultMeaning(stops=StopReason.QUOTA),
    FaultKind.UNKNOWN_MODEL: FaultMeaning(stops=StopReason.PROVIDER),
    FaultKind.WRONG_PATH: FaultMeaning(stops=StopReason.PROVIDER),
    FaultKind.REDIRECTED: FaultMeaning(stops=StopReason.PROVIDER),
    FaultKind.BAD_REQUEST: FaultMeaning(),
    FaultKind.REQUEST_TOO_LARGE: FaultMeaning(),
    FaultKind.CONTEXT_OVERFLOW: FaultMeaning(),
    FaultKind.SCHEMA_REFUSED: FaultMeaning(stops=StopReason.PROVIDER),
    FaultKind.INPUT_FILTERED: FaultMeaning(),
    FaultKind.RATE_LIMITED: FaultMeaning(retryable=True),
    FaultKind.CONFLICT: FaultMeaning(retryable=True),
    FaultKind.SERVER_ERROR: FaultMeaning(retryable=True, may_cost=True),
    FaultKind.OVERLOADED: FaultMeaning(retryable=True, may_cost=True),
    FaultKind.TIMEOUT: FaultMeaning(retryable=True, may_cost=True),
    FaultKind.UNREACHABLE: FaultMeaning(retryable=True),
    FaultKind.CERTIFICATE: FaultMeaning(stops=StopReason.PROVIDER),
    FaultKind.CONNECTION_LOST: FaultMeaning(retryable=True, may_cost=True),
    FaultKind.GARBAGE: FaultMeaning(retryable=True, may_cost=True),
    FaultKind.REPLY_TOO_LARGE: FaultMeaning(may_cost=True),
    FaultKind.WRONG_MODEL: FaultMeaning(may_cost=True, stops=StopReason.PROVIDER),
    FaultKind.UNMARKED_SIMULATOR: FaultMeaning(may_cost=True, stops=StopReason.PROVIDER),
}


class ModelFault(External):
    """A model call that gave no answer; ``str(fault)`` is one sentence with the way out.

    Attributes:
        kind: Why.
        retryable: The same request may succeed later.
        was_sent: Bytes of the request went out.
        may_cost: Bytes went out and nothing says that the provider did no work, so its price
            stays unconfirmed.
        retry_after: Seconds that the server asks to wait, at most 120; None if it asks nothing.
        status: HTTP status, if a server answered.
        sample: The first 500 characters of what came, without the key; may be empty.
        provider_request_id: The provider's name for this call; "" if it gave none.
        stops: Why a whole run has to pause; None when other calls may go on.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: FaultKind,
        was_sent: bool,
        retry_after: float | None = None,
        status: int | None = None,
        sample: str = "",
        provider_request_id: str = "",
    ) -> None:
        meaning = MEANINGS[kind]
        super().__init__(message, retryable=meaning.retryable)
        self.kind = kind
        self.was_sent = was_sent
        # Whoever refuses a request with 4xx did not work on it.
        is_refused = status is not None and 400 <= status < 500
        self.may_cost = was_sent and meaning.may_cost and not is_refused
        self.retry_after = None if retry_after is None else min(retry_after, LONGEST_RETRY_AFTER)
        self.status = status
        self.sample = sample[:SAMPLE_LENGTH]
        self.provider_request_id = provider_request_id
        self.stops = meaning.stops
