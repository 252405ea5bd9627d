"""The people of the workspace among themselves, on both databases."""

import pytest
from sqlalchemy import Engine

from calibration.agreement.bootstrap import Plan
from calibration.agreement.raters.retrospective import RaterRetrospective, as_json
from calibration.agreement.standing import Kind
from calibration.agreement.workspace.people import PeopleQuestion, study_people
from db.engine import reading, writing
from db.errors import NotFound
from db.labels import LabelSource
from db.workspace import WorkspaceKind, find_workspace
from tests.agreement.labelled import imported, label, prepare, withdraw

QUICK = Plan(replicates=100)


@pytest.fixture
def workspace(engine: Engine) -> Engine:
    prepare(engine, {"f": ["a", "zh-a"], "g": ["b"], "h": ["c"]})
    return engine


def ask(engine: Engine, **options: object) -> RaterRetrospective:
    with reading(engine) as session:
        question = PeopleQuestion(plan=QUICK, **options)  # type: ignore[arg-type]
        return study_people(session, question)


def test_people_are_compared_on_what_they_labelled_blind(workspace: Engine) -> None:
    made = label(
        workspace,
        {
            "ana": {"a": "1", "zh-a": "1", "b": "0", "c": "1"},
            "ben": {"a": "1", "zh-a": "0", "b": "0", "c": "1"},
            "eva": {"a": "1", "b": "?"},
        },
    )
    withdraw(workspace, made["ben", "c"], "ben")
    found = ask(workspace, by=("language",))
    whole = found.study.whole
    # a: three equal; zh-a: two differ; b: two equal and one undecided; c: ana alone.
    assert (whole.units, whole.rated_twice, whole.rated_once) == (4, 3, 1)
    assert (whole.differing, whole.clusters) == (1, 3)
    assert whole.figures.coefficients["percent"].estimate == pytest.approx(2 / 3)  # type: ignore[index]
    assert [(p.first, p.second, p.n, p.equal) for p in whole.pairs] == [
        ("ana", "ben", 3, 2),
        ("ana", "eva", 1, 1),
        ("ben", "eva", 1, 1),
    ]
    assert whole.raters["eva"].cannot_tell == 1
    assert found.study.differing[0].said == {"ana": "follows", "ben": "does_not_follow"}
    assert [part.where for part in found.study.by] == [{"language": "en"}, {"language": "zh"}]
    assert found.standing.kind is Kind.RETROSPECTIVE
    assert "blind labels by 3 people" in found.standing.note
    assert as_json(found)["workspace"]["human_evidence"] is True  # type: ignore[index]


def test_raters_of_imported_files_are_compared_and_marked(workspace: Engine) -> None:
    imported(workspace, {"x": {"a": "1", "b": "0"}, "y": {"a": "1", "b": "1"}})
    with pytest.raises(NotFound, match="4 'imported'"):
        ask(workspace)
    found = ask(workspace, sources=(LabelSource.IMPORTED,))
    assert list(found.study.whole.raters) == ["x", "y"]
    assert found.standing.kind is Kind.NO_HUMAN_EVIDENCE
    assert as_json(found)["note"] == found.standing.note


def test_an_imported_rater_with_the_name_of_somebody_here_is_another_one(workspace: Engine) -> None:
    imported(workspace, {"ana": {"a": "1", "b": "0"}})
    label(workspace, {"ana": {"a": "0", "b": "0"}})
    found = ask(workspace, sources=(LabelSource.IMPORTED, LabelSource.BLIND_HUMAN))
    assert list(found.study.whole.raters) == ["ana (here)", "ana (imported by local)"]
    assert found.study.whole.differing == 1


def test_one_rater_alone_cannot_agree(workspace: Engine) -> None:
    label(workspace, {"ana": {"a": "1", "b": "0"}, "ben": {"c": "0"}})
    with pytest.raises(NotFound) as caught:
        ask(workspace)
    assert str(caught.value) == (
        "There is nothing to measure: of 3 labelled responses none has labels of two raters "
        "(n = 0); have a second person label the same responses, or hand in a file with --labels."
    )


def test_somebody_whose_labels_are_not_blind_is_told_why_they_do_not_count(
    workspace: Engine,
) -> None:
    label(workspace, {"local": {"a": "1", "b": "0"}}, source=LabelSource.HUMAN_UNBLINDED)
    with pytest.raises(NotFound) as alone:
        ask(workspace)
    # Labelling more would not help, so the sentence does not send anybody to the page Label.
    assert str(alone.value) == (
        "There is nothing to measure: no response has a live label of source 'blind_human' "
        "(n = 0); in a solo workspace nobody logs in, so no label made here counts as blind: hand "
        "in labels given elsewhere as files (--labels, or --gold and --verdicts), or look at other "
        "labels with --source "
        "(there are 4 'construction', 2 'human_unblinded')."
    )
    with writing(workspace) as session:
        found = find_workspace(session)
        assert found is not None
        found.kind = WorkspaceKind.SHARED
    with pytest.raises(NotFound) as shared:
        ask(workspace)
    assert (
        "(n = 0); the 2 labels by people who wrote the item, or had seen what the response was, "
        "are not blind: have somebody else label these responses on the page Label, or look at "
    ) in str(shared.value)
