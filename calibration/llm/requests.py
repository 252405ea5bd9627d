"""Owns what is asked of a model, and the hash that is the identity of a question.

Two requests hash alike exactly when the provider would be asked the same thing for the same place
in the repeats: key, timeout and run are no part of a request, so they cannot enter its hash. What
is not sent (None, empty) is left out, so that a new optional field keeps old identities.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast, get_args

from db.errors import Invalid
from db.hashing import Json, JsonObject, content_hash

Role: TypeAlias = Literal["system", "user", "assistant"]

ROLES: Final = get_args(Role)
FORM: Final = "gainsay.request/1"

# What the door itself writes into a request; ``extra`` may not change it behind the hash's back.
RESERVED: Final = frozenset(
    {
        "model",
        "messages",
        "temperature",
        "top_p",
        "max_tokens",
        "max_completion_tokens",
        "seed",
        "reasoning_effort",
        "stop",
        "response_format",
        "tools",
        "stream",
        "stream_options",
        "n",
        "api_key",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a conversation.

    Raises:
        Invalid: The role is unknown, or the content cannot be written as UTF-8.
    """

    role: Role
    content: str

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise Invalid(f"A message has no role {self.role!r}: use one of {', '.join(ROLES)}.")
        try:
            self.content.encode("utf-8")
        except UnicodeEncodeError as error:
            raise Invalid(
                f"A message holds half a character ({self.content[error.start]!r} at position "
                f"{error.start}), which cannot be sent: remove it."
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How a model is asked to answer; None and empty are not sent at all.

    Attributes:
        max_tokens: The most tokens it may write, reasoning included; always sent, for it bounds
            the price.
        effort: How long a reasoning model thinks ("low", "medium", "high", ...).
        thinking: Whether a model that can do both answers with or without thinking.
        extra: Further parameters of the provider, sent as they are.

    Raises:
        Invalid: A number is out of its range, or ``extra`` names what the door writes itself.
    """

    max_tokens: int
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    effort: str | None = None
    thinking: bool | None = None
    stop: tuple[str, ...] = ()
    extra: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise Invalid(f"max_tokens is {self.max_tokens!r}: it has to be 1 or more.")
        _check_range("temperature", self.temperature, 2.0)
        _check_range("top_p", self.top_p, 1.0)
        taken = sorted(RESERVED & self.extra.keys())
        if taken:
            raise Invalid(
                f"The extra parameters hold {taken[0]!r}, which has a field of its own: set it "
                "there or leave it out."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One question to one model.

    Attributes:
        provider_id: Slug of the provider.
        base_url: Where its API begins, as the provider has it.
        model: The exact name that is asked for.
        response_format: As the API takes it, such as a JSON schema; None asks for plain text.
        repeat: Which of several replies to the same question this is, from 0.
        template_version: Hash of the texts that the messages were made from; "" for none.
        fresh: Empty, or a salt that buys anew what is already in the ledger.
    """

    provider_id: str
    base_url: str
    model: str
    messages: tuple[Message, ...]
    sampling: Sampling
    response_format: JsonObject | None = None
    tools: tuple[JsonObject, ...] = ()
    repeat: int = 0
    template_version: str = ""
    fresh: str = ""

    def __post_init__(self) -> None:
        if not self.messages:
            raise Invalid("A request has no message: it needs at least one.")
        if not self.model:
            raise Invalid("A request names no model: say which one is asked.")
        if self.repeat < 0:
            raise Invalid(f"The repeat is {self.repeat!r}: repeats count from 0.")

    def request_hash(self) -> str:
        """Hash everything that can change the answer: ``sha256:`` and 64 hexadecimal digits.

        Raises:
            ValueError: A parameter is NaN or infinite.
        """
        return content_hash(canonical(self.to_json()))

    def to_json(self) -> dict[str, Json]:
        """Write the request as JSON that `request_from_json` reads back."""
        sampling = self.sampling
        parts: dict[str, Json] = {
            "form": FORM,
            "provider": self.provider_id,
            "base_url": self.base_url.rstrip("/"),
            "model": self.model,
            "messages": [{"role": one.role, "content": one.content} for one in self.messages],
            "max_tokens": sampling.max_tokens,
            "repeat": self.repeat,
        }
        optional: dict[str, Json] = {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "effort": sampling.effort,
            "thinking": sampling.thinking,
            "stop": list(sampling.stop) or None,
            "extra": dict(sampling.extra) or None,
            "response_format": self.response_format,
            "tools": list(self.tools) or None,
            "template_version": self.template_version or None,
            "fresh": self.fresh or None,
        }
        return parts | {name: value for name, value in optional.items() if value is not None}


def request_from_json(value: JsonObject) -> ChatRequest:
    """Read back what `ChatRequest.to_json` wrote.

    Raises:
        Invalid: It was written by another version of the program, or by something else.
    """
    if value.get("form") != FORM:
        raise Invalid(
            f"A stored request has the form {value.get('form')!r}, and this version reads "
            f"{FORM!r}: open it with the version that wrote it."
        )
    try:
        return _read(cast("Mapping[str, object]", value))
    except (KeyError, TypeError) as error:
        raise Invalid(f"A stored request is damaged ({error!r}): restore a backup.") from error


def canonical(value: Json) -> Json:
    """Write equal numbers alike (1.0 as 1), at every depth; true stays apart from 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: canonical(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(part) for part in value]
    return value


def _read(value: Mapping[str, object]) -> ChatRequest:
    messages = cast("list[dict[str, str]]", value["messages"])
    return ChatRequest(
        provider_id=cast("str", value["provider"]),
        base_url=cast("str", value["base_url"]),
        model=cast("str", value["model"]),
        messages=tuple(
            Message(role=cast("Role", one["role"]), content=one["content"]) for one in messages
        ),
        sampling=Sampling(
            max_tokens=cast("int", value["max_tokens"]),
            temperature=cast("float | None", value.get("temperature")),
            top_p=cast("float | None", value.get("top_p")),
            seed=cast("int | None", value.get("seed")),
            effort=cast("str | None", value.get("effort")),
            thinking=cast("bool | None", value.get("thinking")),
            stop=tuple(cast("list[str]", value.get("stop", []))),
            extra=cast("Mapping[str, Json]", value.get("extra", {})),
        ),
        response_format=cast("JsonObject | None", value.get("response_format")),
        tools=tuple(cast("list[JsonObject]", value.get("tools", []))),
        repeat=cast("int", value["repeat"]),
        template_version=cast("str", value.get("template_version", "")),
        fresh=cast("str", value.get("fresh", "")),
    )


def _check_range(name: str, value: float | None, most: float) -> None:
    if value is None:
        return
    if not math.isfinite(value) or not 0 <= value <= most:
        raise Invalid(f"{name} is {value!r}: it lies between 0 and {most:g}, or is left out.")
