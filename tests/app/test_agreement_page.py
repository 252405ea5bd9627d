"""The page Agreement, started from the entry script."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from calibration.agreement.llmbar import llmbar_paths
from tests.app.reading import chart_data, html, table, words

Opened = Callable[..., AppTest]
pytestmark = pytest.mark.usefixtures("empty_workspace")


def own_files(page: AppTest, gold: bytes, verdicts: bytes) -> AppTest:
    page.segmented_control(key="study_source").set_value("files").run()
    page.file_uploader(key="study_gold").upload("gold.csv", gold)
    page.file_uploader(key="study_verdicts").upload("verdicts.csv", verdicts)
    return page.run()


def test_the_bundled_study_opens_with_its_first_figure(opened: Opened) -> None:
    page = opened("agreement")
    # GPT-4/Vanilla, original order: 347 of 419 (published.csv: 95 + 104 + 78 + 35 + 35 right).
    assert page.metric[0].label == "Accuracy of scored verdicts"
    assert page.metric[0].value == "82.8 %"
    said = words(page)
    assert "95 % interval **78.9–86.1 %** · n = 419" in said
    assert "347 of 419 scored verdicts agree with people; 0 of 419 unscored" in said
    assert "certifies nothing" in said
    # The whole and five subsets, each with and without unscored counted wrong.
    assert len(chart_data(page)) == 2 * 6


def test_every_statistic_has_n_and_an_interval_or_a_reason(opened: Opened) -> None:
    figures = table(opened("agreement"), "Statistic").set_index("Statistic")
    assert figures.loc["Cohen kappa", "Estimate"] == "0.657"
    assert figures.loc["Cohen kappa", "n"] == 419
    assert figures.loc["True positive rate", "95 % interval"] == "–"
    reason = figures.loc["True positive rate", "Method, or why undefined"]
    assert reason == "undefined because no label is named as the positive one"


def test_a_second_judge_is_compared_with_the_first(opened: Opened) -> None:
    page = opened("agreement")
    box = next(box for box in page.selectbox if box.label == "Compare with")
    box.set_value("GPT-4/CoT").run()
    assert not page.exception
    said = words(page)
    # 340 right less 347 right of 419: -1.7 percentage points.
    assert "**GPT-4/CoT** minus **GPT-4/Vanilla**: −1.7 percentage points" in said
    assert "n = 419" in said
    assert any(metric.label == "McNemar, exact" for metric in page.metric)


def test_the_positive_label_gives_the_rates(opened: Opened) -> None:
    page = opened("agreement")
    next(box for box in page.selectbox if box.label == "Positive label").set_value("1").run()
    figures = table(page, "Statistic").set_index("Statistic")
    # 175 of the 206 items whose gold label is 1: 85.0 %.
    assert figures.loc["True positive rate", "Estimate"] == "85.0 %"


def test_without_files_only_the_planner_is_shown(opened: Opened) -> None:
    page = opened("agreement")
    page.segmented_control(key="study_source").set_value("files").run()
    assert not page.metric
    assert "Hand in both files" in words(page)
    # STATISTICS: to show 95 % takes 93 labels with one error; the sentence names both numbers.
    assert "To show **at least 95.0 %**" in words(page)


def test_uploaded_files_give_the_same_figure_as_the_bundled_ones(opened: Opened) -> None:
    paths = llmbar_paths()
    page = opened("agreement")
    page.segmented_control(key="study_source").set_value("files").run()
    page.file_uploader(key="study_gold").upload("gold.csv", paths.gold.read_bytes())
    page.file_uploader(key="study_verdicts").upload("verdicts.csv.gz", paths.verdicts.read_bytes())
    page.run()
    assert page.metric[0].value == "82.8 %"


def test_files_that_do_not_fit_are_refused_in_one_sentence(opened: Opened) -> None:
    page = own_files(
        opened("agreement"),
        b"item_id,label\na,1\nb,0\n",
        b"item_id,judge_id,verdict\na,j,1\nb,j,<img src=x>\n",
    )
    assert len(page.error) == 1
    assert "The verdicts file 'verdicts.csv' is refused" in page.error[0].value
    assert "<img" not in page.error[0].value.replace("\\<", "")
    assert not page.metric


def test_unscored_verdicts_are_counted_and_lower_the_strict_figure(opened: Opened) -> None:
    page = own_files(
        opened("agreement"),
        b"item_id,label\na,1\nb,0\nc,1\nd,0\n",
        b"item_id,judge_id,verdict\na,j,1\nb,j,0\nc,j,\n",
    )
    # Two of two scored agree; counted wrong two of four: 100.0 % and 50.0 %.
    assert page.metric[0].value == "100.0 %"
    figures = table(page, "Statistic").set_index("Statistic")
    assert figures.loc["Accuracy, unscored counted wrong", "Estimate"] == "50.0 %"
    assert "2 of 4 unscored" in words(page)


def test_a_disagreement_shows_the_texts_behind_it(opened: Opened) -> None:
    page = opened("agreement")
    # 419 - 347 = 72 verdicts differ from gold.
    assert "72 verdicts differ" in words(page)
    assert html(page) == ""
    page.session_state["study_disagreements"] = {"selection": {"rows": [0], "columns": []}}
    page.run()
    assert not page.exception
    assert "people: follows" in words(page)
    assert "judge: follows" in words(page)
    assert len(page.html) == 3


def test_reports_are_offered_in_three_formats(opened: Opened) -> None:
    page = opened("agreement")
    labels = [button.label for button in page.get("download_button")]
    assert labels == ["Download .md", "Download .html", "Download .csv"]
