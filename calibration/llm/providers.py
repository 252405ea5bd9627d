"""Owns what is known of a provider and of a model before it is asked: address, dialect, price.

Neither holds a key, only its name. A price that nobody entered is None, never 0.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from calibration.llm.addresses import is_link_local
from db.errors import Invalid

SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
KEY_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
CURRENCY: Final = "USD"
DEAREST: Final = Decimal(1_000_000)


class TokenLimit(StrEnum):
    """Which parameter bounds the answer's length."""

    MAX_TOKENS = "max_tokens"
    MAX_COMPLETION_TOKENS = "max_completion_tokens"


class ThinkingSwitch(StrEnum):
    """How a model that answers with or without thinking is told which."""

    # {"enable_thinking": true}: DashScope (Qwen), SiliconFlow.
    ENABLE_THINKING = "enable_thinking"
    # {"thinking": {"type": "enabled"}}: DeepSeek, GLM, Doubao, Kimi.
    THINKING = "thinking"
    # {"chat_template_kwargs": {"enable_thinking": true}}: vLLM, SGLang.
    CHAT_TEMPLATE = "chat_template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Somebody who serves models at one address.

    Attributes:
        id: Slug, such as ``openai``.
        base_url: Where the API begins, usually ending in ``/v1``; without a slash at its end.
        key_name: Name under which the key is found; "" when none is needed.
        is_simulated: No model is behind it; its replies are marked so everywhere.
        timeout_seconds: The longest wait for one answer.
        ca_bundle: A PEM file with the certificate authorities to trust instead of the usual ones;
            "" for those.

    Raises:
        Invalid: A field cannot be what it has to be.
    """

    id: str
    name: str
    base_url: str
    key_name: str = ""
    is_simulated: bool = False
    timeout_seconds: float = 120.0
    ca_bundle: str = ""

    def __post_init__(self) -> None:
        if not SLUG.fullmatch(self.id):
            raise Invalid(
                f"The provider's id {self.id!r} is no slug: use 1 to 64 of a-z, 0-9 and hyphens, "
                "such as 'openai'."
            )
        if self.key_name and not KEY_NAME.fullmatch(self.key_name):
            # Whoever pastes the key itself here must not read it again in a log.
            raise Invalid(
                "The key's name is no name: use letters, digits and underscores, such as "
                "'OPENAI_API_KEY', and put the key itself into the environment or secrets.toml."
            )
        if not 0 < self.timeout_seconds <= 3600:
            raise Invalid(
                f"The timeout is {self.timeout_seconds!r} seconds: it is more than 0 and at most "
                "3600."
            )
        object.__setattr__(self, "base_url", checked_base_url(self.base_url))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """One model of a provider.

    Attributes:
        name: What is asked for.
        snapshot_expected: The only name it may answer with; "" accepts names that are kin to
            ``name`` (``gpt-4o`` and ``gpt-4o-2024-08-06``).
        context_tokens: Question and answer together; None if unknown.
        max_output_tokens: The most it can write; None if unknown.
        input_price, output_price: Currency per 1,000,000 tokens, as decimal text; None is unknown
            and "0" is free.
        supports_schema: It takes ``response_format`` with a JSON schema.
        is_reasoning: It takes no temperature and no top_p.
        efforts: The reasoning efforts it takes, if any.
        can_think: It answers with or without thinking, as asked.
        shows_think_tags: Its text begins with ``<think>``, which is its reasoning.
        price_as_of: The day on which the price was read.

    Raises:
        Invalid: A field cannot be what it has to be.
    """

    provider_id: str
    name: str
    snapshot_expected: str = ""
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    input_price: str | None = None
    output_price: str | None = None
    currency: str = CURRENCY
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    max_concurrency: int | None = None
    supports_schema: bool = False
    is_reasoning: bool = False
    efforts: tuple[str, ...] = ()
    can_think: bool = False
    token_limit: TokenLimit = TokenLimit.MAX_TOKENS
    thinking_switch: ThinkingSwitch = ThinkingSwitch.ENABLE_THINKING
    shows_think_tags: bool = False
    price_as_of: date | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Invalid("The model has no name: write the one that the provider lists.")
        if self.currency != CURRENCY:
            raise Invalid(f"The currency is {self.currency!r}: prices are in {CURRENCY}.")
        for name in ("input_price", "output_price"):
            _check_price(name, getattr(self, name))
        for name in (
            "context_tokens",
            "max_output_tokens",
            "requests_per_minute",
            "tokens_per_minute",
            "max_concurrency",
        ):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise Invalid(f"{name} is {number!r}: it is 1 or more, or left out.")


def checked_base_url(url: str) -> str:
    """Check an address and take the slashes off its end.

    Raises:
        Invalid: It is no http(s) address of a host, or holds what may be secret.
    """
    way_out = "give one such as 'https://api.openai.com/v1'"
    # What may hold a password or a key is not repeated in a message.
    if "@" in url:
        raise Invalid(
            "The base URL holds a user name or a password: leave both out and name the key instead."
        )
    if "?" in url or "#" in url:
        raise Invalid("The base URL has something after '?' or '#': leave that out.")
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid(f"The base URL {url!r} cannot be read ({error}): {way_out}.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Invalid(f"The base URL {url!r} is no http or https address: {way_out}.")
    if is_link_local(url.strip()):
        raise Invalid(
            f"The base URL {url!r} is a link-local address, where no model is: {way_out}."
        )
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in url.strip()):
        raise Invalid(f"The base URL {url!r} holds a blank or a control character: {way_out}.")
    return url.strip().rstrip("/")


def _check_price(name: str, price: str | None) -> None:
    if price is None:
        return
    try:
        value = Decimal(price)
        legal = value.is_finite() and 0 <= value <= DEAREST
    except InvalidOperation:
        legal = False
    if not legal:
        raise Invalid(
            f"{name} is {price!r}: it is a number of {CURRENCY} per million tokens, 0 or more, "
            "such as '2.50', or left out when nobody knows it."
        )
