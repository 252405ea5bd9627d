"""The verb `gainsay agree --labels`: several raters of one file, from the command line."""

import csv
import json
from pathlib import Path

import pytest

from app.cli import main

# Gwet's table: 4 raters x 12 units x 5 categories, . is missing (see tests/agreement).
GWET = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}
# Two families; the third rater cannot tell once, gives an empty label once and skips one response.
PEOPLE = """response_id,cluster_id,rater,label,language
r1,f1,ana,follows,en
r1,f1,ben,1,en
r1,f1,eva,follows,en
r2,f1,ana,does_not_follow,en
r2,f1,ben,follows,en
r2,f1,eva,cannot_tell,en
r3,f2,ana,0,zh
r3,f2,ben,does_not_follow,zh
r3,f2,eva,,zh
r4,f2,ana,follows,zh
r4,f2,ben,follows,zh
"""


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [
        f"{unit},{rater},{'' if label == '.' else label}"
        for rater, labels in GWET.items()
        for unit, label in enumerate(labels.split(), 1)
    ]
    Path("ratings.csv").write_text("\n".join(["unit_id,rater,label", *rows]) + "\n")
    Path("people.csv").write_text(PEOPLE)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["agree", *arguments, "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    found = json.loads(printed.out)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("level", "alpha"),
    [(None, 0.74342), ("nominal", 0.74342), ("ordinal", 0.81539), ("interval", 0.84911)],
)
def test_the_worked_table_gives_its_worked_numbers(
    capsys: pytest.CaptureFixture[str], level: str | None, alpha: float
) -> None:
    found = run(capsys, "--labels", "ratings.csv", *(("--level", level) if level else ()))
    worked = {"alpha": alpha, "ac1": 0.77544, "fleiss": 0.76117, "percent": 0.81818}
    for name, value in worked.items():
        estimate = found[name]
        assert isinstance(estimate, dict)
        assert estimate["estimate"] == pytest.approx(value, abs=5e-6), name
        assert estimate["n"] == 11
        assert estimate["low"] < estimate["estimate"] < estimate["high"]
    assert found["provenance"]["level"] == (level or "nominal")  # type: ignore[index]


def test_words_and_numbers_mean_the_same_and_nothing_undecided_is_dropped_in_silence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = run(capsys, "--labels", "people.csv", "--by", "language")
    assert found["provenance"]["labels"] == ["does_not_follow", "follows"]  # type: ignore[index]
    assert (found["units"], found["n"], found["rated_once"], found["clusters"]) == (4, 4, 0, 2)
    raters = found["raters"]
    assert raters == {
        "ana": {"decided": 4, "cannot_tell": 0, "empty": 0, "absent": 0},
        "ben": {"decided": 4, "cannot_tell": 0, "empty": 0, "absent": 0},
        "eva": {"decided": 1, "cannot_tell": 1, "empty": 1, "absent": 1},
    }
    # r1 all equal, r2 differs, r3 and r4 equal: (1 + 0 + 1 + 1) / 4.
    assert found["percent"]["estimate"] == 0.75  # type: ignore[index]
    assert found["differing_units"] == [
        {
            "unit": ["r2"],
            "said": {"ana": "does_not_follow", "ben": "follows", "eva": "cannot_tell"},
        }
    ]
    groups = found["by"]
    assert isinstance(groups, list)
    assert [(one["where"], one["n"], one["differing"]) for one in groups] == [
        ({"language": "en"}, 2, 1),
        ({"language": "zh"}, 2, 0),
    ]


def test_rows_without_a_rater_may_be_left_out_by_a_filter(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # What an export of a workspace holds: labels by construction have no rater.
    Path("export.csv").write_text(
        "response_id,item_id,label,source,rater,status,is_surplus\n"
        "r1,i1,follows,construction,,live,false\nr1,i1,follows,blind_human,a,live,false\n"
        "r1,i1,does_not_follow,blind_human,b,superseded,false\n"
        "r1,i1,does_not_follow,blind_human,c,live,true\nr1,i1,follows,blind_human,b,live,false\n"
    )
    kept = ("source=blind_human", "status=live", "is_surplus=false")
    chosen = [word for condition in kept for word in ("--where", condition)]
    found = run(capsys, "--labels", "export.csv", *chosen, "--cluster", "item_id")
    assert (found["n"], found["decided"], found["differing"]) == (1, 2, 0)
    assert main(["agree", "--labels", "export.csv"]) == 1
    assert "an empty 'rater' in row 2" in capsys.readouterr().err


def test_every_pair_has_n_kappa_and_a_corrected_p(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = run(capsys, "--labels", "people.csv")["pairs"]
    assert isinstance(pairs, list)
    assert [(pair["raters"], pair["n"], pair["equal"]) for pair in pairs] == [
        (["ana", "ben"], 4, 3),
        (["ana", "eva"], 1, 1),
        (["ben", "eva"], 1, 1),
    ]
    # One discordant family of two: exact p 1; nothing to correct upwards.
    assert [(pair["p"], pair["p_holm"]) for pair in pairs] == [(1.0, 1.0)] * 3
    # Two yes-no tables of ana and ben: p_o .75, p_e .5 x .75 + .5 x .25 = .5: kappa .5.
    assert pairs[0]["kappa"]["estimate"] == pytest.approx(0.5)
    assert pairs[1]["kappa"]["estimate"] is None
    assert "one class only" in pairs[1]["kappa"]["reason"]


def test_cochran_q_takes_what_everybody_decided(capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["item_id,rater,label"]
    # The table of tests/agreement/test_cochran.py: Q 16/6; the sixth unit lacks a label.
    for unit, said in enumerate(["110", "100", "111", "000", "101", "01."]):
        rows += [
            f"u{unit},{rater},{'' if x == '.' else x}" for rater, x in zip("abc", said, strict=True)
        ]
    Path("q.csv").write_text("\n".join(rows) + "\n")
    q = run(capsys, "--labels", "q.csv")["cochran_q"]
    assert isinstance(q, dict)
    assert (q["q"], q["df"], q["n"], q["left_out"]) == (pytest.approx(16 / 6), 2, 5, 1)
    assert q["p"] == pytest.approx(0.2635971)


def test_a_person_reads_what_the_figures_stand_on_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agree", "--labels", "people.csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 raters of people.csv"
    assert lines[1] == (
        "4 units: 4 with two decided labels or more, 0 with one, 0 with none; 1 on which raters "
        "differ; clusters 2; labels 9 decided, 1 cannot tell, 1 empty, 1 absent"
    )
    assert any(line.startswith("  ana and ben: kappa 0.500") for line in lines)
    assert lines[-1].startswith("retrospective: these figures describe labels handed in as a file")


def test_reports_say_the_same_and_name_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    places = ("r.md", "r.html", "r.csv")
    found = run(
        capsys,
        "--labels",
        "people.csv",
        *(word for place in places for word in ("--report", place)),
    )
    assert found["reports"] == list(places)
    markdown = Path("r.md").read_text()
    assert "# Agreement of 3 raters" in markdown
    assert "| Percent agreement | 75.0 % |" in markdown
    assert "| r2 | does\\_not\\_follow | follows | cannot\\_tell |" in markdown
    assert "<h1>Agreement of 3 raters</h1>" in Path("r.html").read_text()
    with Path("r.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    (percent,) = [r for r in rows if r["statistic"] == "percent" and not r["first_rater"]]
    assert (percent["estimate"], percent["n"], percent["note"]) == ("0.75", "4", "retrospective")
    sha = found["provenance"]["labels_file"]["sha256"]  # type: ignore[index]
    assert {row["labels_sha256"] for row in rows} == {sha}
    kappas = [r for r in rows if r["statistic"] == "kappa"]
    assert [(r["first_rater"], r["second_rater"]) for r in kappas] == [
        ("ana", "ben"),
        ("ana", "eva"),
        ("ben", "eva"),
    ]


def test_the_same_seed_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    first = run(capsys, "--labels", "ratings.csv")
    assert run(capsys, "--labels", "ratings.csv") == first
    other = run(capsys, "--labels", "ratings.csv", "--random-state", "5")
    assert other["alpha"] != first["alpha"]
    assert other["alpha"]["estimate"] == first["alpha"]["estimate"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--labels", "people.csv", "--judge", "j"),
            "Invalid value for '--judge': it means nothing with --labels, only with files of "
            "labels and verdicts or with a judge of the workspace.",
        ),
        (
            ("--labels", "people.csv", "--gold", "people.csv"),
            "Invalid value for '--labels': hand in either --labels, or --gold and --verdicts.",
        ),
        (
            ("--labels", "people.csv", "--level", "ratio"),
            "Invalid value for '--level': choose nominal, ordinal, interval, got 'ratio'.",
        ),
        (
            ("--labels", "people.csv", "--rater", ""),
            "Invalid value for '--rater': write the name of a column, got ''; or leave it out.",
        ),
        (
            ("--source", "gold"),
            "Invalid value for '--source': choose blind_human, human_unblinded, imported, "
            "construction, machine, got 'gold'.",
        ),
        (("--verdicts", "people.csv"), "Missing option '--gold'."),
        (
            ("--judge", "j", "--level", "nominal"),
            "Invalid value for '--level': it means nothing with a judge of the workspace, only "
            "with --labels or among the people of the workspace.",
        ),
    ],
)
def test_options_that_do_not_go_together_are_exit_2(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], sentence: str
) -> None:
    assert main(["agree", *options]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", sentence + "\n")
