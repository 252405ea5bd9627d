"""Owns what a verifier is: a deterministic check of one countable thing, with approved cases.

A third party brings one as an object of this class under the entry point group
``gainsay.verifiers``. ``verify`` must depend on nothing but its two arguments.
"""

import platform
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final, TypeAlias

from calibration.judging.verifiers.outcome import Outcome, Result, undecidable
from calibration.judging.verifiers.parameters import Parameter, Value, Values, quoted, read_value
from calibration.judging.verifiers.wording import Wording
from calibration.judging.verifiers.writing import Call, read_call

LEAST_CASES: Final = 3
LONGEST_RESPONSE: Final = 200_000
PYTHON: Final = "python"

Verify: TypeAlias = Callable[[str, Values], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A response that somebody approved as passing, failing or undecidable.

    Attributes:
        call: Verifier and parameters, as a check line writes them.
        lines: The lines of the response that must be pointed at, in order; None for any.
    """

    name: str
    call: str
    text: str
    expected: Result
    lines: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A deterministic check.

    Attributes:
        version: Changed whenever an outcome may change; part of every judge's identity.
        about: One line: what it decides.
        example: A check line without its number.
        refuse: Says what is wrong with values that are legal one by one; None when nothing is.
        depends: Distributions whose version an outcome depends on, and ``python`` itself.
    """

    name: str
    version: str
    about: Wording
    example: str
    parameters: tuple[Parameter, ...]
    verify: Verify
    cases: tuple[Case, ...]
    refuse: Callable[[Values], Wording | None] | None = None
    depends: tuple[str, ...] = ()

    @property
    def identity(self) -> dict[str, str]:
        """Everything its outcomes depend on, besides the values."""
        return {"name": self.name, "version": self.version, **_versions(self.depends)}


def read_values(verifier: Verifier, call: Call) -> Values | Wording:
    """Make typed values of a verifier's written parameters.

    Returns:
        A value for every parameter; the sentence that says what is wrong with the first bad one.
    """
    known = {parameter.name: parameter for parameter in verifier.parameters}
    for name in call.written:
        if name not in known:
            legal = ", ".join(known) or "-"
            return Wording(
                en=f"{verifier.name} has no parameter {quoted(name)}; use one of: {legal}",
                zh=f"{verifier.name} 没有参数 {quoted(name)}，可用的参数有：{legal}",
            )
    values: dict[str, Value] = {}
    for name, parameter in known.items():
        if name not in call.written:
            if parameter.is_required:
                return Wording(
                    en=f"{verifier.name} needs {name}; write it, as in {verifier.example}",
                    zh=f"{verifier.name} 缺少参数 {name}，请补上，例如 {verifier.example}",
                )
            values[name] = parameter.default
            continue
        value = read_value(parameter, call.written[name])
        if isinstance(value, Wording):
            return value
        values[name] = value
    found = Values(values)
    try:
        return (verifier.refuse(found) if verifier.refuse else None) or found
    except Exception as error:  # somebody else's program may raise anything
        name = type(error).__name__
        return Wording(
            en=f"{verifier.name} broke on these values ({name}); write other ones",
            zh=f"{verifier.name} 处理这些值时出错（{name}），请换别的值",
        )


def decide(verifier: Verifier, text: str, values: Values) -> Outcome:
    """Run a verifier on a response; what is too long, or what it breaks on, is undecidable."""
    if len(text) > LONGEST_RESPONSE:
        return undecidable(
            en=f"The response has {len(text):,} characters; at most {LONGEST_RESPONSE:,} are read.",
            zh=f"回答共{len(text):,}个字符，最多读取{LONGEST_RESPONSE:,}个。",
        )
    try:
        # One composed sign and its two parts look the same: they are made the same.
        found: object = verifier.verify(_composed(text), _all_composed(values))
    except Exception as error:  # somebody else's program may raise anything
        return _broke(verifier, type(error).__name__)
    return found if isinstance(found, Outcome) else _broke(verifier, repr(found)[:60])


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _all_composed(values: Values) -> Values:
    found: dict[str, Value] = {}
    for name, value in values.by_name.items():
        if isinstance(value, tuple):
            found[name] = tuple(map(_composed, value))
        else:
            found[name] = _composed(value) if isinstance(value, str) else value
    return Values(found)


def _broke(verifier: Verifier, how: str) -> Outcome:
    return undecidable(
        en=f"The verifier {verifier.name} broke on this response ({how}).",
        zh=f"检验器 {verifier.name} 处理这个回答时出错（{how}）。",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Why a verifier is not kept.

    Attributes:
        case: Name of the approved case; empty when there are too few, or it did not load.
    """

    case: str
    why: Wording


def disagreement(verifier: Verifier) -> Disagreement | None:
    """Run a verifier against its approved cases; None when it agrees with every one."""
    for result in (Result.PASSED, Result.FAILED):
        count = sum(case.expected is result for case in verifier.cases)
        if count < LEAST_CASES:
            return Disagreement(
                case="",
                why=Wording(
                    en=f"it has {count} approved cases that are {result.value}; at least "
                    f"{LEAST_CASES} are needed",
                    zh=f"结果为 {result.value} 的核定样例只有{count}个，至少需要{LEAST_CASES}个",
                ),
            )
    for case in verifier.cases:
        why = _why_not(verifier, case)
        if why is not None:
            return Disagreement(case=case.name, why=why)
    return None


def _why_not(verifier: Verifier, case: Case) -> Wording | None:
    call = read_call(case.call)
    if isinstance(call, Wording):
        return call
    if call.verifier != verifier.name:
        return Wording(
            en=f"the case calls {quoted(call.verifier)}, not {verifier.name}",
            zh=f"样例调用的是 {quoted(call.verifier)}，而不是 {verifier.name}",
        )
    values = read_values(verifier, call)
    if isinstance(values, Wording):
        return values
    found = decide(verifier, case.text, values)
    if found.result is not case.expected:
        return Wording(
            en=f"expected {case.expected.value}, found {found.result.value}: {found.what.en}",
            zh=f"应为 {case.expected.value}，实为 {found.result.value}：{found.what.zh}",
        )
    lines = tuple(dict.fromkeys(place.line for place in found.where))
    if case.lines is not None and lines != case.lines:
        return Wording(
            en=f"expected lines {list(case.lines)}, found {list(lines)}",
            zh=f"应指出第{list(case.lines)}行，实际指出第{list(lines)}行",
        )
    return None


def _versions(distributions: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name in distributions:
        if name == PYTHON:
            found[name] = ".".join(platform.python_version_tuple()[:2])
            continue
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found
