"""Owns the parameters that many verifiers have: where to look, which language, which limits."""

from typing import Final

from calibration.judging.verifiers.fences import WHERES
from calibration.judging.verifiers.lexing import refuse_language
from calibration.judging.verifiers.parameters import Kind, Parameter, Values
from calibration.judging.verifiers.wording import Wording

_WHERE: Final = Wording(
    en="where to look: the only fenced block (code), the first or last one, or the whole response",
    zh="查看的范围：唯一的代码块（code）、第一个或最后一个代码块，或者整个回答（whole）",
)
WHERE_CODE: Final = Parameter(
    name="where", kind=Kind.CHOICE, about=_WHERE, default="code", legal=WHERES
)
WHERE_WHOLE: Final = Parameter(
    name="where", kind=Kind.CHOICE, about=_WHERE, default="whole", legal=WHERES
)
LANGUAGE: Final = Parameter(
    name="language",
    kind=Kind.TEXT,
    about=Wording(
        en="programming language, by any name that pygments knows",
        zh="编程语言，pygments 支持的任何名称均可",
    ),
    is_required=True,
    refuse=refuse_language,
)
PARSED: Final = Parameter(
    name="language",
    kind=Kind.CHOICE,
    about=Wording(en="programming language", zh="编程语言"),
    is_required=True,
    legal=("python", "javascript"),
)
LEAST: Final = Parameter(
    name="least",
    kind=Kind.NUMBER,
    about=Wording(en="the fewest that pass", zh="最少允许的数目"),
)
MOST: Final = Parameter(
    name="most",
    kind=Kind.NUMBER,
    about=Wording(en="the most that pass", zh="最多允许的数目"),
)
EXACTLY: Final = Parameter(
    name="exactly",
    kind=Kind.NUMBER,
    about=Wording(en="the only number that passes", zh="恰好应有的数目"),
)
LIMITS: Final = (LEAST, MOST, EXACTLY)


def limits_of(values: Values) -> tuple[int | None, int | None]:
    """Give the least and the most that pass."""
    exactly = values.number("exactly")
    if exactly is not None:
        return exactly, exactly
    return values.number("least"), values.number("most")


def refuse_limits(values: Values) -> Wording | None:
    """Say that no limit is given, or that the limits contradict each other."""
    least, most = values.number("least"), values.number("most")
    if values.number("exactly") is not None:
        if least is None and most is None:
            return None
        return Wording(
            en="exactly is given together with least or most; write one or the other",
            zh="exactly 不能与 least、most 同时使用，请只写一种",
        )
    if least is None and most is None:
        return Wording(
            en="no limit is given; write least, most or exactly",
            zh="没有给出数目，请写 least、most 或 exactly",
        )
    if least is not None and most is not None and least > most:
        return Wording(
            en=f"least is {least} and most is {most}; make least the smaller one",
            zh=f"least 是{least}，most 是{most}，请让 least 不大于 most",
        )
    return None
