"""Owns what the checks of one item of the workspace say: can they be read, do they test well."""

from dataclasses import dataclass
from functools import lru_cache

from calibration.judging.checks import Checks, read_item_checks
from calibration.judging.rule_judge import RuleJudge
from calibration.judging.self_test import ConstructionCase, SelfTest, self_test
from calibration.judging.verifiers.registry import Registry
from calibration.judging.verifiers.writing import Problem
from db.queries.checks import CheckedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReport:
    """An item with what its checks say.

    Attributes:
        problems: Why the checks cannot be read; empty when they can.
        judge: The judge that they make; None when they cannot be read.
        test: Its self-test; None when they cannot be read.
    """

    item: CheckedItem
    problems: tuple[Problem, ...]
    judge: RuleJudge | None
    test: SelfTest | None

    @property
    def covered(self) -> tuple[int, ...]:
        """The requirements that verifiers decide alone."""
        return self.judge.checks.covered if self.judge else ()

    @property
    def has_checks(self) -> bool:
        """Say whether anything is checked, or meant to be."""
        return bool(self.problems) or bool(self.judge and self.judge.checks.checks)


@lru_cache(maxsize=4_096)
def report_kept(item: CheckedItem) -> ItemReport:
    """Report on an item with the installed verifiers; the same content is tried once."""
    return report_on(item)


def report_on(item: CheckedItem, *, registry: Registry | None = None) -> ItemReport:
    """Read the checks of an item and run their self-test on what was constructed for it."""
    found = read_item_checks(item.checks, requirements=len(item.requirements), registry=registry)
    if not isinstance(found, Checks):
        return ItemReport(item=item, problems=found, judge=None, test=None)
    judge = RuleJudge(checks=found)
    cases = [
        ConstructionCase(role=one.role, text=one.text, decision=one.decision, failed=one.failed)
        for one in item.constructed
    ]
    return ItemReport(item=item, problems=(), judge=judge, test=self_test(judge, cases))
