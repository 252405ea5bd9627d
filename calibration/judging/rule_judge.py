"""Owns the rule judge: the checks of one item, put together to one verdict on a response.

A requirement fails when any of its checks fails. It passes when it has checks, all pass, and none
decides it only in part. Overall: 0 as soon as one requirement fails, 1 when all pass, and unscored
with the reason in between. A rule judge needs no key and no model.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from calibration.judging.checks import Check, Checks
from calibration.judging.verifiers.outcome import Outcome, Place, Result
from calibration.judging.verifiers.verifier import decide
from calibration.judging.verifiers.wording import Wording
from db.contents import build_judge
from db.hashing import Json, content_hash
from db.verdicts import Judge, JudgeKind, JudgeOrigin

AGGREGATION: Final = "all"
# Changed whenever the same outcomes would make another verdict, or the same code another lookup.
VERSION: Final = "2"

_UNCHECKED: Final = Wording(en="No check decides it.", zh="没有检查能判定这一条。")
_IN_PART: Final = Wording(
    en="What the checks decide of it is met; the rest is not checked.",
    zh="检查能判定的部分已满足，其余部分未检查。",
)
_MET: Final = Wording(en="Every check passed.", zh="所有检查都通过。")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome:
    """What one check found."""

    check: Check
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementOutcome:
    """What the checks of one requirement say together.

    Attributes:
        number: The requirement's number, from 1.
        what: Of a failed or undecidable one the first reason.
        where: The places of every failed check.
    """

    number: int
    result: Result
    what: Wording
    where: tuple[Place, ...]
    outcomes: tuple[CheckOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """A rule judge's decision on a response.

    Attributes:
        value: 1, 0, or None for unscored.
        reason: What failed, or why there is no score.
    """

    value: int | None
    reason: Wording
    requirements: tuple[RequirementOutcome, ...]

    @property
    def failed(self) -> tuple[int, ...]:
        """Numbers of the requirements that failed."""
        return tuple(one.number for one in self.requirements if one.result is Result.FAILED)

    @property
    def undecided(self) -> tuple[int, ...]:
        """Numbers of the requirements that no check decided."""
        return tuple(one.number for one in self.requirements if one.result is Result.UNDECIDABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleJudge:
    """The judge that an item's checks make."""

    checks: Checks

    @property
    def definition(self) -> dict[str, Json]:
        """Everything that its verdicts depend on."""
        return {
            "rules": VERSION,
            "aggregation": AGGREGATION,
            "requirements": self.checks.requirements,
            "checks": [check.definition for check in self.checks.checks],
        }

    @property
    def content_hash(self) -> str:
        """Identity: equal hashes mean equal verdicts on every response."""
        return content_hash(self.definition)

    @property
    def covers_all_requirements(self) -> bool:
        """Say whether it can give a 1 at all."""
        return len(self.checks.covered) == self.checks.requirements

    def row(self, name: str, *, now: datetime) -> Judge:
        """Build the judge as the workspace stores it."""
        return build_judge(
            name,
            kind=JudgeKind.RULE,
            origin=JudgeOrigin.REGISTERED,
            definition=self.definition,
            now=now,
        )

    def judge(self, response_text: str) -> RuleVerdict:
        """Decide about a response; the same text always gets the same verdict."""
        found = tuple(self._requirements(response_text))
        failed = [one for one in found if one.result is Result.FAILED]
        open_ = [one for one in found if one.result is Result.UNDECIDABLE]
        if failed:
            return RuleVerdict(value=0, reason=_joined(failed), requirements=found)
        if open_ or not found:
            return RuleVerdict(value=None, reason=_joined(open_), requirements=found)
        return RuleVerdict(value=1, reason=_MET, requirements=found)

    def _requirements(self, text: str) -> Iterator[RequirementOutcome]:
        for number in range(1, self.checks.requirements + 1):
            outcomes = tuple(
                CheckOutcome(check=check, outcome=decide(check.verifier, text, check.values))
                for check in self.checks.of(number)
            )
            yield _together(number, outcomes)


def _together(number: int, outcomes: tuple[CheckOutcome, ...]) -> RequirementOutcome:
    failed = [one.outcome for one in outcomes if one.outcome.result is Result.FAILED]
    open_ = [one.outcome for one in outcomes if one.outcome.result is Result.UNDECIDABLE]
    if failed:
        result, what = Result.FAILED, failed[0].what
    elif open_:
        result, what = Result.UNDECIDABLE, open_[0].what
    elif not outcomes:
        result, what = Result.UNDECIDABLE, _UNCHECKED
    elif any(one.check.in_part for one in outcomes):
        result, what = Result.UNDECIDABLE, _IN_PART
    else:
        result, what = Result.PASSED, _MET
    where = tuple(place for outcome in failed for place in outcome.where)
    return RequirementOutcome(
        number=number, result=result, what=what, where=where, outcomes=outcomes
    )


def _joined(found: list[RequirementOutcome]) -> Wording:
    if not found:
        return Wording(en="There is no requirement.", zh="没有任何要求。")
    return Wording(
        en=" ".join(f"Requirement {one.number}: {one.what.en}" for one in found),
        zh="".join(f"第{one.number}条：{one.what.zh}" for one in found),
    )
