"""The verb `gainsay agree` without files: it looks into the workspace."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.settings import load_settings
from app.workspace import prepare
from db.engine import Engine, open_engine
from db.labels import LabelSource
from tests.agreement.labelled import NOON, judged, label
from tests.agreement.labelled import prepare as fill


@pytest.fixture
def workspace(own_data_folder: Path) -> None:
    own_data_folder.mkdir()
    prepare(load_settings(), now=NOON, starter=False)


@pytest.fixture
def labelled(sqlite_copy: object, own_data_folder: Path) -> Engine:
    """The workspace of the command line, with labels of two people and verdicts of two judges."""
    own_data_folder.mkdir()
    sqlite_copy(own_data_folder / "gainsay.db")  # type: ignore[operator]
    engine = open_engine(load_settings().database_url)
    fill(engine, {"f": ["a", "zh-a"], "g": ["b"], "h": ["c"]})
    label(
        engine,
        {
            "ana": {"a": "1", "zh-a": "1", "b": "0", "c": "1"},
            "ben": {"a": "1", "zh-a": "0", "b": "0"},
        },
    )
    judged(engine, "j", {"a": "1", "b": "1", "c": "1"})
    engine.dispose()
    return engine


def test_a_judge_is_measured_against_people(
    labelled: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agree", "--judge", "j", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    # Gold: a 1 (both), b 0 (both), c 1 (ana alone); zh-a is a tie. j is right on a and c.
    assert (found["n"], found["right"], found["unscored"]) == (3, 2, 0)
    assert found["workspace"]["undecided"] == 1
    assert found["evidence"] == "retrospective"
    assert found["provenance"]["cluster"] == "cluster_id"
    assert main(["agree", "--judge", "j"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "j against the labels blind_human of this workspace"
    assert lines[-2] == (
        "from this workspace: 7 labels by 2 on 4 responses; decided 3 (one label 1, unanimous 2, "
        "majority 0), undecided and left out 1; also left out: 0 earlier labels of the same rater, "
        "0 of demonstration people, 0 of simulated responses, 0 handed in too late"
    )
    assert lines[-1].startswith("retrospective: gold is made of blind labels by 2 people")


def test_people_are_measured_among_themselves(
    labelled: Engine, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "people.csv"
    assert main(["agree", "--json", "--report", str(report)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n"], found["differing"]) == (3, 1)
    assert found["percent"]["estimate"] == pytest.approx(2 / 3)
    assert report.is_file()


def test_labels_that_are_no_human_evidence_are_named_so_on_the_screen(
    labelled: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    label(labelled, {"ana": {"a": "0"}}, source=LabelSource.HUMAN_UNBLINDED, minute=9)
    labelled.dispose()
    assert main(["agree", "--judge", "j", "--source", "human_unblinded"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-1].startswith("no human evidence: the labels are of the sources human")


def test_without_labels_one_sentence_says_so(
    workspace: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["agree"], ["agree", "--source", "imported"]):
        assert main(arguments) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("There is nothing to measure: no response has a live label")
        assert "(n = 0)" in printed.err


def test_without_a_workspace_the_way_to_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agree"]) == 1
    assert "run 'gainsay db upgrade --starter'" in capsys.readouterr().err
