"""The verb `gainsay certify`: what typed-in counts prove, and plans."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.cli.certify import _bound


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["certify", *arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    answer: dict[str, object] = json.loads(captured.out)
    return answer


def _lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["certify", *arguments]) == 0
    return capsys.readouterr().out


def test_counts_that_meet_the_bound_are_answered_in_full(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = _json(capsys, "--n", "59", "--errors", "0", "--target", "0.95")
    # 59 right of 59: the bound is .05^(1/59) = .950492, unrounded.
    assert found.pop("lower") == pytest.approx(0.05 ** (1 / 59), rel=1e-12)
    assert "arithmetic only, not a certificate" in str(found.pop("note"))
    assert found == {
        "n": 59,
        "errors": 0,
        "target": 0.95,
        "level": 0.95,
        "bound_met": True,
        "needed_for_zero_errors": 59,
        "errors_allowed": 0,
    }


@pytest.mark.parametrize(
    ("n", "errors", "target", "met", "needed", "allowed"),
    [
        pytest.param(320, 9, 0.95, True, 59, 9, id="the default policy"),
        pytest.param(320, 10, 0.95, False, 59, 9, id="one error too many"),
        pytest.param(845, 10, 0.98, True, 149, 10, id="10 errors at 98 %"),
        pytest.param(844, 10, 0.98, False, 149, 9, id="one label too few"),
        pytest.param(58, 0, 0.95, False, 59, None, id="too few for any"),
        pytest.param(5, 5, 0.9, False, 29, None, id="all wrong"),
    ],
)
def test_the_bound_follows_the_table(
    capsys: pytest.CaptureFixture[str],
    n: int,
    errors: int,
    target: float,
    met: bool,
    needed: int,
    allowed: int | None,
) -> None:
    found = _json(capsys, "--n", str(n), "--errors", str(errors), "--target", str(target))
    assert found["bound_met"] is met
    assert found["needed_for_zero_errors"] == needed
    assert found["errors_allowed"] == allowed


@given(st.integers(1, 120), st.data(), st.sampled_from([0, -1, 1]))
@settings(max_examples=100, deadline=None)
def test_the_bound_is_met_exactly_when_so_many_errors_are_allowed(
    n: int, data: st.DataObject, ulps: int
) -> None:
    # At the printed bound, one float below and one above: where rounding would show first.
    errors = data.draw(st.integers(0, n - 1))
    lower = _bound(n, errors, 0.5).result["lower"]
    assert isinstance(lower, float)
    found = _bound(n, errors, math.nextafter(lower, 2.0 * ulps) if ulps else lower).result
    allowed = found["errors_allowed"]
    assert found["bound_met"] is (ulps <= 0)
    assert found["bound_met"] is (isinstance(allowed, int) and errors <= allowed)
    assert found["bound_met"] is (found["lower"] >= found["target"])  # type: ignore[operator]


def test_the_printed_bound_of_20_labels_without_an_error_is_met_by_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lower = _json(capsys, "--n", "20", "--errors", "0", "--target", "0.5")["lower"]
    found = _json(capsys, "--n", "20", "--errors", "0", "--target", repr(lower))
    assert (found["bound_met"], found["errors_allowed"], found["needed_for_zero_errors"]) == (
        True,
        0,
        20,
    )


def test_a_person_reads_the_same_facts(capsys: pytest.CaptureFixture[str]) -> None:
    text = _lines(capsys, "--n", "320", "--errors", "9", "--target", "0.95")
    assert "320 labels, 9 errors" in text
    assert "bound met" in text
    assert "labels needed without an error: 59" in text
    assert "at most 9 errors" in text
    assert "arithmetic only, not a certificate" in text
    assert "certified" not in text


def test_a_bound_just_short_is_not_printed_as_the_target(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # 58 right of 58: .05^(1/58), rounded down to six decimals.
    text = _lines(capsys, "--n", "58", "--errors", "0", "--target", "0.95")
    assert f"lower bound {math.floor(1e6 * 0.05 ** (1 / 58)) / 1e6}" in text
    assert "bound not met" in text
    assert "58 labels are too few for it, even without an error" in text


@pytest.mark.parametrize(
    ("true_accuracy", "power", "labels", "stable"),
    [
        # 969 and 1,091 are the worked saw-tooth; 1,390 and 6,273 were found by trying every n.
        pytest.param(0.99, 0.8, 969, 1091, id="99 % at 80 %"),
        pytest.param(0.99, 0.9, 1271, 1390, id="99 % at 90 %"),
        pytest.param(0.985, 0.9, 5895, 6273, id="98.5 % at 90 %"),
    ],
)
def test_a_plan_names_the_first_and_the_stable_number_of_labels(
    capsys: pytest.CaptureFixture[str],
    true_accuracy: float,
    power: float,
    labels: int,
    stable: int,
) -> None:
    arguments = ["--plan", "--target", "0.98"]
    arguments += ["--true-accuracy", str(true_accuracy), "--power", str(power)]
    found = _json(capsys, *arguments)
    assert (found["labels"], found["labels_stable"]) == (labels, stable)
    assert (found["target"], found["true_accuracy"], found["power"]) == (0.98, true_accuracy, power)
    text = _lines(capsys, *arguments)
    assert f"labels: {labels} " in text
    assert f"labels, stable: {stable} " in text
    assert "arithmetic only, not a certificate" in text


COUNTS = ["--n", "59", "--errors", "0"]
PLAN = ["--plan", "--target", "0.98", "--true-accuracy", "0.99", "--power", "0.8"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(
            [*COUNTS, "--target", "95"],
            "Invalid value for '--target': target must be a fraction above 0 and below 1, got "
            "95.0: write 95 % as 0.95.",
            id="target in percent",
        ),
        pytest.param([*COUNTS, "--target", "1"], "got 1.0: write 95 % as 0.95.", id="target 1"),
        pytest.param([*COUNTS, "--target", "0"], "got 0.0: write 95 % as 0.95.", id="target 0"),
        pytest.param([*COUNTS, "--target", "nan"], "got nan: write 95 % as 0.95.", id="nan"),
        pytest.param([*COUNTS, "--target", "-0.5"], "got -0.5: write", id="negative target"),
        pytest.param(
            [*PLAN[:3], "--true-accuracy", "99", *PLAN[5:]],
            "Invalid value for '--true-accuracy': true_accuracy must be a fraction above 0 and "
            "below 1, got 99.0: write 99 % as 0.99.",
            id="true accuracy in percent",
        ),
        pytest.param(
            [*PLAN[:5], "--power", "80"],
            "Invalid value for '--power': power must be a fraction above 0 and below 1, got 80.0: "
            "write 80 % as 0.8.",
            id="power in percent",
        ),
        pytest.param(
            [*PLAN[:3], "--true-accuracy", "0.98", *PLAN[5:]],
            "Invalid value for '--true-accuracy': true_accuracy must be above target, got 0.98 and "
            "0.98: a judge no better than the target reaches it only by luck",
            id="true accuracy at the target",
        ),
        pytest.param(
            ["--n", "59", "--errors", "60", "--target", "0.95"],
            "Invalid value for '--errors': errors must be at most n, got 60 errors of 59.",
            id="more errors than labels",
        ),
        pytest.param(
            ["--n", "-1", "--errors", "0", "--target", "0.95"],
            "Invalid value for '--n': n must be a whole number from 0 to 1,000,000,000, got -1.",
            id="negative n",
        ),
        pytest.param(
            ["--n", "5", "--errors", "-2", "--target", "0.95"],
            "Invalid value for '--errors': errors must be a whole number from 0 to",
            id="negative errors",
        ),
        pytest.param(
            ["--n", "0", "--errors", "0", "--target", "0.95"], "0 labels show nothing", id="n 0"
        ),
        pytest.param(
            ["--n", "5.5", "--errors", "0", "--target", "0.95"],
            "Invalid value for '--n': got '5.5': write a whole number such as 320.",
            id="n not whole",
        ),
        pytest.param(
            ["--n", "1,000", "--errors", "0", "--target", "0.95"],
            "Invalid value for '--n': got '1,000': write a whole number such as 1000.",
            id="n with a comma",
        ),
        pytest.param(
            ["--n", "9" * 5_000, "--errors", "0", "--target", "0.95"],
            f"got '{'9' * 60}'...: write a whole number such as 320.",
            id="n of 5,000 digits",
        ),
        pytest.param(
            ["--n", "59", "--errors", "none\n\x1b[31m", "--target", "0.95"],
            r"got 'none\n\x1b[31m': write a whole number such as 320.",
            id="errors in words",
        ),
        pytest.param(
            [*COUNTS, "--target", "0,95"],
            "Invalid value for '--target': got '0,95': write 0.95, a fraction with a point.",
            id="target with a comma",
        ),
        pytest.param(
            [*COUNTS, "--target", "95%"],
            "Invalid value for '--target': got '95%': write 0.95, a fraction with a point.",
            id="target with a percent sign",
        ),
        pytest.param(
            [*COUNTS, "--target", "97,5 %"],
            "Invalid value for '--target': got '97,5 %': write 0.975, a fraction with a point.",
            id="target with a comma and a percent sign",
        ),
        pytest.param(
            [*PLAN[:5], "--power", "high"],
            "Invalid value for '--power': got 'high': write a fraction such as 0.95.",
            id="power in words",
        ),
        pytest.param(
            [],
            "Invalid value for '--target': missing; certify needs --target, --n, --errors.",
            id="nothing given",
        ),
        pytest.param(
            [*COUNTS[:2], "--target", "0.95"],
            "Invalid value for '--errors': missing; certify needs --target, --n, --errors.",
            id="errors missing",
        ),
        pytest.param(
            PLAN[:3],
            "Invalid value for '--true-accuracy': missing; certify --plan needs --target, "
            "--true-accuracy, --power.",
            id="plan without its options",
        ),
        pytest.param(
            [*PLAN, "--n", "59"],
            "Invalid value for '--n': --n is not allowed with --plan, got 59.",
            id="plan with n",
        ),
        pytest.param(
            [*PLAN, "--errors", "0"],
            "Invalid value for '--errors': --errors is not allowed with --plan, got 0.",
            id="plan with errors",
        ),
        pytest.param(
            [*COUNTS, "--target", "0.95", "--power", "0.8"],
            "Invalid value for '--power': --power is allowed only with --plan, got 0.8.",
            id="power without plan",
        ),
        pytest.param(
            [*COUNTS, "--target", "0.99999999999"],
            "takes more than 1,000,000,000 labels; choose a lower target.",
            id="a target out of reach",
        ),
    ],
)
def test_wrong_options_leave_with_2_one_sentence_and_no_output(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["certify", *arguments, "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert sentence in captured.err


def test_the_verb_accepts_a_database_that_it_does_not_need(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = _json(capsys, *COUNTS, "--target", "0.95", "--db", "sqlite:////nowhere/at/all.db")
    assert found["bound_met"] is True
