"""The verb `gainsay agree`, from the command line to its object."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from app.cli import main
from calibration.agreement.llmbar import llmbar_paths

LLMBAR = (
    "agree",
    *("--gold", str(llmbar_paths().gold), "--verdicts", str(llmbar_paths().verdicts)),
)
VANILLA = (*LLMBAR, "--judge", "GPT-4/Vanilla", "--where", "order=original")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main([*arguments, "--json"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    result = json.loads(printed.out)
    assert isinstance(result, dict)
    return result


def refused(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    assert main(list(arguments)) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err.rstrip("\n")


def test_the_bundled_study_gives_the_defended_figures(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # STATISTICS: 347 / 419 = .82816, Wilson [.78910, .86126], exact [.78856, .86305].
    found = run(capsys, *VANILLA)
    assert (found["right"], found["scored"], found["n"], found["unscored"]) == (347, 419, 419, 0)
    accuracy, exact = found["accuracy"], found["exact"]
    assert isinstance(accuracy, dict)
    assert isinstance(exact, dict)
    assert accuracy["estimate"] == 347 / 419
    assert (round(accuracy["low"], 5), round(accuracy["high"], 5)) == (0.7891, 0.86126)
    assert (round(exact["low"], 5), round(exact["high"], 5)) == (0.78856, 0.86305)
    assert str(found["note"]).startswith("retrospective")
    assert found["by"] == []
    assert found["reports"] == []


def test_groups_comparison_and_report_come_in_one_call(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    places = [tmp_path / name for name in ("r.md", "r.html", "r.csv")]
    reports = [word for place in places for word in ("--report", str(place))]
    second = ("--compare", "GPT-4/Metrics_Reference", "--by", "subset")
    found = run(capsys, *VANILLA, *second, *reports)
    assert (found["only_first_right"], found["only_second_right"]) == (6, 20)
    groups = found["by"]
    assert isinstance(groups, list)
    assert {group["where"]["subset"]: (group["right"], group["n"]) for group in groups} == {
        "Natural": (95, 100),
        "Adversarial/GPTInst": (78, 92),
        "Adversarial/GPTOut": (35, 47),
        "Adversarial/Manual": (35, 46),
        "Adversarial/Neighbor": (104, 134),
    }
    assert found["reports"] == [str(place) for place in places]
    assert [place.is_file() for place in places] == [True, True, True]


def test_the_same_study_in_parquet_and_jsonl_gives_the_same_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # Through pandas, 2 becomes 2.0 where a verdict is missing: it must still be 2.
    gold = pd.read_csv(llmbar_paths().gold)
    verdicts = pd.read_csv(llmbar_paths().verdicts)
    assert verdicts["verdict"].dtype == float
    gold.to_json(tmp_path / "gold.jsonl", orient="records", lines=True)
    verdicts.to_parquet(tmp_path / "verdicts.parquet")
    here = run(
        capsys,
        "agree",
        *("--gold", str(tmp_path / "gold.jsonl")),
        *("--verdicts", str(tmp_path / "verdicts.parquet")),
        *("--judge", "GPT-4/Vanilla", "--where", "order=original"),
    )
    there = run(capsys, *VANILLA)
    del here["provenance"], there["provenance"]
    assert here == there


def test_the_seed_is_kept_and_moves_only_the_bootstrap_intervals(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, again = run(capsys, *VANILLA), run(capsys, *VANILLA)
    other = run(capsys, *VANILLA, "--random-state", "7")
    assert first == again
    assert other["provenance"]["random_state"] == 7  # type: ignore[index]
    assert other["kappa"]["estimate"] == first["kappa"]["estimate"]  # type: ignore[index]
    assert other["kappa"]["low"] != first["kappa"]["low"]  # type: ignore[index]
    assert other["accuracy"] == first["accuracy"]


def test_provenance_says_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    provenance = run(capsys, *VANILLA, "--positive", "1")["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["key"] == ["subset", "item_id"]
    assert provenance["where"] == {"order": ["original"]}
    assert provenance["where_applies_to"] == {"order": ["verdicts"]}
    assert provenance["labels"] == ["1", "2"]
    assert provenance["positive"] == "1"
    assert provenance["gold"]["rows"] == 419
    assert provenance["verdicts"]["rows"] == 54_470
    assert provenance["replicates"] == 4_000


def test_a_person_reads_percent_with_interval_n_and_method(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(list(VANILLA)) == 0
    out = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert lines[0] == "GPT-4/Vanilla against gold.csv"
    assert lines[1] == "right 347 of 419 scored; unscored 0 of 419; clusters 419"
    assert (
        "Accuracy of scored verdicts 82.8 % 78.9 % to 86.1 % n 419 Wilson, 0.95 two-sided" in lines
    )
    assert lines[-1].startswith("retrospective")
    assert "certified" not in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--where", "order"),
            "Invalid value for '--where': write COL=VALUE, got 'order'.",
        ),
        (
            ("--where", "=original"),
            "Invalid value for '--where': write COL=VALUE, got '=original'.",
        ),
        (
            ("--where", "a\nb\x1b[31m"),
            r"Invalid value for '--where': write COL=VALUE, got 'a\nb\x1b[31m'.",
        ),
        (
            ("--report", "r.pdf"),
            "Invalid value for '--report': the name must end in .md, .html, .csv, got 'r.pdf'.",
        ),
        (
            ("--random-state", "-1"),
            "Invalid value for '--random-state': write a whole number from 0, got -1.",
        ),
        (
            ("--random-state", "x"),
            "Invalid value for '--random-state': got 'x': write a whole number such as 320.",
        ),
        (
            ("--random-state", "1.5"),
            "Invalid value for '--random-state': got '1.5': write a whole number such as 320.",
        ),
        (
            ("--cluster", ""),
            "Invalid value for '--cluster': write the name of a column, got ''; or leave it out.",
        ),
        (
            ("--key", ""),
            "Invalid value for '--key': write the name of a column, got ''; or leave it out.",
        ),
        (
            ("--by", "subset", "--by", ""),
            "Invalid value for '--by': write the name of a column, got ''; or leave it out.",
        ),
    ],
    ids=[
        "where_no_sign",
        "where_no_column",
        "where_control_characters",
        "report_ending",
        "negative_seed",
        "seed_in_words",
        "seed_with_a_point",
        "empty_cluster",
        "empty_key",
        "empty_by",
    ],
)
def test_an_option_that_is_wrong_in_itself_is_exit_2(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], sentence: str
) -> None:
    assert refused(capsys, 2, *VANILLA, *options) == sentence


def test_both_orders_at_once_are_refused_with_the_filter_to_add(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sentence = refused(capsys, 1, *LLMBAR, "--judge", "GPT-4/Vanilla")
    assert sentence.startswith(
        "The verdicts file 'verdicts.csv.gz' is refused: a key twice among the verdicts of "
        "'GPT-4/Vanilla' in rows "
    )
    # 2 x 419 rows: twenty are named.
    assert " and 818 more; " in sentence
    assert sentence.endswith(
        "the rows differ in 'order' ('original', 'swapped'): add --where order=original."
    )


def test_a_judge_without_verdicts_inside_the_filter_is_answered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "gold.csv").write_text("item_id,label\na,1\nb,0\n")
    (tmp_path / "v.csv").write_text("item_id,judge_id,order,verdict\na,j,x,1\na,k,y,1\n")
    files = ("--gold", str(tmp_path / "gold.csv"), "--verdicts", str(tmp_path / "v.csv"))
    found = run(capsys, "agree", *files, "--judge", "j", "--where", "order=y", "--by", "order")
    assert (found["n"], found["scored"], found["unscored"]) == (2, 0, 2)
    assert found["accuracy"]["estimate"] is None  # type: ignore[index]
    assert found["accuracy"]["reason"] == "there is nothing to count: n is 0"  # type: ignore[index]
    (group,) = found["by"]  # type: ignore[misc]
    assert str(group["note"]).startswith("only the verdicts have 'order'")
    assert main(["agree", *files, "--judge", "j", "--by", "order"]) == 0
    assert "Only the verdicts have 'order': gold without a verdict" in capsys.readouterr().out


def test_a_hint_with_a_space_in_its_value_works_when_it_is_pasted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "gold.csv").write_text("item_id,label\na,1\nb,0\n")
    (tmp_path / "v.csv").write_text(
        "item_id,judge_id,prompt,verdict\na,j,it's one,1\na,j,two,1\nb,j,it's one,1\n"
    )
    files = ("--gold", str(tmp_path / "gold.csv"), "--verdicts", str(tmp_path / "v.csv"))
    sentence = refused(capsys, 1, "agree", *files, "--judge", "j")
    hint = shlex.split(sentence.partition("): add ")[2].removesuffix("."))
    assert hint == ["--where", "prompt=it's one"]
    assert run(capsys, "agree", *files, "--judge", "j", *hint)["scored"] == 2


def test_a_missing_option_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, 2, *LLMBAR) == "Missing option '--judge'."


def test_the_console_script_answers_outside_of_the_test_process(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "gainsay"
    done = subprocess.run(
        [script, *VANILLA, "--json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["right"] == 347
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
