"""Owns the verb `gainsay certify`: what typed-in counts prove, and how many labels a plan needs.

Both are arithmetic on numbers that somebody typed: a bound is "met" here, and nothing more. Only
an opening of sealed labels makes a certificate.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer

from app.cli.numbers import decimal, whole_number
from app.cli.output import AsJson, DatabaseUrl, answer, wrong_option
from db.errors import Invalid

T = TypeVar("T")

NOTE = (
    "arithmetic only, not a certificate: it takes one label per item family, from a random sample "
    "that nobody looked at before"
)

Labels = Annotated[
    str | None, typer.Option("--n", metavar="INTEGER", help="How many labels there are.")
]
Errors = Annotated[
    str | None,
    typer.Option(
        "--errors", metavar="INTEGER", help="How many of them the judge gets wrong or leaves."
    ),
]
Target = Annotated[
    str | None,
    typer.Option("--target", metavar="FRACTION", help="Accuracy to show, a fraction such as 0.95."),
]
Plan = Annotated[
    bool, typer.Option("--plan", help="Say how many labels are needed, before there are any.")
]
TrueAccuracy = Annotated[
    str | None,
    typer.Option(
        "--true-accuracy",
        metavar="FRACTION",
        help="With --plan: accuracy the judge is assumed to have.",
    ),
]
Power = Annotated[
    str | None,
    typer.Option(
        "--power",
        metavar="FRACTION",
        help="With --plan: probability of success wanted, such as 0.8.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    result: dict[str, object]
    lines: list[str]


def certify(
    n: Labels = None,
    errors: Errors = None,
    target: Target = None,
    plan: Plan = False,
    true_accuracy: TrueAccuracy = None,
    power: Power = None,
    as_json: AsJson = False,
    db: DatabaseUrl = None,  # noqa: ARG001 - every verb takes --db; this one reads no database
) -> None:
    """Say what accuracy n labels with k errors prove, or plan how many labels are needed."""
    labels, wrong = whole_number("--n", n), whole_number("--errors", errors)
    goal = decimal("--target", target)
    truth, chance = decimal("--true-accuracy", true_accuracy), decimal("--power", power)
    counts: dict[str, float | None] = {"--n": labels, "--errors": wrong}
    planned: dict[str, float | None] = {"--true-accuracy": truth, "--power": chance}
    for name, value in (planned if not plan else counts).items():
        if value is not None:
            needs = "not allowed with --plan" if plan else "allowed only with --plan"
            raise wrong_option(name, f"{name} is {needs}, got {value!r}")
    required = {"--target": goal, **(planned if plan else counts)}
    absent = [name for name, value in required.items() if value is None]
    if absent:
        raise wrong_option(
            absent[0],
            f"missing; certify{' --plan' if plan else ''} needs {', '.join(required)}",
        )
    if goal is not None and truth is not None and chance is not None:
        found = _plan(goal, truth, chance)
    elif goal is not None and labels is not None and wrong is not None:
        found = _bound(labels, wrong, goal)
    answer(found.result, as_json=as_json, lines=found.lines)


def _bound(n: int, errors: int, target: float) -> _Answer:
    from calibration.agreement.bounds import ALPHA, errors_allowed, labels_needed
    from calibration.agreement.limits import check_count, check_fraction, lower_limit

    _checked("--target", lambda: check_fraction("target", target))
    _checked("--n", lambda: check_count("n", n))
    _checked("--errors", lambda: check_count("errors", errors))
    if n == 0:
        raise wrong_option("--n", "0 labels show nothing; give the number of labels, 1 or more")
    if errors > n:
        raise wrong_option("--errors", f"errors must be at most n, got {errors} errors of {n}")
    lower = lower_limit(n - errors, n, alpha=ALPHA)
    needed = _checked("--target", lambda: labels_needed(0, target))
    allowed = errors_allowed(n, target)
    met = allowed is not None and errors <= allowed
    most = (
        f"{n} labels are too few for it, even without an error"
        if allowed is None
        else f"{n} labels may hold at most {allowed} error{'' if allowed == 1 else 's'}"
    )
    return _Answer(
        result={
            "n": n,
            "errors": errors,
            "target": target,
            "level": 1 - ALPHA,
            "bound_met": met,
            "lower": lower,
            "needed_for_zero_errors": needed,
            "errors_allowed": allowed,
            "note": NOTE,
        },
        lines=[
            f"{n} labels, {errors} errors: 95 % one-sided exact lower bound {_floor(lower)}",
            f"target {target:g}: bound {'met' if met else 'not met'}",
            f"labels needed without an error: {needed}",
            f"errors allowed: {most}",
            NOTE,
        ],
    )


def _plan(target: float, true_accuracy: float, power: float) -> _Answer:
    from calibration.agreement.limits import check_fraction
    from calibration.agreement.planner import plan_labels

    _checked("--target", lambda: check_fraction("target", target))
    _checked("--true-accuracy", lambda: check_fraction("true_accuracy", true_accuracy))
    _checked("--power", lambda: check_fraction("power", power))
    found = _checked("--true-accuracy", lambda: plan_labels(target, true_accuracy, power))
    return _Answer(
        result={
            "target": target,
            "true_accuracy": true_accuracy,
            "power": power,
            "level": 1 - found.alpha,
            "labels": found.labels,
            "labels_stable": found.labels_stable,
            "errors_allowed": found.errors_allowed,
            "errors_allowed_stable": found.errors_allowed_stable,
            "note": NOTE,
        },
        lines=[
            f"to show {target:g} with probability {power:g} when the true accuracy is "
            f"{true_accuracy:g} (95 % one-sided exact lower bound):",
            f"labels: {found.labels} (at most {found.errors_allowed} errors), the first number "
            "that suffices",
            f"labels, stable: {found.labels_stable} (at most {found.errors_allowed_stable} "
            "errors), from which every larger number suffices too",
            "if families give several labels each, multiply by the design effect",
            NOTE,
        ],
    )


def _checked(option: str, compute: Callable[[], T]) -> T:
    """Run a computation whose refusal is the fault of one option."""
    try:
        return compute()
    except Invalid as error:
        raise wrong_option(option, str(error)) from error


def _floor(fraction: float) -> str:
    """Write a bound with six decimals, rounded down so that it never seems to reach a target."""
    return f"{math.floor(fraction * 1e6) / 1e6:.6f}"
