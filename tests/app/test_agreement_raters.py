"""The page Agreement: several raters of a file, and the workspace itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.settings import load_settings
from db.engine import Engine, open_engine
from db.labels import LabelSource
from tests.agreement.labelled import constructed, judged, label, prepare
from tests.app.reading import chart_data, table, words

Opened = Callable[..., AppTest]
RATINGS = b"""response_id,cluster_id,rater,label,language
r1,f1,ana,1,en
r1,f1,ben,1,en
r1,f1,eva,1,en
r2,f1,ana,0,en
r2,f1,ben,1,en
r2,f1,eva,cannot_tell,en
r3,f2,ana,0,zh
r3,f2,ben,0,zh
r3,f2,eva,,zh
r4,f2,ana,1,zh
r4,f2,ben,1,zh
"""


@pytest.fixture
def labelled(sqlite_copy: Callable[[Path], Path], own_data_folder: Path) -> Iterator[Engine]:
    """The app's workspace with labels of two people and the verdicts of one judge."""
    own_data_folder.mkdir()
    sqlite_copy(own_data_folder / "gainsay.db")
    engine = open_engine(load_settings().database_url)
    prepare(engine, {"f": ["a", "zh-a"], "g": ["b"], "h": ["c"]})
    label(
        engine,
        {
            "ana": {"a": "1", "zh-a": "1", "b": "0", "c": "1"},
            "ben": {"a": "1", "zh-a": "0", "b": "0"},
        },
    )
    judged(engine, "j", {"a": "1", "b": "1", "c": "1"})
    yield engine
    engine.dispose()


def handed_in(page: AppTest, data: bytes) -> AppTest:
    page.segmented_control(key="study_source").set_value("raters").run()
    page.file_uploader(key="study_ratings").upload("labels.csv", data)
    return page.run()


@pytest.mark.usefixtures("empty_workspace")
def test_without_a_file_of_ratings_only_the_planner_is_shown(opened: Opened) -> None:
    page = opened("agreement")
    page.segmented_control(key="study_source").set_value("raters").run()
    assert not page.exception
    assert not page.metric
    assert "Hand in a file to see figures" in words(page)


@pytest.mark.usefixtures("empty_workspace")
def test_several_raters_have_alpha_a_map_and_the_units_they_differ_on(opened: Opened) -> None:
    page = handed_in(opened("agreement"), RATINGS)
    assert not page.exception
    assert page.metric[0].label == "Krippendorff alpha (nominal)"
    said = words(page)
    assert "n = 4 units with two decided labels or more" in said
    assert "9 decided, 1 cannot tell, 1 empty, 1 absent" in said
    # r1 all equal, r2 differs, r3 and r4 equal: (1 + 0 + 1 + 1) / 4.
    figures = table(page, "Statistic").set_index("Statistic")
    assert figures.loc["Percent agreement", "Estimate"] == "75.0 %"
    map_of = chart_data(page).set_index(["first", "second"])
    # ana and ben: p_o .75, p_e .5: kappa .5; eva decided once, which is one class only.
    assert map_of.loc[("ana", "ben"), "shown"] == "0.500"
    assert map_of.loc[("ben", "ana"), "of"] == "n = 4"
    assert map_of.loc[("ana", "eva"), "shown"] == "–"
    assert "Units have 2 to 3 decided labels" in said
    assert "Raters differ on 1 unit." in said
    assert "Cochran Q is undefined (n = 1)" in said


@pytest.mark.usefixtures("empty_workspace")
def test_groups_and_level_of_a_file_of_ratings_are_chosen(opened: Opened) -> None:
    page = handed_in(opened("agreement"), RATINGS)
    next(box for box in page.multiselect if box.label == "Groups by").set_value(["language"]).run()
    next(box for box in page.selectbox if box.label == "Labels are").set_value("interval").run()
    assert not page.exception
    assert page.metric[0].label == "Krippendorff alpha (interval)"
    groups = table(page, "Group").set_index("Group")
    assert list(groups["Differ"]) == [1, 1, 0]


@pytest.mark.usefixtures("empty_workspace")
def test_a_file_without_raters_is_refused_in_one_sentence(opened: Opened) -> None:
    page = handed_in(opened("agreement"), b"item_id,who,label\na,ana,1\n")
    assert len(page.error) == 1
    assert "has no column 'rater'" in page.error[0].value.replace("\\", "")


@pytest.mark.usefixtures("empty_workspace")
def test_an_empty_workspace_says_what_is_missing(opened: Opened) -> None:
    page = opened("agreement", study="judge")
    assert not page.exception
    assert "This workspace has no judge yet (n = 0)" in words(page)
    page.segmented_control(key="study_source").set_value("people").run()
    assert "No figures yet." in words(page)
    assert not page.error


@pytest.mark.usefixtures("labelled")
def test_a_judge_of_the_workspace_is_measured_from_the_link(opened: Opened) -> None:
    page = opened("agreement", study="judge", judge="j", by="language")
    assert not page.exception
    said = words(page)
    # Gold: a 1, b 0 (both people), c 1 (ana); zh-a is a tie. j is right on a and c.
    assert "2 of 3 scored verdicts agree with people" in said
    assert "7 labels by 2 raters. Responses undecided and left out: 1." in said
    assert "labels in this workspace that anybody may have seen" in said
    assert page.query_params["judge"] == "j"
    assert list(table(page, "Group")["Group"]) == ["all", "en"]


def test_a_self_test_is_never_called_agreement_with_people(
    opened: Opened, labelled: Engine
) -> None:
    judged(labelled, "k", dict.fromkeys(constructed(labelled), "1"), prefix="")
    page = opened("agreement", study="judge", judge="k", labels=LabelSource.CONSTRUCTION.value)
    assert not page.exception
    said = words(page)
    assert "4 of 4 scored verdicts equal the label" in said
    assert "self-test, not agreement with people" in said
    assert "agree with people" not in said.replace("not agreement with people", "")


@pytest.mark.usefixtures("labelled")
def test_people_of_the_workspace_are_compared(opened: Opened) -> None:
    page = opened("agreement", study="people")
    assert not page.exception
    assert "n = 3 units with two decided labels or more" in words(page)
    assert chart_data(page).iloc[0]["n"] == 3


@pytest.mark.usefixtures("empty_workspace")
def test_the_link_brings_the_bundled_study_back(opened: Opened) -> None:
    page = opened(
        "agreement", study="llmbar", judge="GPT-4/CoT", where=["order=swapped", "subset=Natural"]
    )
    assert not page.exception
    boxes = {box.label: box.value for box in page.multiselect}
    assert boxes["Groups by"] == []
    # Natural alone has 100 items; the page's own first choice would be all 419.
    assert "n = 100" in words(page)
    assert sorted(page.query_params["where"]) == ["order=swapped", "subset=Natural"]


@pytest.mark.usefixtures("empty_workspace")
def test_groups_by_a_column_of_the_verdicts_say_what_unscored_means(opened: Opened) -> None:
    page = opened("agreement")
    page.segmented_control(key="study_source").set_value("files").run()
    page.file_uploader(key="study_gold").upload("gold.csv", b"item_id,label\na,1\nb,0\n")
    page.file_uploader(key="study_verdicts").upload(
        "v.csv", b"item_id,judge_id,order,verdict\na,j,x,1\nb,j,y,0\n"
    )
    page.run()
    next(box for box in page.multiselect if box.label == "Groups by").set_value(["order"]).run()
    assert not page.exception
    assert "Only the verdicts have order: a gold label without a verdict" in words(page)
