"""Owns the verb `gainsay items check`."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.items import visible
from app.cli.output import AsJson, DatabaseUrl, answer

if TYPE_CHECKING:
    from calibration.judging.checked_item import ItemReport
    from calibration.judging.rule_judge import RequirementOutcome
    from calibration.judging.self_test import CaseFound
    from calibration.judging.verifiers.registry import Registry

Items = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ITEM]...", help="Ids of items; none takes all.", show_default=False),
]


def check(items: Items = None, as_json: AsJson = False, db: DatabaseUrl = None) -> None:
    """Read the checks of items and try them on the responses written to follow and to fail."""
    from app.workspace import existing
    from calibration.judging.checked_item import report_on
    from calibration.judging.verifiers.registry import installed_verifiers
    from db.engine import reading
    from db.queries.checks import checked_items

    with existing(db) as engine, reading(engine) as session:
        found = checked_items(session, items or None)
    reports = [report_on(item) for item in found]
    registry = installed_verifiers()
    answer(
        {"items": [_item(report) for report in reports], "verifiers": _verifiers(registry)},
        as_json=as_json,
        lines=_lines(reports, registry),
    )


def _item(report: "ItemReport") -> dict[str, object]:
    return {
        "id": report.item.item_id,
        "revision": report.item.revision_number,
        "type": report.item.type_id,
        "language": report.item.language_id,
        "requirements": len(report.item.requirements),
        "covered": list(report.covered),
        "problems": [{"line": one.line, "what": one.what.en} for one in report.problems],
        "judge": report.judge.content_hash if report.judge and report.has_checks else None,
        "self_test": report.test.result.value if report.test else "not_possible",
        "reason": report.test.reason.en if report.test else "The checks cannot be read.",
        "responses": [_response(one) for one in report.test.cases] if report.test else [],
    }


def _response(found: "CaseFound") -> dict[str, object]:
    return {
        "role": found.case.role.value,
        "declared": found.case.decision.value,
        "verdict": found.verdict.value,
        "agrees": found.agrees,
        "requirements": [
            {
                "number": one.number,
                "result": one.result.value,
                "what": one.what.en,
                "where": [
                    {"line": place.line, "column": place.column, "excerpt": place.excerpt}
                    for place in one.where
                ],
            }
            for one in found.verdict.requirements
        ],
    }


def _verifiers(registry: "Registry") -> dict[str, object]:
    return {
        "kept": list(registry.kept),
        "not_kept": [
            {"name": name, "case": against.case, "why": against.why.en}
            for name, against in registry.refused.items()
        ],
    }


def _lines(reports: Sequence["ItemReport"], registry: "Registry") -> Iterator[str]:
    for report in reports:
        yield from _report_lines(report)
    if not reports:
        yield "No items."
        return
    results = [_item(report)["self_test"] for report in reports]
    yield (
        f"{len(reports):,} items: self-test passed {results.count('passed'):,}, failed "
        f"{results.count('failed'):,}, not possible {results.count('not_possible'):,}."
    )
    for name, against in registry.refused.items():
        case = f" (case {against.case!r})" if against.case else ""
        yield visible(f"Verifier {name} is not kept{case}: {against.why.en}.")


def _report_lines(report: "ItemReport") -> Iterator[str]:
    covered = ", ".join(map(str, report.covered)) or "none"
    total = len(report.item.requirements)
    result = report.test.result.value.replace("_", " ") if report.test else "not possible"
    yield f"{report.item.item_id}: self-test {result}; requirements covered: {covered} of {total}."
    if report.test and report.test.result.value == "not_possible":
        yield f"  {report.test.reason.en}"
    for problem in report.problems:
        yield visible(f"  line {problem.line}: {problem.what.en}.")
    for found in report.test.disagreeing if report.test else ():
        said = {1: "passes", 0: "fails", None: "is left open"}[found.verdict.value]
        declared = found.case.decision.value.replace("_", " ")
        yield f"  {found.case.role.value.replace('_', ' ')} ({declared}) {said}."
        for one in found.against:
            yield from _requirement_lines(one)


def _requirement_lines(one: "RequirementOutcome") -> Iterator[str]:
    yield visible(f"    requirement {one.number}: {one.result.value}. {one.what.en}")
    for place in one.where:
        yield visible(f"      line {place.line}, column {place.column}: {place.excerpt}")
