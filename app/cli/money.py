"""Owns how money is written on the command line: dollars outside, whole micro-dollars inside."""

from decimal import ROUND_FLOOR, Decimal, InvalidOperation

from app.cli.output import wrong_option

MICRO = 1_000_000
MOST = Decimal(1_000_000)


def micro_dollars(text: str, option: str) -> int:
    """Read dollars as micro-dollars.

    Raises:
        BadParameter: It is no amount above 0.
    """
    try:
        dollars = Decimal(text)
    except InvalidOperation:
        dollars = Decimal("NaN")
    if not dollars.is_finite() or not 0 < dollars <= MOST:
        raise wrong_option(option, f"{text!r} is no amount of USD above 0, such as 2.50.")
    return int((dollars * MICRO).to_integral_value(rounding=ROUND_FLOOR))


def dollars(micro: int) -> str:
    """Write micro-dollars for a person: cents, or as many digits as they have."""
    exact = f"{Decimal(micro) / MICRO:.6f}".rstrip("0")
    whole, _, part = exact.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"
