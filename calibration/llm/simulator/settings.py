"""Owns what a simulator is told when it starts: seed, skill, latency, price and faults."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from db.errors import Invalid

# Which fault each name stands for is said in `calibration.llm.simulator.failing`.
FAULTS: Final = ("429", "429-bare", "500", "garbage", "hang", "slow", "cut", "wrong-key")
_PAIR: Final = re.compile(r"\s*([a-z0-9-]+)\s*=\s*(\S+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a simulator behaves.

    Attributes:
        skill: Divides every rate of error of its models: 2 halves them, 0.5 doubles them.
        latency_ms: The usual time to an answer; single ones take from half to double.
        price: Dollars per million tokens, input and output, for every model; None for each its own.
        faults: Rates by name; together at most 1.
        quota: After so many charged replies there is no credit left; None for never.
        key: The only key that is let in; "" lets everybody in.
        slow_ms: What the fault ``slow`` takes.

    Raises:
        Invalid: A value is out of its range.
    """

    seed: int = 1
    skill: float = 1.0
    latency_ms: float = 0.0
    price: tuple[str, str] | None = None
    faults: Mapping[str, float] = field(default_factory=dict)
    quota: int | None = None
    key: str = field(default="", repr=False)
    slow_ms: float = 5_000.0

    def __post_init__(self) -> None:
        if not 0.1 <= self.skill <= 10:
            raise Invalid(f"The skill is {self.skill!r}: it lies between 0.1 and 10, 1 as written.")
        for name in ("latency_ms", "slow_ms"):
            value = getattr(self, name)
            if not 0 <= value <= 600_000:
                raise Invalid(f"{name} is {value!r}: it lies between 0 and 600000 milliseconds.")
        if self.quota is not None and self.quota < 0:
            raise Invalid(f"The quota is {self.quota!r}: it is 0 or more replies, or left out.")
        for name, rate in self.faults.items():
            _check_fault(name, rate)
        if sum(self.faults.values()) > 1 + 1e-9:
            raise Invalid(
                f"The rates of faults add up to {sum(self.faults.values()):g}: together they are "
                "at most 1, so lower some."
            )


def read_faults(text: str) -> dict[str, float]:
    """Read ``429=0.1,500=0.05`` as rates by name.

    Raises:
        Invalid: A part of it is no known fault with a rate from 0 to 1.
    """
    found: dict[str, float] = {}
    for part in filter(str.strip, text.split(",")):
        pair = _PAIR.fullmatch(part)
        if pair is None:
            raise Invalid(
                f"{part.strip()!r} is no fault with a rate: write pairs such as "
                "429=0.1,garbage=0.01."
            )
        name, rate = pair[1], _number(pair[1], pair[2])
        if name in found:
            raise Invalid(f"The fault {name!r} is given twice: keep one of its rates.")
        _check_fault(name, rate)
        found[name] = rate
    return found


def read_price(text: str) -> tuple[str, str]:
    """Read ``0.40/1.60`` as the prices of input and output.

    Raises:
        Invalid: It is no pair of prices.
    """
    parts = [part.strip() for part in text.split("/")]
    try:
        prices = [Decimal(part) for part in parts]
        legal = len(prices) == 2 and all(one.is_finite() and 0 <= one <= 10_000 for one in prices)
    except InvalidOperation:
        legal = False
    if not legal:
        raise Invalid(
            f"The price is {text!r}: write dollars per million tokens of input and output, each "
            "from 0 to 10000, such as 0.40/1.60."
        )
    return parts[0], parts[1]


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Invalid(
            f"The rate of the fault {name!r} is {text!r}: it is a number from 0 to 1, such as 0.05."
        ) from None


def _check_fault(name: str, rate: float) -> None:
    if name not in FAULTS:
        raise Invalid(f"There is no fault {name!r}: use {', '.join(FAULTS)}.")
    if not math.isfinite(rate) or not 0 <= rate <= 1:
        raise Invalid(
            f"The rate of the fault {name!r} is {rate!r}: it is a number from 0 to 1, such as 0.05."
        )
