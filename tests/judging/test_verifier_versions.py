"""An outcome that changes comes with another version: judges are told apart by it."""

import time
from dataclasses import replace

import pytest

from calibration.judging.verifiers.built_in import BUILT_IN
from calibration.judging.verifiers.outcome import failed
from calibration.judging.verifiers.verifier import Verifier, decide
from tests.judging.test_verifiers import values_of
from tests.judging.verifier_outcomes import changed, outcomes_of, read_record


@pytest.mark.parametrize("verifier", BUILT_IN, ids=lambda one: one.name)
def test_no_outcome_of_an_approved_case_has_changed_without_the_version(
    verifier: Verifier,
) -> None:
    before, now = read_record()[verifier.name], outcomes_of(verifier)
    assert not changed(before, now), "give the verifier another version"
    assert before == now, "run python -m tests.judging.verifier_outcomes, and commit the record"


def test_the_record_tells_a_changed_outcome_and_lets_a_new_version_change_it() -> None:
    lines = next(one for one in BUILT_IN if one.name == "lines")
    other = replace(lines, verify=lambda *_: failed(en="No.", zh="否。"))
    before = outcomes_of(lines)
    assert changed(before, outcomes_of(other))
    assert not changed(before, outcomes_of(replace(other, version="another")))
    assert changed(before, outcomes_of(replace(lines, cases=lines.cases[1:])))


@pytest.mark.parametrize("unit", ["…", "*a"])
def test_a_hostile_response_of_100_000_characters_takes_no_verifier_long(unit: str) -> None:
    """Time by the square of the length would be minutes; the slowest takes 0.4 s."""
    for verifier in BUILT_IN:
        values = values_of(verifier, verifier.cases[0].call)
        start = time.perf_counter()
        decide(verifier, unit * (100_000 // len(unit)), values)
        assert time.perf_counter() - start < 5, verifier.name
