"""Owns trying the checks of a working copy on the responses that stand beside them."""

from collections.abc import Mapping
from functools import lru_cache

from calibration.judging.checks import Checks, read_item_checks
from calibration.judging.rule_judge import RuleJudge
from calibration.judging.self_test import ConstructionCase, SelfTest, self_test
from calibration.judging.verifiers.writing import Problem
from db.labels import Decision
from db.queries.working_copies import ROLES
from db.requirements import parse_requirements
from db.responses import ContrastRole
from db.working_copies import Part


def try_checks(texts: Mapping[Part, str]) -> SelfTest | tuple[Problem, ...]:
    """Read the checks of a copy and run the self-test of the judge that they make.

    Returns:
        The self-test; or, when the checks cannot be read, why.
    """
    reference = texts[Part.REFERENCE]
    requirements = len(parse_requirements(reference)) if reference.strip() else 0
    cases = tuple(
        ConstructionCase(
            role=role,
            text=texts[part],
            decision=(
                Decision.FOLLOWS if role is ContrastRole.FOLLOWS else Decision.DOES_NOT_FOLLOW
            ),
        )
        for part, role in ROLES.items()
        if texts[part].strip()
    )
    return _tried(texts[Part.CHECKS], requirements, cases)


@lru_cache(maxsize=256)  # a form asks again at every rerun, mostly about the same texts
def _tried(
    text: str, requirements: int, cases: tuple[ConstructionCase, ...]
) -> SelfTest | tuple[Problem, ...]:
    found = read_item_checks(text, requirements=requirements)
    if not isinstance(found, Checks):
        return found
    return self_test(RuleJudge(checks=found), cases)
