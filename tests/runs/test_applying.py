"""What is made of an answer: once in effect, also when the step is taken again."""

from collections import Counter

import pytest

from calibration.runs import kinds
from calibration.runs.applying import apply_answers
from calibration.runs.kinds import RunKind, is_needed
from db.engine import Engine, open_engine, reading
from db.ledger.queries.chunks import UnappliedAnswer
from tests.runs.stage import now
from tests.runs.test_ledger import Play


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What the apply step of questions was given, by the text of the answer and its row."""
    found: Counter[str] = Counter()

    def apply(workspace: Engine, answer: UnappliedAnswer) -> None:
        found[f"{answer.text} {answer.subject['row']}"] += 1
        if found.total() == 2:
            raise RuntimeError("the worker dies here")

    monkeypatch.setattr(
        kinds, "run_kinds", lambda: {"questions": RunKind(name="questions", apply=apply)}
    )
    monkeypatch.setattr("calibration.runs.applying.run_kinds", kinds.run_kinds)
    return found


def test_an_answer_is_applied_again_after_a_crash_and_then_no_more(
    ledger: Engine, run_url: str, seen: Counter[str]
) -> None:
    play = Play(ledger, count=2)
    play.reserve(0, 1)
    play.answered(0)
    play.answered(1)
    workspace = open_engine(run_url)
    with pytest.raises(RuntimeError):
        apply_answers(workspace, ledger, now=now)
    with reading(ledger) as session:
        # No run is left, and still there is something to do.
        assert is_needed(session)
    assert apply_answers(workspace, ledger, now=now) == 2
    assert seen == {"yes 0": 2, "yes 1": 2}
    assert apply_answers(workspace, ledger, now=now) == 0
    with reading(ledger) as session:
        assert not is_needed(session)
    workspace.dispose()
