import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from db.intake import Table
from exports.cutting import cut_release
from tests.exports.conftest import NOW, Place
from tests.exports.rows import six


@contextmanager
def foreign_code() -> Iterator[None]:
    """Let the reference reader use what newer versions of its dependencies deprecate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        yield


with foreign_code():
    import mlcroissant


@pytest.fixture
def folder(place: Place, table_of: Callable[..., Table], tmp_path: Path) -> Path:
    starter = {**six("Starter?"), "id": "starter-one", "origin": "starter"}
    place.take(table_of([{**six("a"), "id": "river"}, {**starter, "requirements": ["x", "y"]}]))
    cut_release(place.engine, "1.0.0", tmp_path / "out", actor_id=place.actor_id, now=NOW)
    return tmp_path / "out"


def described(folder: Path) -> Any:
    with foreign_code():
        return mlcroissant.Dataset(folder / "croissant.json")


def records(dataset: Any, name: str) -> list[dict[str, Any]]:
    with foreign_code():
        return list(dataset.records(name))


def test_the_description_is_valid_and_loads_the_rows(folder: Path) -> None:
    dataset = described(folder)
    rows = records(dataset, "default")
    expected = json.loads((folder / "Inverse_IFEval_Dataset.json").read_bytes())

    assert dataset.metadata.ctx.issues.errors == set()
    assert [
        {name.removeprefix("default/"): value.decode() for name, value in row.items()}
        for row in rows
    ] == expected
    assert len(records(dataset, "full")) == 2


def test_a_tampered_file_is_rejected(folder: Path) -> None:
    with (folder / "data" / "test-00000-of-00001.parquet").open("ab") as file:
        file.write(b"!")
    with pytest.raises(mlcroissant.GenerationError) as rejected:
        records(described(folder), "default")
    assert "Hash" in str(rejected.value.__cause__)


def test_responsible_ai_fields_claim_no_annotation(folder: Path) -> None:
    metadata = described(folder).metadata
    assert metadata.annotations_per_item == "0 labels by people."
    assert "machine-written, not human-reviewed" in metadata.data_collection
    assert metadata.annotator_demographics is None
