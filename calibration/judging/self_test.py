"""Owns the self-test of a rule judge: do its verdicts agree with what responses were written to be.

It passes, fails, or is not possible. It is never a share and never an accuracy: the responses were
made by whoever wrote the checks, so agreeing with them shows that the checks say what was meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from calibration.judging.rule_judge import RequirementOutcome, RuleJudge, RuleVerdict
from calibration.judging.verifiers.outcome import Result
from calibration.judging.verifiers.wording import Wording
from db.labels import Decision
from db.responses import ContrastRole


class TestResult(StrEnum):
    """What a self-test says."""

    __test__ = False

    PASSED = "passed"
    FAILED = "failed"
    NOT_POSSIBLE = "not_possible"


NO_CHECKS: Final = Wording(en="The item has no checks.", zh="这个条目没有检查。")
NO_CASES: Final = Wording(
    en="The item has no response of construction.", zh="这个条目没有为构造而写的回答。"
)
NOTHING_DECIDED: Final = Wording(
    en="The checks decide nothing about these responses.", zh="检查没能判定这些回答。"
)
AGREES: Final = Wording(
    en="Whatever the checks decide agrees with what the responses were written to be.",
    zh="凡检查能判定的，都与这些回答的写作意图一致。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstructionCase:
    """A response that was written to follow or to fail.

    Attributes:
        decision: The label of construction.
        failed: Numbers of the requirements that it was written to fail; None when nobody said.
    """

    role: ContrastRole
    text: str
    decision: Decision
    failed: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFound:
    """What the judge said of one response.

    Attributes:
        agrees: False when the verdict, or any decided requirement, is otherwise than declared;
            None when nothing was decided.
        against: The requirements that are decided otherwise than declared; of a response that
            should fail and passes, none in particular.
    """

    case: ConstructionCase
    verdict: RuleVerdict
    agrees: bool | None
    against: tuple[RequirementOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """What the self-test of a judge says, response by response."""

    result: TestResult
    reason: Wording
    cases: tuple[CaseFound, ...]

    @property
    def disagreeing(self) -> tuple[CaseFound, ...]:
        """The responses that the judge takes for something else than they were written to be."""
        return tuple(found for found in self.cases if found.agrees is False)


def self_test(judge: RuleJudge, cases: Sequence[ConstructionCase]) -> SelfTest:
    """Run a rule judge on responses of construction.

    A requirement that no check decides is left out; a check that contradicts what was declared
    fails the self-test, and so does a response that passes or fails as a whole though it should
    not.
    """
    if not judge.checks.checks:
        return SelfTest(result=TestResult.NOT_POSSIBLE, reason=NO_CHECKS, cases=())
    if not cases:
        return SelfTest(result=TestResult.NOT_POSSIBLE, reason=NO_CASES, cases=())
    found = tuple(_try(judge, case) for case in cases)
    bad = [one for one in found if one.agrees is False]
    if bad:
        return SelfTest(result=TestResult.FAILED, reason=_against(bad), cases=found)
    if all(one.agrees is None for one in found):
        return SelfTest(result=TestResult.NOT_POSSIBLE, reason=NOTHING_DECIDED, cases=found)
    return SelfTest(result=TestResult.PASSED, reason=AGREES, cases=found)


def _try(judge: RuleJudge, case: ConstructionCase) -> CaseFound:
    verdict = judge.judge(case.text)
    against = tuple(one for one in verdict.requirements if _contradicts(one, case))
    wanted = {Decision.FOLLOWS: 1, Decision.DOES_NOT_FOLLOW: 0}.get(case.decision)
    wrong = wanted is not None and verdict.value is not None and verdict.value != wanted
    if against or wrong:
        agrees: bool | None = False
    else:
        decided = any(one.result is not Result.UNDECIDABLE for one in verdict.requirements)
        agrees = True if decided and wanted is not None else None
    return CaseFound(case=case, verdict=verdict, agrees=agrees, against=against)


def _contradicts(found: RequirementOutcome, case: ConstructionCase) -> bool:
    if found.result is Result.UNDECIDABLE or case.decision is Decision.CANNOT_TELL:
        return False
    has_failed = found.result is Result.FAILED
    if case.failed is not None:
        return has_failed is not (found.number in case.failed)
    return has_failed and case.decision is Decision.FOLLOWS


def _against(bad: Sequence[CaseFound]) -> Wording:
    roles = ", ".join(one.case.role.value for one in bad)
    return Wording(
        en=f"The checks contradict what these responses were written to be: {roles}.",
        zh=f"检查与这些回答的写作意图不一致：{roles}。",
    )
