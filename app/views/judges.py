"""Owns everything the page Judges shows: verifiers, and the rule judges of items by type."""

from collections import Counter
from dataclasses import dataclass

from app.views.naming import Taxonomy, load_taxonomy_names
from calibration.judging.checked_item import ItemReport, report_kept
from calibration.judging.self_test import CaseFound, SelfTest
from calibration.judging.verifiers.registry import Listed, installed_verifiers
from curation.review.blindness import find_hidden
from db.engine import Session
from db.queries.checks import checked_items


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleJudgeShown:
    """The rule judge of one item.

    Attributes:
        checks: As they are written.
        test: None when its checks cannot be read.
        covered: The requirements that it decides alone.
    """

    item_id: str
    type_id: str
    checks: str
    test: SelfTest | None
    covered: tuple[int, ...]
    requirements: int

    @property
    def disagreeing(self) -> tuple[CaseFound, ...]:
        """The responses that it takes for something else than they were written to be."""
        return self.test.disagreeing if self.test else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgesPage:
    """What the page shows.

    Attributes:
        rules: The items that have checks, in the order of lists.
        without: How many items of each type have none, by its id.
        verifiers: Every one, kept or not.
        left_out: How many items are not in it, because the person may be asked about them.
    """

    taxonomy: Taxonomy
    rules: tuple[RuleJudgeShown, ...]
    without: dict[str, int]
    verifiers: tuple[Listed, ...]
    left_out: int

    def of_type(self, type_id: str) -> tuple[RuleJudgeShown, ...]:
        """Give the rule judges of the items of a type."""
        return tuple(rule for rule in self.rules if rule.type_id == type_id)


def load_judges(session: Session, *, annotator_id: str) -> JudgesPage:
    """Read the checks of every item and run their self-tests.

    What the person may yet be asked about blindly is left out: neither its type nor what a judge
    says of it is for them to know before.
    """
    hidden = find_hidden(session, annotator_id=annotator_id).items
    shown = [item for item in checked_items(session) if item.item_id not in hidden]
    reports = [report_kept(item) for item in shown]
    return JudgesPage(
        taxonomy=load_taxonomy_names(session),
        rules=tuple(_shown(report) for report in reports if report.has_checks),
        without=dict(Counter(one.item.type_id for one in reports if not one.has_checks)),
        verifiers=installed_verifiers().listed,
        left_out=len(hidden),
    )


def load_rule_judge(session: Session, item_id: str) -> RuleJudgeShown | None:
    """Read the checks of one item; None when it has none.

    Raises:
        NotFound: There is no such item.
    """
    (item,) = checked_items(session, [item_id])
    report = report_kept(item)
    return _shown(report) if report.has_checks else None


def _shown(report: ItemReport) -> RuleJudgeShown:
    return RuleJudgeShown(
        item_id=report.item.item_id,
        type_id=report.item.type_id,
        checks=report.item.checks,
        test=report.test,
        covered=report.covered,
        requirements=len(report.item.requirements),
    )
