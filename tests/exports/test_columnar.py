import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from exports.columnar import feature_list, parquet_bytes, text_bytes
from exports.columns import FULL_COLUMNS, NUMBER_COLUMNS, SIX_COLUMNS
from exports.files import json_array

# Whatever a database can hold: any character but NUL and halves of characters.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROW = st.fixed_dictionaries(
    {
        name: st.lists(TEXT, min_size=1, max_size=3)
        if name == "requirements"
        else st.integers(1, 10**6)
        if name in NUMBER_COLUMNS
        else TEXT
        for name in FULL_COLUMNS
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=4))
def test_every_text_survives_parquet_and_json(rows: list[dict[str, object]]) -> None:
    packed = parquet_bytes(rows, FULL_COLUMNS, canary="c", evidence="e")  # type: ignore[arg-type]
    six = [{name: row[name] for name in SIX_COLUMNS} for row in rows]
    assert parquet.read_table(io.BytesIO(packed)).to_pylist() == rows
    assert json.loads(json_array(six)) == six  # type: ignore[arg-type]
    assert parquet_bytes(rows, FULL_COLUMNS, canary="c", evidence="e") == packed  # type: ignore[arg-type]


def test_the_card_describes_lists_numbers_and_texts() -> None:
    described = {entry["name"]: entry for entry in feature_list(FULL_COLUMNS)}
    assert described["requirements"] == {"name": "requirements", "list": "string"}
    assert described["revision"] == {"name": "revision", "dtype": "int64"}
    assert described["prompt"] == {"name": "prompt", "dtype": "string"}


def test_text_bytes_counts_utf8_bytes_of_every_cell() -> None:
    # 2 Chinese characters of 3 bytes, 1 ASCII letter, a number of 2 digits, a list of 1 + 2 bytes.
    rows = [{"a": "长短", "b": "x", "c": 42, "d": ["y", "é"]}]
    assert text_bytes(rows) == 6 + 1 + 2 + 3
