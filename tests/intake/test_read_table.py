"""What the intake door gives out for good files, in every format."""

import csv
import gzip
import io
import json
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from db.intake import FileRefused, Table, read_table, read_upload, require_columns

GOLD = "subset,item_id,label\nNatural,N1,1\nNatural,N2,2\n"
OBJECTS = [
    {"subset": "Natural", "item_id": "N1", "label": 1},
    {"subset": "Natural", "item_id": "N2", "label": 2},
]


def write(path: Path, name: str) -> Path:
    file = path / name
    lines = "".join(json.dumps(entry) + "\n" for entry in OBJECTS)
    if name.endswith(".parquet"):
        parquet.write_table(pa.Table.from_pylist(OBJECTS), file)
    elif name.endswith(".gz"):
        text = GOLD if name.startswith("gold.csv") else lines
        file.write_bytes(gzip.compress(text.encode()))
    else:
        file.write_text({"csv": GOLD, "jsonl": lines}.get(name[5:], json.dumps(OBJECTS)))
    return file


@pytest.mark.parametrize(
    ("name", "first", "unit"),
    [
        ("gold.csv", 2, "row"),
        ("gold.csv.gz", 2, "row"),
        ("gold.json", 1, "element"),
        ("gold.jsonl", 1, "line"),
        ("gold.jsonl.gz", 1, "line"),
        ("gold.parquet", 1, "row"),
    ],
)
def test_every_format_gives_the_same_rows_with_numbers_people_find(
    tmp_path: Path, name: str, first: int, unit: str
) -> None:
    table = read_table(write(tmp_path, name), what="gold")
    labels = ("1", "2") if "csv" in name else (1, 2)
    assert table.columns == ("subset", "item_id", "label")
    assert table.rows == tuple(
        {"subset": "Natural", "item_id": f"N{n}", "label": labels[n - 1]} for n in (1, 2)
    )
    assert (table.first_row_number, table.row_number(1)) == (first, first + 1)
    assert table.unit == unit
    assert table.name == name


def test_an_upload_reads_like_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "gold.csv.gz")
    assert read_upload("gold.csv.gz", file.read_bytes()) == read_table(file)


def test_the_hash_is_that_of_the_bytes_handed_in(tmp_path: Path) -> None:
    # printf 'a\n1\n' | sha256sum
    file = tmp_path / "a.csv"
    file.write_bytes(b"a\n1\n")
    expected = "309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc"
    assert read_table(file).sha256 == expected


def test_a_csv_cell_stays_the_text_it_was() -> None:
    table = read_upload("a.csv", b"a,b,c\n007,,NA\n 1 ,nan,1e3\n")
    assert table.rows == (
        {"a": "007", "b": "", "c": "NA"},
        {"a": " 1 ", "b": "nan", "c": "1e3"},
    )


def test_csv_rows_are_numbered_as_a_spreadsheet_counts_them() -> None:
    # Row 1 header, row 2 spans two lines in quotes, row 3 is blank, row 4 is data.
    table = read_upload("a.csv", b'a,b\r\n1,"x\ny"\r\n\r\n2,z\r\n')
    assert [table.row_number(index) for index in range(2)] == [2, 4]
    assert table.rows[0]["b"] == "x\ny"


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert read_upload("a.csv", b"\xef\xbb\xbfa,b\n1,2\n").columns == ("a", "b")
    assert read_upload("a.jsonl", b'\xef\xbb\xbf{"a": 1}\n').columns == ("a",)


def test_jsonl_lines_are_counted_with_the_blank_ones_and_split_at_line_feeds_only() -> None:
    # U+2028 inside a text is no line end.
    table = read_upload("a.jsonl", '{"a": "x\u2028y"}\r\n\r\n{"b": null}\r\n'.encode())
    assert list(table.numbers) == [1, 3]
    assert table.columns == ("a", "b")
    assert table.rows == ({"a": "x\u2028y"}, {"b": None})


def test_a_key_that_a_json_row_lacks_is_absent_and_not_invented() -> None:
    table = read_upload("a.json", b'[{"a": 1}, {"b": 2}]')
    assert table.columns == ("a", "b")
    assert table.rows == ({"a": 1}, {"b": 2})


def test_nested_json_values_come_through_as_they_are() -> None:
    table = read_upload("a.jsonl", b'{"a": [1, {"b": [true, 0.5]}]}\n')
    assert table.rows[0]["a"] == [1, {"b": [True, 0.5]}]


def test_a_frame_saved_by_pandas_comes_back_with_null_for_what_is_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "verdict": [1.0, None],
            "text": ["x", None],
            "day": pd.to_datetime(["2026-01-02", None]),
            "kind": pd.Categorical(["p", "q"]),
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    first, second = read_table(tmp_path / "a.parquet").rows
    assert first["verdict"] == 1.0
    assert str(first["day"]).startswith("2026-01-02")
    assert first["kind"] == "p"
    assert second == {"verdict": None, "text": None, "day": None, "kind": "q"}


def test_a_cell_that_is_nan_in_parquet_is_missing_and_nested_dates_are_text() -> None:
    out = io.BytesIO()
    table = pa.table({"a": [1.5, float("nan")], "b": [{"day": date(2026, 1, 2)}, None]})
    parquet.write_table(table, out)
    assert read_upload("a.parquet", out.getvalue()).rows == (
        {"a": 1.5, "b": {"day": "2026-01-02"}},
        {"a": None, "b": None},
    )


def test_a_symbolic_link_to_a_regular_file_is_followed(tmp_path: Path) -> None:
    file = write(tmp_path, "gold.csv")
    link = tmp_path / "link.csv"
    link.symlink_to(file)
    assert read_table(link).rows == read_table(file).rows


def test_a_name_in_capitals_is_the_same_format() -> None:
    assert read_upload("GOLD.CSV", b"a\n1\n").rows == ({"a": "1"},)


def test_the_index_column_that_pandas_writes_without_a_name_is_taken_in() -> None:
    assert read_upload("a.csv", b",label\n0,1\n").columns == ("", "label")


def test_a_hundred_thousand_csv_rows_are_read_in_under_two_seconds(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    with file.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["item_id", "judge_id", "order", "verdict"])
        writer.writerows([f"i{n}", "judge", "original", n % 2] for n in range(100_000))
    start = time.perf_counter()
    table = read_table(file)
    assert time.perf_counter() - start < 2
    assert len(table.rows) == 100_000
    assert table.row_number(99_999) == 100_001


def _table() -> Table:
    return read_upload("gold.csv", GOLD.encode(), what="gold")


def test_required_columns_that_are_there_are_no_news() -> None:
    require_columns(_table(), ["item_id", "label"])


def test_all_missing_columns_are_named_with_those_that_are_there() -> None:
    with pytest.raises(FileRefused) as refusal:
        require_columns(_table(), ["response_id", "label", "judge_id"])
    assert str(refusal.value) == (
        "The gold file 'gold.csv' lacks the columns 'response_id', 'judge_id'; it has 'subset', "
        "'item_id', 'label': add or rename what is missing."
    )
