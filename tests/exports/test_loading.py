import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datasets import Features, List, Value
from huggingface_hub import DatasetCard
from pyarrow import parquet

from db.intake import Table
from exports.columns import FULL_COLUMNS, SIX_COLUMNS
from exports.cutting import cut_release
from tests.exports.conftest import NOW, Place
from tests.exports.rows import HOSTILE, hostile_rows, six

ROOT = Path(__file__).parents[2]


def load(folder: Path, cache: Path) -> dict[str, Any]:
    """Load a release in a process of its own that cannot reach the hub."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.exports.readers", str(folder)],
        cwd=ROOT,
        env={
            **os.environ,
            "HF_HUB_OFFLINE": "1",
            "HF_DATASETS_OFFLINE": "1",
            "HF_HOME": str(cache / "home"),
            "HF_DATASETS_CACHE": str(cache / "datasets"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.fixture
def folder(place: Place, table_of: Callable[..., Table], tmp_path: Path) -> Path:
    place.take(table_of([*hostile_rows(), six("Chinese", language="chinese")]))
    starter = {**six("Starter?"), "id": "starter-one", "origin": "starter", "domain": "Math"}
    place.take(table_of([{**starter, "judge_prompt_template": None, "judge_system_prompt": None}]))
    cut_release(place.engine, "1.0.0", tmp_path / "out", actor_id=place.actor_id, now=NOW)
    return tmp_path / "out"


def test_every_reader_gets_exactly_the_rows(folder: Path, tmp_path: Path) -> None:
    found = load(folder, tmp_path)
    rows = json.loads((folder / "Inverse_IFEval_Dataset.json").read_bytes())
    handed_in = {json.dumps(row) for row in [*hostile_rows(), six("Chinese", language="chinese")]}

    # What was handed in is in the file at the root, character by character, and one starter row.
    assert handed_in <= {json.dumps(row) for row in rows}
    assert len(rows) == len(HOSTILE) + 2
    for way in ("sieval", "opencompass", "gage", "test"):
        assert found["ways"][way]["rows"] == rows, way
        assert found["ways"][way]["types"] == dict.fromkeys(SIX_COLUMNS, "Value('string')"), way
    full = found["ways"]["full"]
    assert [{name: row[name] for name in SIX_COLUMNS} for row in full["rows"]] == rows
    assert list(full["types"]) == list(FULL_COLUMNS)
    assert full["types"]["requirements"] == "List(Value('string'))"
    assert found["splits"] == ["test", "train"]


def test_rows_that_all_look_like_numbers_or_nothing_stay_texts(
    place: Place, table_of: Callable[..., Table], tmp_path: Path
) -> None:
    # A reader that guesses types sees a whole column at once: each column is one trap throughout.
    rows = [
        six("007", response_reference="nan", judge_system_prompt="null"),
        six("1e5", response_reference="NaN", judge_system_prompt="None"),
    ]
    place.take(table_of(rows))
    cut_release(place.engine, "1.0.0", tmp_path / "out", actor_id=place.actor_id, now=NOW)
    found = load(tmp_path / "out", tmp_path)
    for way in ("sieval", "opencompass", "gage", "test"):
        assert sorted(map(json.dumps, found["ways"][way]["rows"])) == sorted(map(json.dumps, rows))


def test_the_types_in_the_files_are_those_the_library_writes_itself(folder: Path) -> None:
    def features(columns: tuple[str, ...]) -> Features:
        numbers = dict.fromkeys(("revision", "blind_reviewers"), Value("int64"))
        kinds = {"requirements": List(Value("string")), **numbers}
        return Features({name: kinds.get(name, Value("string")) for name in columns})

    for name, columns in (("data", SIX_COLUMNS), ("full", FULL_COLUMNS)):
        schema = parquet.read_schema(folder / name / "test-00000-of-00001.parquet")
        wanted = features(columns).arrow_schema
        assert schema.equals(wanted)
        assert json.loads(schema.metadata[b"huggingface"]) == json.loads(
            wanted.metadata[b"huggingface"]
        )


def test_counts_on_the_card_are_those_of_the_data(folder: Path) -> None:
    card = DatasetCard.load(folder / "README.md")
    rows = json.loads((folder / "Inverse_IFEval_Dataset.json").read_bytes())
    manifest = json.loads((folder / "manifest.json").read_bytes())
    data = card.data.to_dict()
    sizes = {
        (info["config_name"], split["name"]): split["num_examples"]
        for info in data["dataset_info"]
        for split in info["splits"]
    }
    english = sum(row["language"] == "english" for row in rows)

    assert sizes == {
        ("default", "test"): len(rows),
        ("default", "train"): len(rows),
        ("full", "test"): len(rows),
    }
    assert f"| Question Correction | english | {english} |" in card.text
    assert f"| unassigned | {len(rows) - 1} |" in card.text
    assert "| Math | 1 |" in card.text
    assert (manifest["rows"], manifest["version"]) == (len(rows), "1.0.0")
    assert sum(entry["rows"] for entry in manifest["counts"]["by_domain"]) == len(rows)
    assert data["language"] == ["en", "zh"]
    assert [config["config_name"] for config in data["configs"]] == ["default", "full"]
