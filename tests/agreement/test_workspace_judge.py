"""A judge of the workspace against its labels, on both databases."""

import pytest
from sqlalchemy import Engine

from calibration.agreement.bootstrap import Plan
from calibration.agreement.report import render
from calibration.agreement.retrospective import Retrospective, as_json
from calibration.agreement.standing import Kind
from calibration.agreement.workspace.judge import JudgeQuestion, study_judge
from db.engine import reading, writing
from db.errors import Invalid, NotFound
from db.labels import LabelSource
from tests.agreement.labelled import (
    add_response,
    constructed,
    correct,
    imported,
    judged,
    label,
    prepare,
    withdraw,
)

QUICK = Plan(replicates=100)
# Two items of one family and three alone.
FAMILIES = {"f": ["a", "zh-a"], "g": ["b"], "h": ["c"], "i": ["d"]}


@pytest.fixture
def workspace(engine: Engine) -> Engine:
    prepare(engine, FAMILIES)
    return engine


def ask(engine: Engine, judge: str = "j", **options: object) -> Retrospective:
    with reading(engine) as session:
        question = JudgeQuestion(judge=judge, plan=QUICK, **options)  # type: ignore[arg-type]
        return study_judge(session, question)


def refusal(engine: Engine, judge: str = "j", **options: object) -> str:
    with pytest.raises((NotFound, Invalid)) as caught:
        ask(engine, judge, **options)
    return str(caught.value)


def test_gold_is_the_majority_of_live_blind_labels(workspace: Engine) -> None:
    label(
        workspace,
        {
            "ana": {"a": "1", "zh-a": "1", "b": "1", "c": "0"},
            "ben": {"a": "1", "zh-a": "0", "b": "?", "c": "0"},
            "eva": {"zh-a": "1", "d": "?"},
        },
    )
    judged(workspace, "j", {"a": "-", "zh-a": "1", "b": "1", "c": "1"})
    found = ask(workspace)
    # a: both 1; zh-a: two of three 1; c: both 0; b (1 and cannot tell) and d are undecided.
    whole = found.study.whole.summary
    assert (whole.counts.n, whole.counts.right, whole.counts.unscored) == (3, 1, 1)
    assert whole.accuracy.estimate == 1 / 2
    # a and zh-a are one family.
    assert whole.clusters == 2
    facts = found.standing.workspace
    assert (facts["gold"], facts["gold_unanimous"], facts["gold_by_majority"]) == (3, 2, 1)
    assert (facts["undecided"], facts["responses"], facts["labels"]) == (2, 5, 10)
    assert (facts["raters"], facts["human_evidence"]) == (3, True)
    assert found.standing.kind is Kind.RETROSPECTIVE
    assert "by 3 people" in found.standing.note


def test_a_corrected_and_a_withdrawn_label_do_not_count(workspace: Engine) -> None:
    made = label(workspace, {"ana": {"a": "1", "b": "1", "c": "1"}})
    judged(workspace, "j", {"a": "0", "b": "1", "c": "1"})
    correct(workspace, made["ana", "a"], "ana", "a", "0")
    withdraw(workspace, made["ana", "b"], "ana")
    # What was superseded stays so when the correction is taken back: c has no label.
    withdraw(workspace, correct(workspace, made["ana", "c"], "ana", "c", "0"), "ana")
    found = ask(workspace)
    counts = found.study.whole.summary.counts
    # Gold is a = 0, which is right.
    assert (counts.n, counts.right, found.standing.workspace["labels"]) == (1, 1, 1)


def test_of_two_labels_of_one_person_the_newer_counts(workspace: Engine) -> None:
    label(workspace, {"ana": {"a": "1"}})
    label(workspace, {"ana": {"a": "0"}}, source=LabelSource.HUMAN_UNBLINDED, minute=5)
    judged(workspace, "j", {"a": "0"})
    both = ask(workspace, sources=(LabelSource.BLIND_HUMAN, LabelSource.HUMAN_UNBLINDED))
    assert both.study.whole.summary.counts.right == 1
    assert both.standing.workspace["earlier_left_out"] == 1
    assert both.standing.kind is Kind.NO_HUMAN_EVIDENCE
    assert ask(workspace).study.whole.summary.counts.right == 0


def test_labels_of_construction_are_a_self_test_in_every_output(workspace: Engine) -> None:
    # Every item of the test content has one response of construction, labelled "follows".
    judged(workspace, "j", dict.fromkeys(constructed(workspace), "0"), prefix="")
    found = ask(workspace, sources=(LabelSource.CONSTRUCTION,))
    assert found.study.whole.summary.counts.n == 5
    assert found.standing.kind is Kind.SELF_TEST
    assert found.standing.note.startswith("self-test: the labels are what the responses were")
    written = as_json(found)
    assert written["evidence"] == "self-test"
    assert written["workspace"]["human_evidence"] is False  # type: ignore[index]
    for ending in (".md", ".html", ".csv"):
        assert "self-test" in render(found, ending).lower()
    assert "n = 0 human labels" in render(found, ".md")


def test_gold_of_one_class_still_takes_verdicts_of_the_other(workspace: Engine) -> None:
    label(workspace, {"ana": {"a": "1", "b": "1"}})
    judged(workspace, "j", {"a": "1", "b": "0"})
    whole = ask(workspace).study.whole.summary
    assert (whole.counts.right, whole.counts.scored) == (1, 2)
    assert whole.tnr.scored.n == 0


def test_imported_labels_are_no_human_evidence_whatever_the_file_says(workspace: Engine) -> None:
    imported(workspace, {"ana": {"a": "1", "b": "0"}, "ben": {"a": "1"}})
    judged(workspace, "j", {"a": "1", "b": "0"})
    assert "n = 0" in refusal(workspace)
    assert "2 'imported'" not in refusal(workspace)
    assert "3 'imported'" in refusal(workspace)
    found = ask(workspace, sources=(LabelSource.IMPORTED,))
    assert found.study.whole.summary.counts.right == 2
    assert found.standing.kind is Kind.NO_HUMAN_EVIDENCE
    # Two raters of one file are two, although one person imported it.
    assert found.standing.workspace["raters"] == 2


def test_simulated_judges_are_marked_and_simulated_responses_left_out_and_counted(
    workspace: Engine,
) -> None:
    with writing(workspace) as session:
        add_response(session, "a", suffix="-sim", simulated=True)
    label(workspace, {"ana": {"a": "1", "b": "1", "a-sim": "1"}})
    judged(workspace, "j", {"a": "1", "b": "1", "a-sim": "1"})
    judged(workspace, "robot", {"a": "1", "b": "1"}, simulated=True)
    found = ask(workspace)
    assert found.study.whole.summary.counts.n == 2
    assert found.standing.workspace["simulated_left_out"] == 1
    robot = ask(workspace, "robot")
    assert robot.standing.kind is Kind.SIMULATED
    assert robot.standing.note.startswith("simulated: judge 'robot' is simulated")
    let_in = ask(workspace, where=("simulated=true",))
    assert let_in.study.whole.summary.counts.n == 1
    assert let_in.standing.kind is Kind.SIMULATED
    assert let_in.standing.workspace["human_evidence"] is False


def test_labels_of_demonstration_people_never_enter(workspace: Engine) -> None:
    label(workspace, {"demo": {"a": "1"}}, demonstration=True)
    judged(workspace, "j", {"a": "1"})
    assert "1 of demonstration people are left out" in refusal(workspace)
    label(workspace, {"ana": {"a": "0"}})
    found = ask(workspace)
    assert found.study.whole.summary.counts.right == 0
    assert found.standing.workspace["demonstration_left_out"] == 1


def test_groups_filters_and_a_second_judge_work_as_on_files(workspace: Engine) -> None:
    label(workspace, {"ana": {"a": "1", "zh-a": "1", "b": "0", "c": "0", "d": "1"}})
    judged(workspace, "j", {"a": "1", "zh-a": "0", "b": "0", "c": "1", "d": "1"})
    judged(workspace, "k", {"a": "1", "zh-a": "1", "b": "0", "c": "0", "d": "1"})
    found = ask(workspace, compare="k", by=("language",))
    # j is right on a, b, d; k on all: two more, in two families.
    assert found.study.whole.versus is not None
    assert found.study.whole.versus.comparison.only_second_right == 2
    assert {
        part.where["language"]: (part.summary.counts.right, part.summary.counts.n)
        for part in found.study.by
    } == {"en": (3, 4), "zh": (0, 1)}
    chosen = ask(workspace, where=("language=zh", "type=dia"))
    assert chosen.study.whole.summary.counts.n == 1
    assert "--where names the column 'colour'" in refusal(workspace, where=("colour=red",))


def test_repeats_are_refused_with_the_filter_that_chooses_one(workspace: Engine) -> None:
    label(workspace, {"ana": {"a": "1"}})
    judged(workspace, "j", {"a": "1"})
    judged(workspace, "j", {"a": "0"}, repeat=1)
    assert refusal(workspace) == (
        "Judge 'j' has several verdicts on one response (repeats 0, 1); choose one with --where "
        "repeat=0."
    )
    assert ask(workspace, where=("repeat=1",)).study.whole.summary.counts.right == 0


def test_nothing_to_measure_says_what_is_missing_and_what_to_do(workspace: Engine) -> None:
    assert refusal(workspace) == (
        "There is no judge 'j': this workspace knows none (n = 0); import verdicts with 'gainsay "
        "import verdicts FILE', or hand in files with --gold and --verdicts."
    )
    judged(workspace, "j", {"d": "1"})
    assert refusal(workspace, "i") == (
        "There is no judge 'i' in this workspace; there are 1, among them 'j': choose one of them."
    )
    assert refusal(workspace) == (
        "There is nothing to measure: no response has a live label of source 'blind_human' "
        "(n = 0); in a solo workspace nobody logs in, so no label made here counts as blind: hand "
        "in labels given elsewhere as files (--labels, or --gold and --verdicts), or look at other "
        "labels with --source "
        "(there are 5 'construction')."
    )
    label(workspace, {"ana": {"a": "?"}})
    assert refusal(workspace) == (
        "There is nothing to measure: all 1 labelled responses are undecided (n = 0: cannot tell, "
        "or no majority); have further people label them."
    )
    label(workspace, {"ana": {"b": "1"}})
    assert refusal(workspace) == (
        "There is nothing to measure: judge 'j' has 1 verdicts and none of them is on one of the 1 "
        "responses with a decided label (n = 0); label responses that it judged, or import its "
        "verdicts on these."
    )
