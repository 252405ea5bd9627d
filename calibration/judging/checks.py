"""Owns the checks of an item: lines of text that tie requirements to verifiers.

``calibration.judging.verifiers.writing`` says how lines are written. Pure: nothing is read from a
database, and a text of checks always gives the same answer with the same verifiers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from calibration.judging.verifiers.parameters import Values, quoted
from calibration.judging.verifiers.registry import Registry, installed_verifiers
from calibration.judging.verifiers.verifier import Verifier, read_values
from calibration.judging.verifiers.wording import Wording
from calibration.judging.verifiers.writing import Problem, WrittenCheck, read_checks
from db.errors import Invalid
from db.hashing import Json

MOST_CHECKS: Final = 200


class BadChecks(Invalid):
    """Checks that cannot be used; ``problems`` says why, line by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "; ".join(f"Line {problem.line}: {problem.what.en}" for problem in problems) + "."
        )
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One verifier with its values, for one requirement.

    Attributes:
        requirement: Its number, from 1.
        in_part: True when a pass decides nothing, because the requirement asks for more.
        line: Where it is written; no part of what it is.
    """

    requirement: int
    in_part: bool
    verifier: Verifier
    values: Values
    line: int

    @property
    def definition(self) -> dict[str, Json]:
        """Everything that its outcomes depend on."""
        values: dict[str, Json] = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in sorted(self.values.by_name.items())
        }
        return {
            "requirement": self.requirement,
            "in_part": self.in_part,
            "verifier": dict(self.verifier.identity),
            "values": values,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """The checks of an item, in the order of requirements and lines.

    Attributes:
        requirements: How many requirements the item has.
    """

    requirements: int
    checks: tuple[Check, ...]

    def of(self, requirement: int) -> tuple[Check, ...]:
        """Give the checks of one requirement."""
        return tuple(check for check in self.checks if check.requirement == requirement)

    @property
    def covered(self) -> tuple[int, ...]:
        """The requirements that verifiers decide alone."""
        return tuple(
            number
            for number in range(1, self.requirements + 1)
            if self.of(number) and not any(check.in_part for check in self.of(number))
        )


def read_item_checks(
    text: str, *, requirements: int, registry: Registry | None = None
) -> Checks | tuple[Problem, ...]:
    """Read the checks of an item.

    Args:
        text: As the author wrote it; empty for none.
        requirements: How many requirements the item has.
        registry: The verifiers; None takes those that are installed.

    Returns:
        The checks; or every problem, in the order of lines.
    """
    verifiers = installed_verifiers() if registry is None else registry
    written = read_checks(text)
    problems = list(written.problems)
    checks = []
    for one in written.checks:
        found = _check(one, requirements, verifiers)
        if isinstance(found, Check):
            checks.append(found)
        else:
            problems.append(Problem(line=one.line, what=found))
    if len(written.checks) > MOST_CHECKS:
        problems.append(_too_many(written.checks))
    if problems:
        return tuple(sorted(problems, key=lambda problem: problem.line))
    checks.sort(key=lambda check: (check.requirement, check.line))
    return Checks(requirements=requirements, checks=tuple(checks))


def parse_checks(text: str, *, requirements: int, registry: Registry | None = None) -> Checks:
    """Read the checks of an item, as ``read_item_checks`` does.

    Raises:
        BadChecks: A line is wrong; the message says of every one what is wrong and what is legal.
    """
    found = read_item_checks(text, requirements=requirements, registry=registry)
    if isinstance(found, Checks):
        return found
    raise BadChecks(found)


def _check(written: WrittenCheck, requirements: int, registry: Registry) -> Check | Wording:
    number, name = written.requirement, written.call.verifier
    if not 1 <= number <= requirements:
        return Wording(
            en=f"there is no requirement {number}; write a number from 1 to {requirements}",
            zh=f"没有编号为{number}的要求，请写1到{requirements}的数字",
        )
    verifier = registry.kept.get(name)
    if verifier is None:
        return _unknown(name, registry)
    values = read_values(verifier, written.call)
    if isinstance(values, Wording):
        return values
    return Check(
        requirement=number,
        in_part=written.in_part,
        verifier=verifier,
        values=values,
        line=written.line,
    )


def _unknown(name: str, registry: Registry) -> Wording:
    against = registry.refused.get(name)
    if against is not None:
        return Wording(
            en=f"the verifier {name} is not kept, because {against.why.en}; use another one",
            zh=f"检验器 {name} 未被保留，原因：{against.why.zh}；请改用其他检验器",
        )
    legal = ", ".join(registry.kept)
    return Wording(
        en=f"there is no verifier {quoted(name)}; use one of: {legal}",
        zh=f"没有名为 {quoted(name)} 的检验器，可用的有：{legal}",
    )


def _too_many(written: tuple[WrittenCheck, ...]) -> Problem:
    return Problem(
        line=written[MOST_CHECKS].line,
        what=Wording(
            en=f"there are {len(written)} checks; write at most {MOST_CHECKS}",
            zh=f"共有{len(written)}条检查，最多可写{MOST_CHECKS}条",
        ),
    )


def written_values(check: Check) -> Mapping[str, str]:
    """Give the values of a check as texts, for showing them; those left out are left out."""
    return {
        name: ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in check.values.by_name.items()
        if value is not None
    }
