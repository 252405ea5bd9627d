"""Reports: complete, inert, loadable, whole or not at all."""

import csv
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from calibration.agreement.estimate import Estimate
from calibration.agreement.report import check_destinations, render, write_reports
from calibration.agreement.report_csv import Cell, safe_cell
from calibration.agreement.report_document import interval_text, value_text
from calibration.agreement.report_markdown import inert, visible
from calibration.agreement.retrospective import Retrospective, as_json, retrospect
from calibration.agreement.study import Options
from db.errors import Invalid
from db.intake import read_upload
from tests.agreement.handed_in import QUICK, gold, verdicts

HOSTILE = (
    '<img src=x onerror="x()"><script>alert(1)</script>|![b](http://x.invalid/b.png)\u202e\x1b[31m'
)
FORMULA = "=HYPERLINK(1)"

FIELDS = {
    "judge",
    "n",
    "scored",
    "unscored",
    "right",
    "clusters",
    "deff",
    "n_eff",
    "accuracy",
    "exact",
    "counted_wrong",
    "lower_one_sided",
    "kappa",
    "ac1",
    "alpha",
    "mcc",
    "tpr",
    "tnr",
    "only_first_right",
    "only_second_right",
    "mcnemar_p",
    "difference",
    "prevalence",
    "confusion",
}


def report(judge: str = "j", **options: object) -> Retrospective:
    labels = gold("item_id,lang,label\na,zh,1\nb,zh,0\nc,en,1\nd,en,0\n")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["item_id", "judge_id", "verdict"])
    writer.writerows([item, judge, said] for item, said in zip("abcd", "1110", strict=True))
    writer.writerows([item, "k", "0"] for item in "abcd")
    said = read_upload("verdicts.csv", out.getvalue().encode())
    asked = Options(judge=judge, plan=QUICK, **options)  # type: ignore[arg-type]
    return retrospect(labels, said, asked)


class Tags(HTMLParser):
    """Collect what a browser would see as elements, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("ending", [".md", ".html", ".csv"])
def test_every_report_says_retrospective_and_where_it_comes_from(ending: str) -> None:
    result = report(by=("lang",), compare="k", where=("lang=zh", "lang=en"))
    text = render(result, ending)
    assert "etrospective" in text
    assert "certified" not in text.lower()
    for fact in (result.gold.sha256, result.verdicts.sha256, "gold.csv", "verdicts.csv"):
        assert fact in text
    assert result.program in text
    assert "lang=zh" in text


def test_hostile_names_are_text_in_html_and_load_nothing() -> None:
    page = Tags()
    page.feed(render(report(HOSTILE), ".html"))
    assert not page.tags & {"img", "script", "a", "link", "iframe", "svg", "base"}
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert "<script>alert(1)</script>" in page.text
    assert "\u202e" not in page.text
    assert "\x1b" not in page.text


def test_an_html_report_stands_alone_and_follows_light_and_dark() -> None:
    text = render(report(), ".html")
    assert "prefers-color-scheme: dark" in text
    assert "default-src 'none'" in text
    assert not re.search(r"https?://|@import|url\(", text)


def test_hostile_names_are_inert_in_markdown_and_break_no_table() -> None:
    text = render(report(HOSTILE, by=("lang",), compare="k"), ".md")
    assert "<img" not in text.replace("\\<img", "")
    assert "![b](" not in text
    assert "\u202e" not in text
    for block in text.strip().split("\n\n"):
        if block.startswith("| "):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.split("\n")}
            assert len(widths) == 1


def test_what_markdown_acts_on_is_escaped_and_what_does_not_print_is_shown() -> None:
    assert inert("a|b*c_d`<e>[f]") == r"a\|b\*c\_d\`\<e\>\[f\]"
    assert visible("a\nb\u202ec 甲") == "a\\u000ab\\u202ec 甲"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


@pytest.mark.parametrize("cell", [-0.5, -3, "-0.5", "-3", "+1", "1e-5", "a=b", "", None])
def test_numbers_stay_numbers_and_other_texts_stay_as_they_are(cell: Cell) -> None:
    assert safe_cell(cell) == cell


def test_a_csv_report_loads_in_pandas_with_unrounded_numbers() -> None:
    # j: a, b, d of gold 1 0 1 0 with verdicts 1 1 1 0: 3 of 4 right; k: 2 of 4.
    frame = pd.read_csv(io.StringIO(render(report(compare="k", by=("lang",)), ".csv")))
    whole = frame[frame["group"] == "all"].set_index("statistic")
    assert whole.loc["right", "estimate"] == 3
    assert whole.loc["accuracy", "estimate"] == 0.75
    assert whole.loc["difference, k minus j", "estimate"] == -0.25
    assert set(frame["group"]) == {"all", "lang=en", "lang=zh"}
    assert (frame["n"] > 0).all()
    assert (frame["note"] == "retrospective").all()
    assert frame["gold_sha256"].nunique() == 1
    assert whole["low"].dropna().le(whole["high"].dropna()).all()


def test_a_formula_as_a_judge_stays_text_in_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(render(report(FORMULA), ".csv"))))
    assert {row["judge"] for row in rows} == {"'" + FORMULA}


def test_the_object_has_every_field_and_no_number_without_its_interval() -> None:
    written = as_json(report(by=("lang",), compare="k"))
    assert set(written) >= FIELDS
    groups = written["by"]
    assert isinstance(groups, list)
    assert [group["where"] for group in groups] == [{"lang": "en"}, {"lang": "zh"}]
    assert all(set(group) >= FIELDS for group in groups)
    for name in ("accuracy", "exact", "counted_wrong", "kappa", "tpr", "difference"):
        estimate = written[name]
        assert isinstance(estimate, dict)
        assert {"estimate", "low", "high", "n", "method", "reason"} <= set(estimate)
    assert written["confusion"] == {
        "labels": ["0", "1"],
        "gold_by_verdict": [[1, 1], [0, 2]],
        "unscored": [0, 0],
    }


def test_nothing_is_told_as_minus_zero() -> None:
    told = Estimate(estimate=-3e-17, low=-1e-4, high=0.5, n=20, method="", reason=None)
    assert value_text("kappa", told) == "0.000"
    assert interval_text("kappa", told) == "0.000 to 0.500"


def test_a_report_replaces_an_older_one_whole_and_leaves_no_draft(tmp_path: Path) -> None:
    place = tmp_path / "r.md"
    place.write_text("old")
    write_reports(report(), [place, tmp_path / "r.csv", tmp_path / "R.HTML"])
    assert place.read_text(encoding="utf-8").startswith("# Agreement of j")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["R.HTML", "r.csv", "r.md"]
    assert place.stat().st_mode & 0o777 == 0o644


def test_a_later_move_that_fails_takes_the_earlier_ones_back(tmp_path: Path) -> None:
    # All three drafts can be written; the third cannot be moved onto a folder.
    old, new, folder = tmp_path / "old.md", tmp_path / "new.csv", tmp_path / "r.html"
    old.write_text("old")
    old.chmod(0o640)
    folder.mkdir()
    with pytest.raises(Invalid) as refusal:
        write_reports(report(), [old, new, folder])
    assert str(refusal.value) == (
        f"A report cannot be written to {str(folder)!r}: is a directory; choose another place."
    )
    assert sorted(file.name for file in tmp_path.iterdir()) == ["old.md", "r.html"]
    assert old.read_text() == "old"
    assert old.stat().st_mode & 0o777 == 0o640


def test_a_new_report_has_the_rights_that_the_umask_leaves_and_an_old_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    old = tmp_path / "old.md"
    old.write_text("old")
    old.chmod(0o604)
    before = os.umask(0o027)
    try:
        write_reports(report(), [tmp_path / "new.md", old])
    finally:
        os.umask(before)
    assert (tmp_path / "new.md").stat().st_mode & 0o777 == 0o640
    assert old.stat().st_mode & 0o777 == 0o604
    assert old.read_text(encoding="utf-8").startswith("# Agreement")


def test_a_report_over_a_link_is_written_to_the_file_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    target, link = tmp_path / "kept" / "r.md", tmp_path / "latest.md"
    link.symlink_to("kept/r.md")
    check_destinations([link], sources=[])
    write_reports(report(), [link])
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("# Agreement")
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["kept", "latest.md", "r.md"]


def test_links_that_lead_in_a_circle_or_into_no_folder_are_refused(tmp_path: Path) -> None:
    circle, lost = tmp_path / "circle.md", tmp_path / "lost.md"
    circle.symlink_to(circle)
    lost.symlink_to(tmp_path / "gone" / "r.md")
    with pytest.raises(Invalid, match="the path leads nowhere; choose another place"):
        check_destinations([circle], sources=[])
    with pytest.raises(Invalid, match=r"there is no folder '.*gone'; create it first"):
        check_destinations([lost], sources=[])


def test_two_reports_for_one_file_are_refused(tmp_path: Path) -> None:
    place, link = tmp_path / "r.md", tmp_path / "link.csv"
    link.symlink_to(place)
    with pytest.raises(Invalid, match=r"it is the same file as '.*r.md'; name one place for each"):
        check_destinations([place, link], sources=[])


def test_labels_keep_their_capitals_in_every_report() -> None:
    labels = gold("item_id,label\na,PASS\nb,Pass\nc,pass\n")
    said = verdicts("item_id,judge_id,verdict\na,j,PASS\nb,j,Pass\nc,j,pass\n")
    result = retrospect(labels, said, Options(judge="j", plan=QUICK))
    for ending in (".md", ".html"):
        text = render(result, ending)
        assert [f"Prevalence of {label}" in text for label in ("PASS", "Pass", "pass")] == [
            True
        ] * 3


@pytest.mark.parametrize("ending", [".md", ".html", ".csv"])
def test_groups_by_a_column_of_the_verdicts_carry_their_note_into_every_report(ending: str) -> None:
    labels = gold("item_id,label\na,1\nb,0\n")
    said = verdicts("item_id,judge_id,site,verdict\na,j,x,1\nb,j,y,0\n")
    result = retrospect(labels, said, Options(judge="j", by=("site",), plan=QUICK))
    told = "gold without a verdict in this group counts as unscored here"
    assert told in render(result, ending)
    groups = as_json(result)["by"]
    assert isinstance(groups, list)
    assert all(told in group["note"] for group in groups)
    assert told not in render(report(by=("lang",)), ending)


def test_when_one_place_fails_no_report_is_left(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refusal:
        write_reports(report(), [tmp_path / "r.md", tmp_path / "gone" / "r.csv"])
    assert str(refusal.value) == (
        f"A report cannot be written to {str(tmp_path / 'gone' / 'r.csv')!r}: no such file or "
        "directory; choose another place."
    )
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"the name must end in \.md, \.html, \.csv\.$"):
        check_destinations([tmp_path / "r.pdf"], sources=[])


def test_a_link_to_an_input_is_no_way_to_overwrite_it(tmp_path: Path) -> None:
    source = tmp_path / "gold.csv"
    source.write_text("item_id,label\n")
    link = tmp_path / "r.csv"
    link.symlink_to(source)
    with pytest.raises(Invalid, match="this file was handed in as input"):
        check_destinations([link], sources=[source])


def test_the_disagreements_name_the_rows_of_both_files() -> None:
    assert "| c | 1 | 0 | 4 | 8 |" in render(
        retrospect(
            gold("item_id,label\na,1\nb,0\nc,1\n"),
            verdicts("item_id,judge_id,verdict\na,j,1\nb,j,0\nx,k,1\nx,k,1\ny,k,1\nz,k,0\nc,j,0\n"),
            Options(judge="j", plan=QUICK),
        ),
        ".md",
    )
