"""Owns the parameters of verifiers: what one is, and how a written value becomes a typed one.

Invariant: a verifier is only ever called with values that its parameters allow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from calibration.judging.verifiers.wording import Wording

Value: TypeAlias = str | int | tuple[str, ...] | None
LARGEST: Final = 1_000_000
_MOST_QUOTED: Final = 60


class Kind(StrEnum):
    """How a value is written."""

    TEXT = "text"
    LIST = "list"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a verifier.

    Attributes:
        default: What holds when it is not written; None for nothing.
        is_required: True when it must be written.
        legal: The choices of a choice.
        refuse: Says what is wrong with a value of the right kind; None when it is fine.
    """

    name: str
    kind: Kind
    about: Wording
    default: Value = None
    is_required: bool = False
    legal: tuple[str, ...] = ()
    refuse: Callable[[Value], Wording | None] | None = None


def choice(name: str, about: Wording, *legal: str) -> Parameter:
    """Make a parameter whose first choice holds when none is written."""
    return Parameter(name=name, kind=Kind.CHOICE, about=about, default=legal[0], legal=legal)


@dataclass(frozen=True, slots=True)
class Values:
    """Typed values by name; every parameter of the verifier is there."""

    by_name: Mapping[str, Value]

    def text(self, name: str) -> str:
        """Give a text or a choice; empty when it was not written and has no default."""
        value = self.by_name[name]
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """Give a number; None when it was not written and has no default."""
        value = self.by_name[name]
        return value if isinstance(value, int) else None

    def words(self, name: str) -> tuple[str, ...]:
        """Give a list; empty when it was not written and has no default."""
        value = self.by_name[name]
        return value if isinstance(value, tuple) else ()


def read_value(parameter: Parameter, written: str) -> Value | Wording:
    """Read a written value.

    Returns:
        The value, or the sentence that says what is wrong with it and what is legal.
    """
    value = _READERS[parameter.kind](parameter, written)
    if isinstance(value, Wording) or parameter.refuse is None:
        return value
    return parameter.refuse(value) or value


def quoted(text: str) -> str:
    """Quote a value for a sentence: escaped, and cut where it is long."""
    return repr(text if len(text) <= _MOST_QUOTED else text[:_MOST_QUOTED] + "…")


def _read_text(parameter: Parameter, written: str) -> Value | Wording:
    if written.strip():
        return written
    return Wording(
        en=f"{parameter.name} is {quoted(written)}; write a text that is not empty",
        zh=f"{parameter.name} 的值是 {quoted(written)}，请写一段不为空的文本",
    )


def _read_list(parameter: Parameter, written: str) -> Value | Wording:
    """Read entries: one per line when there are several lines, else between commas."""
    parts = written.split("\n") if "\n" in written else written.split(",")
    entries = tuple(part.strip() for part in parts)
    if all(entries):
        return entries
    return Wording(
        en=f"{parameter.name} is {quoted(written)}, which has an empty entry; separate entries "
        "with single commas, or write a block with one entry per line",
        zh=f"{parameter.name} 的值 {quoted(written)} 中有空项，请用单个英文逗号分隔各项，"
        "或者用多行文本，每行一项",
    )


def _read_number(parameter: Parameter, written: str) -> Value | Wording:
    if written.isascii() and written.isdigit() and len(written) <= 7 and int(written) <= LARGEST:
        return int(written)
    return Wording(
        en=f"{parameter.name} is {quoted(written)}; write a whole number from 0 to {LARGEST:,}",
        zh=f"{parameter.name} 的值是 {quoted(written)}，请写0到{LARGEST:,}的整数",
    )


def _read_choice(parameter: Parameter, written: str) -> Value | Wording:
    if written in parameter.legal:
        return written
    legal = ", ".join(parameter.legal)
    return Wording(
        en=f"{parameter.name} is {quoted(written)}; use one of: {legal}",
        zh=f"{parameter.name} 的值是 {quoted(written)}，可用的值有：{legal}",
    )


_READERS: Final[Mapping[Kind, Callable[[Parameter, str], Value | Wording]]] = {
    Kind.TEXT: _read_text,
    Kind.LIST: _read_list,
    Kind.NUMBER: _read_number,
    Kind.CHOICE: _read_choice,
}
