"""Owns what the form of a working copy shows of its checks: the outcome on every response."""

from collections.abc import Mapping
from dataclasses import dataclass

from calibration.judging.self_test import SelfTest, TestResult
from calibration.judging.verifiers.outcome import Place, Result
from calibration.judging.verifiers.registry import installed_verifiers
from calibration.judging.verifiers.wording import Wording
from curation.authoring.trying import try_checks
from db.queries.working_copies import ROLES
from db.working_copies import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementShown:
    """What the checks of one requirement say about one response."""

    number: int
    result: Result
    what: Wording
    where: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseShown:
    """What the rule judge says about one response.

    Attributes:
        value: 1, 0, or None for unscored.
        agrees: Whether that is what the response was written for; None when nothing is decided.
    """

    part: Part
    value: int | None
    agrees: bool | None
    requirements: tuple[RequirementShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksShown:
    """The self-test of a working copy.

    Attributes:
        result: None while the checks cannot be read.
    """

    result: TestResult | None
    responses: tuple[ResponseShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """A verifier that a check can use, for choosing one."""

    name: str
    about: Wording
    example: str


def load_checks_shown(texts: Mapping[Part, str]) -> ChecksShown:
    """Try the checks of a copy as they stand."""
    found = try_checks(texts)
    if not isinstance(found, SelfTest):
        return ChecksShown(result=None, responses=())
    parts = {role: part for part, role in ROLES.items()}
    return ChecksShown(
        result=found.result,
        responses=tuple(
            ResponseShown(
                part=parts[one.case.role],
                value=one.verdict.value,
                agrees=one.agrees,
                requirements=tuple(
                    RequirementShown(
                        number=each.number, result=each.result, what=each.what, where=each.where
                    )
                    for each in one.verdict.requirements
                ),
            )
            for one in found.cases
        ),
    )


def usable_verifiers() -> tuple[Usable, ...]:
    """List the verifiers that are kept, in the order in which they are shown."""
    return tuple(
        Usable(name=one.name, about=one.about, example=one.example)
        for one in installed_verifiers().kept.values()
    )
