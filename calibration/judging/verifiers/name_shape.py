"""Owns the small language that a name's shape is written in, matched without backtracking."""

from collections.abc import Callable, Mapping
from typing import Final

from calibration.judging.verifiers.parameters import Value, quoted
from calibration.judging.verifiers.wording import Wording

LONGEST_SHAPE: Final = 40
_SIGNS: Final[Mapping[str, Callable[[str], bool]]] = {
    "a": lambda character: "a" <= character <= "z",
    "A": lambda character: "A" <= character <= "Z",
    "x": lambda character: character.isascii() and character.isalpha(),
    "9": lambda character: "0" <= character <= "9",
    "_": lambda character: character == "_",
}


def refuse_shape(value: Value) -> Wording | None:
    """Say that a shape is written wrongly; None when it is fine."""
    shape = value if isinstance(value, str) else ""
    signs = shape.replace("+", "")
    if (
        signs
        and set(signs) <= set(_SIGNS)
        and not shape.startswith("+")
        and "++" not in shape
        and len(shape) <= LONGEST_SHAPE
    ):
        return None
    return Wording(
        en=f"shape is {quoted(shape)}; write a, A, x, 9 and _, each with or without a + after it, "
        "such as a9 for one lower-case letter and one digit",
        zh=f"shape 的值是 {quoted(shape)}，请用 a、A、x、9、_ 书写，后面可以加 +，"
        "例如 a9 表示一个小写字母加一个数字",
    )


def fits(shape: str, name: str) -> bool:
    """Say whether a name has a shape; takes time in proportion to both lengths."""
    signs = [sign for sign in shape if sign != "+"]
    repeats = [
        shape[place + 1 : place + 2] == "+" for place in range(len(shape)) if shape[place] != "+"
    ]
    # Every number of signs that the characters so far can have used up.
    reached = {0}
    for character in name:
        following = set()
        for used in reached:
            if used < len(signs) and _SIGNS[signs[used]](character):
                following.add(used + 1)
            if used and repeats[used - 1] and _SIGNS[signs[used - 1]](character):
                following.add(used)
        reached = following
    return len(signs) in reached
