"""The judge that checks make, and its self-test on responses of construction."""

import json
from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from calibration.judging.checks import parse_checks
from calibration.judging.rule_judge import RuleJudge
from calibration.judging.self_test import ConstructionCase, SelfTest, TestResult, self_test
from calibration.judging.verifiers.outcome import Result
from curation.starter.content import StarterItem, StarterResponse, load_starter_items
from db.contents import hash_judge
from db.labels import Decision
from db.responses import ContrastRole
from db.verdicts import JudgeKind

NOW = datetime(2026, 3, 4, tzinfo=UTC)
ITEMS = load_starter_items()
RESPONSES = [(item, response) for item in ITEMS for response in item.responses]


def judge_of(checks: str, requirements: int = 2) -> RuleJudge:
    return RuleJudge(checks=parse_checks(checks, requirements=requirements))


def case(response: StarterResponse) -> ConstructionCase:
    return ConstructionCase(
        role=ContrastRole(response.role),
        text=response.text,
        decision=Decision(response.label),
        failed=response.failed,
    )


TWO = "1: lines most=2\n2: forbidden_words words=no"


@pytest.mark.parametrize(
    ("text", "value", "failed"),
    [("a\nb", 1, ()), ("a\nno", 0, (2,)), ("a\nb\nc", 0, (1,)), ("no\nno\nno", 0, (1, 2))],
)
def test_a_verdict_is_1_only_when_every_requirement_passes(
    text: str, value: int, failed: tuple[int, ...]
) -> None:
    verdict = judge_of(TWO).judge(text)
    assert (verdict.value, verdict.failed, verdict.undecided) == (value, failed, ())


def test_a_failed_requirement_says_why_and_where() -> None:
    first, second = judge_of(TWO).judge("yes\nand no").requirements
    assert (first.result, first.where) == (Result.PASSED, ())
    assert second.what.en == "Forbidden words found: 'no'."
    assert second.what.zh == "出现了禁用的词语：'no'。"
    (place,) = second.where
    assert (place.line, place.column, place.excerpt) == (2, 5, "no")


@pytest.mark.parametrize(
    ("checks", "reason"),
    [
        ("1: lines most=2", "Requirement 2: No check decides it."),
        ("1: lines most=2\n2 part: lines most=2", "Requirement 2: What the checks decide of it"),
        (
            "1: lines most=2\n2: lines most=2 where=code",
            "Requirement 2: The response has no fenced",
        ),
    ],
    ids=["no check", "in part", "undecidable"],
)
def test_what_no_check_decides_leaves_the_response_unscored(checks: str, reason: str) -> None:
    """Pins rule_judge.py:judge: unscored is never 0, and never 1."""
    judge = judge_of(checks)
    verdict = judge.judge("a")
    assert verdict.value is None
    assert verdict.undecided == (2,)
    assert verdict.reason.en.startswith(reason)
    # A requirement that fails decides, whatever else is open.
    assert judge.judge("a\nb\nc").value == 0


def test_a_check_in_part_can_fail_a_requirement_but_not_pass_it() -> None:
    judge = judge_of("1 part: lines most=1", requirements=1)
    assert judge.judge("a\nb").value == 0
    assert judge.judge("a").value is None
    assert not judge.covers_all_requirements
    assert judge_of("1: lines most=1", requirements=1).covers_all_requirements
    assert not judge_of("1: lines most=1", requirements=2).covers_all_requirements


def test_one_of_several_checks_that_fails_fails_the_requirement() -> None:
    judge = judge_of("1: lines most=1\n1: forbidden_words words=no", requirements=1)
    assert [judge.judge(text).value for text in ("a", "a\nb", "no")] == [1, 0, 0]


def test_without_requirements_nothing_is_scored() -> None:
    assert judge_of("", requirements=0).judge("a").value is None


def test_the_same_checks_are_the_same_judge_however_they_are_written() -> None:
    judge = judge_of("1: lines most=2 blank=count\n# note\n\n2: forbidden_words words=no")
    assert judge.content_hash == judge_of(TWO).content_hash
    assert json.loads(json.dumps(judge.definition))["aggregation"] == "all"


@pytest.mark.parametrize(
    "other",
    [
        "1: lines most=3\n2: forbidden_words words=no",
        "1: lines most=2\n2 part: forbidden_words words=no",
        "1: lines most=2\n2: forbidden_words words=no case=exact",
        "2: lines most=2\n1: forbidden_words words=no",
        "1: lines most=2",
    ],
)
def test_whatever_a_verdict_depends_on_makes_another_judge(other: str) -> None:
    assert judge_of(other).content_hash != judge_of(TWO).content_hash


def test_another_version_of_a_verifier_makes_another_judge() -> None:
    judge = judge_of(TWO)
    first, *rest = judge.checks.checks
    newer = replace(first, verifier=replace(first.verifier, version="another"))
    other = RuleJudge(checks=replace(judge.checks, checks=(newer, *rest)))
    assert other.content_hash != judge.content_hash
    assert judge_of(TWO, requirements=3).content_hash != judge.content_hash


def test_a_rule_judge_is_stored_as_one_with_everything_it_is() -> None:
    row = judge_of(TWO).row("rules", now=NOW)
    assert row.kind is JudgeKind.RULE
    assert not row.is_simulated
    assert row.id == hash_judge(row)
    assert row.definition == judge_of(TWO).definition


# ---- the self-test

FOLLOWS = ConstructionCase(role=ContrastRole.FOLLOWS, text="a", decision=Decision.FOLLOWS)
NEAR = ConstructionCase(
    role=ContrastRole.NEAR_MISS, text="a\nno", decision=Decision.DOES_NOT_FOLLOW
)


def test_a_self_test_passes_when_the_checks_agree_with_every_response() -> None:
    found = self_test(judge_of(TWO), [FOLLOWS, NEAR])
    assert found.result is TestResult.PASSED
    assert [one.agrees for one in found.cases] == [True, True]
    assert [one.verdict.value for one in found.cases] == [1, 0]


@pytest.mark.parametrize(
    ("bad", "against"),
    [
        (replace(FOLLOWS, text="no"), (2,)),
        (replace(NEAR, text="a"), ()),
        (replace(NEAR, failed=(1,)), (1, 2)),
        (replace(NEAR, failed=(1, 2)), (1,)),
    ],
    ids=["a follower fails", "a near miss passes", "another one fails", "one more was declared"],
)
def test_a_self_test_fails_and_names_the_response_and_the_requirements(
    bad: ConstructionCase, against: tuple[int, ...]
) -> None:
    """Pins self_test.py:_contradicts, which compares every decided requirement."""
    found = self_test(judge_of(TWO), [FOLLOWS, bad])
    assert found.result is TestResult.FAILED
    (one,) = found.disagreeing
    assert one.case is bad
    assert tuple(requirement.number for requirement in one.against) == against
    assert bad.role.value in found.reason.en


@pytest.mark.parametrize(
    ("checks", "cases", "reason"),
    [
        ("", [FOLLOWS], "The item has no checks."),
        (TWO, [], "The item has no response of construction."),
        ("1: lines most=1 where=code", [FOLLOWS], "The checks decide nothing about these"),
        (TWO, [replace(FOLLOWS, decision=Decision.CANNOT_TELL)], "The checks decide nothing"),
    ],
)
def test_a_self_test_is_not_possible_without_something_to_compare(
    checks: str, cases: list[ConstructionCase], reason: str
) -> None:
    found = self_test(judge_of(checks), cases)
    assert found.result is TestResult.NOT_POSSIBLE
    assert found.reason.en.startswith(reason)


def test_an_undecided_response_neither_passes_nor_fails_a_self_test() -> None:
    """A near miss that only a model could tell is left open by the rules."""
    judge = judge_of("1: lines most=2")
    found = self_test(judge, [FOLLOWS, replace(NEAR, failed=(2,))])
    assert found.result is TestResult.PASSED
    assert [one.verdict.value for one in found.cases] == [None, None]


def test_a_self_test_reports_no_share_and_no_accuracy() -> None:
    names = {field.name for field in fields(SelfTest)}
    assert names == {"result", "reason", "cases"}
    assert {one.value for one in TestResult} == {"passed", "failed", "not_possible"}


# ---- the starter items

IDS = [f"{item.slug} {response.role}" for item, response in RESPONSES]


@pytest.mark.parametrize(("item", "response"), RESPONSES, ids=IDS)
def test_the_checks_of_a_starter_item_agree_with_every_declared_failure(
    item: StarterItem, response: StarterResponse
) -> None:
    judge = judge_of(item.checks, len(item.requirements))
    verdict = judge.judge(response.text)
    for found in verdict.requirements:
        if found.result is not Result.UNDECIDABLE:
            assert (found.result is Result.FAILED) == (found.number in response.failed)
    for number in judge.checks.covered:
        assert verdict.requirements[number - 1].result is not Result.UNDECIDABLE
    declared = set(response.failed) & set(judge.checks.covered)
    assert verdict.value == (0 if declared or verdict.failed else verdict.value)


def test_fifteen_starter_items_have_a_self_test_that_passes_and_seven_have_no_checks() -> None:
    tested = {
        item.slug: self_test(
            judge_of(item.checks, len(item.requirements)), [case(one) for one in item.responses]
        )
        for item in ITEMS
    }
    assert Counter(one.result for one in tested.values()) == {
        TestResult.PASSED: 15,
        TestResult.NOT_POSSIBLE: 7,
    }
    # Of 45 responses with checks the rules score 31: none wrongly, whole passes in two items.
    values = Counter(one.verdict.value for found in tested.values() for one in found.cases)
    assert values == {0: 29, 1: 2, None: 14}


def test_every_type_but_question_correction_has_a_starter_item_with_checks() -> None:
    with_checks = {item.type for item in ITEMS if item.checks}
    assert {item.type for item in ITEMS} - with_checks == {"question-correction"}


@pytest.mark.parametrize("item", [one for one in ITEMS if one.checks], ids=lambda one: one.slug)
def test_no_starter_check_is_idle(item: StarterItem) -> None:
    """Each check of a whole requirement that a response fails is what finds that failure."""
    judge = judge_of(item.checks, len(item.requirements))
    found = {n for one in item.responses for n in judge.judge(one.text).failed}
    declared = {n for one in item.responses for n in one.failed}
    assert found == declared & {check.requirement for check in judge.checks.checks}
