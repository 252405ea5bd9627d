"""The intake door is bounded: each limit is checked before the memory is spent."""

import gzip
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from db.errors import Invalid, NotFound
from db.intake import FileMissing, FileRefused, Limits, RowsRefused, read_table, read_upload

SMALL = Limits(
    file_bytes=10_000, unpacked_bytes=100_000, field_chars=50, columns=3, rows=5, cells=12, depth=3
)


def refusal(name: str, data: bytes, *, limits: Limits = SMALL) -> str:
    with pytest.raises(FileRefused) as caught:
        read_upload(name, data, limits=limits)
    return str(caught.value).removeprefix("The verdicts file ")


@contextmanager
def at_most(mib: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < mib * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_sparse_file_of_two_gigabytes_is_refused_from_its_size(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    with file.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with at_most(1), pytest.raises(FileRefused) as caught:
        read_table(file)
    assert str(caught.value) == (
        "The verdicts file 'big.csv' is too large: 2,048 MiB where 256 MiB is the limit; cut it "
        "into smaller files."
    )


def test_a_gzip_bomb_stops_at_the_limit() -> None:
    bomb = gzip.compress(b"a\n" + b"0" * 300_000_000)
    limits = Limits(unpacked_bytes=4 * 1024 * 1024)
    with at_most(16):
        assert refusal("bomb.csv.gz", bomb, limits=limits) == (
            "'bomb.csv.gz' unpacks to more than 4 MiB, which is the limit; cut it into smaller "
            "files."
        )


# Arrow's memory is not Python's, and its peak is kept for the whole process: a fresh one measures.
ARROW_PEAK = """
import sys
import pyarrow
from db.intake import FileRefused, read_table

try:
    read_table(sys.argv[1])
except FileRefused as refusal:
    sys.stdout.write(f"{pyarrow.default_memory_pool().max_memory()} {refusal}")
"""


def test_a_parquet_of_one_text_repeated_is_measured_before_it_exists(tmp_path: Path) -> None:
    # 20,000 rows x 40,000 characters would be 800 MB of text; the file is a few KB. Without the
    # stored schema it reads as plain text, as most writers leave it.
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), ["x" * 40_000])
    file = tmp_path / "bomb.parquet"
    parquet.write_table(pa.table({"a": texts}), file, store_schema=False)
    assert parquet.read_schema(file).field("a").type == pa.string()
    assert file.stat().st_size < 100_000
    done = subprocess.run(
        [sys.executable, "-c", ARROW_PEAK, str(file)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    peak, sentence = done.stdout.split(" ", 1)
    assert int(peak) < 16 * 1024 * 1024
    assert sentence == (
        "The verdicts file 'bomb.parquet' unpacks to more than 256 MiB, which is the limit; cut it "
        "into smaller files."
    )


def test_a_parquet_with_too_many_rows_or_columns_is_refused_from_its_footer(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"a": [None] * 6}), file)
    assert refusal("a.parquet", file.read_bytes()) == (
        "'a.parquet' has more than 5 rows, which is the limit; cut it into smaller files."
    )
    parquet.write_table(pa.table({name: [1] for name in "abcd"}), file)
    assert refusal("a.parquet", file.read_bytes()) == (
        "'a.parquet' has 4 columns where 3 is the limit; keep only those that are needed."
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"a\n" + b"1\n" * 6),
        ("a.jsonl", b'{"a": 1}\n' * 6),
        ("a.json", b"[" + b",".join([b'{"a": 1}'] * 6) + b"]"),
    ],
    ids=["csv", "jsonl", "json"],
)
def test_rows_beyond_the_limit_are_refused(name: str, data: bytes) -> None:
    assert refusal(name, data) == (
        f"{name!r} has more than 5 rows, which is the limit; cut it into smaller files."
    )


def test_rows_up_to_the_limit_are_taken_in() -> None:
    assert len(read_upload("a.csv", b"a\n" + b"1\n" * 5, limits=SMALL).rows) == 5


def test_keys_of_json_rows_add_up_to_columns() -> None:
    data = b'{"a": 1, "b": 1}\n{"c": 1}\n{"d": 1}\n'
    assert refusal("a.jsonl", data) == (
        "'a.jsonl' has 4 columns where 3 is the limit; keep only those that are needed."
    )


def test_a_cell_beyond_the_field_limit_is_refused_with_its_row() -> None:
    assert refusal("a.csv", b"a,b\n1," + b"x" * 51 + b"\n") == (
        "'a.csv' is refused: a cell of more than 50 characters in row 2; mend these places and "
        "hand the file in again."
    )
    assert len(read_upload("a.csv", b"a,b\n1," + b"x" * 50 + b"\n", limits=SMALL).rows) == 1
    assert refusal("a.jsonl", b'{"a": ["' + b"x" * 51 + b'"]}\n') == (
        "'a.jsonl' is refused: a text of more than 50 characters in line 1; mend these places and "
        "hand the file in again."
    )


def test_depth_is_counted_from_the_row() -> None:
    assert read_upload("a.jsonl", b'{"a": [[1]]}\n', limits=SMALL).rows == ({"a": [[1]]},)
    assert refusal("a.jsonl", b'{"a": [[[1]]]}\n').startswith(
        "'a.jsonl' is refused: lists and objects nested more than 3 deep in line 1;"
    )


def test_an_upload_is_held_to_the_file_limit() -> None:
    assert refusal("a.csv", b"a\n" + b"1" * 10_000) == (
        "'a.csv' is too large: 10,002 bytes where 10,000 bytes is the limit; cut it into smaller "
        "files."
    )


def test_a_pipe_is_refused_without_being_opened(tmp_path: Path) -> None:
    # Opening a pipe that nobody writes to would block for ever.
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(FileRefused, match="is a device or a pipe"):
        read_table(tmp_path / "pipe.csv")


def test_missing_things_are_not_found_and_bad_things_are_invalid(tmp_path: Path) -> None:
    assert issubclass(FileMissing, NotFound)
    assert issubclass(RowsRefused, Invalid)
    with pytest.raises(FileMissing):
        read_table(tmp_path / "none.csv")
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    with pytest.raises(FileRefused, match="too many levels of symbolic links"):
        read_table(loop)
    with pytest.raises(FileRefused, match="NUL character; check the path"):
        read_table("a\0b.csv")
    with pytest.raises(FileRefused, match="file name too long"):
        read_table("x" * 300 + ".csv")


def test_a_damaged_parquet_body_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"a": [f"text {n}" for n in range(1000)]}), file)
    data = bytearray(file.read_bytes())
    data[4:400] = b"\xff" * 396
    assert refusal("a.parquet", bytes(data), limits=Limits()) == (
        "'a.parquet' is damaged: it does not read as parquet; write it again."
    )


def test_parquet_numbers_that_are_no_json_numbers_are_refused_with_their_rows(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"a": [1.0, float("-inf"), float("inf")]}), file)
    assert refusal("a.parquet", file.read_bytes()) == (
        "'a.parquet' is refused: an infinity in rows 2 and 3; mend these places and hand the file "
        "in again."
    )
    parquet.write_table(pa.table({"a": pa.array([2**64 - 1], pa.uint64())}), file)
    assert "a whole number beyond 64 bits in row 1" in refusal("a.parquet", file.read_bytes())
    parquet.write_table(pa.table({"a": [b"\x00"]}), file)
    assert refusal("a.parquet", file.read_bytes()) == (
        "'a.parquet' has bytes in column 'a'; store text or numbers there, or drop it."
    )


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (
            [[1.0], [float("nan")]],
            "'a.parquet' is refused: NaN inside a list or an object in row 2; mend these places "
            "and hand the file in again.",
        ),
        (
            [{"x": [float("inf")]}],
            "'a.parquet' is refused: an infinity in row 1; mend these places and hand the file in "
            "again.",
        ),
        (
            [[b"x"]],
            "'a.parquet' has bytes in column 'a'; store text or numbers there, or drop it.",
        ),
        (
            [{"x": [b"x"]}],
            "'a.parquet' has bytes in column 'a'; store text or numbers there, or drop it.",
        ),
        (
            [[[[1]]]],
            "'a.parquet' nests lists and objects more than 3 deep; flatten it.",
        ),
    ],
    ids=["nan", "infinity", "bytes in a list", "bytes in an object", "depth"],
)
def test_what_json_cannot_hold_is_refused_inside_lists_and_objects_of_parquet_too(
    tmp_path: Path, column: list[object], sentence: str
) -> None:
    file = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"a": column}), file)
    assert refusal("a.parquet", file.read_bytes()) == sentence


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        # Header 3, row 3, ragged row 7: the thirteenth cell is one too many.
        ("a.csv", b"a,b,c\n1,2,3\n,,,,,,\n", "cells"),
        ("a.csv", b"a,b\n" + b"," * 12, "cells"),
        ("a.csv", b"a,b\n" + b"\n" * 11 + b"1,2\n", "cells"),
        # Each [] and { is a value, and so is what follows a comma.
        ("a.jsonl", b'{"a": [[], [], [], [], [], []]}\n', "values"),
        ("a.json", b'[{"a": [[], [], [], [], [], []]}]', "values"),
        ("a.jsonl", b'{"a": "\n' + b'{"a": [[], [], [], [], [], []]}\n', "values"),
        ("a.jsonl", b"\n" * 13 + b'{"a": 1}\n', "lines"),
    ],
    ids=["csv", "one csv line", "blank csv", "jsonl", "json", "broken jsonl", "blank jsonl"],
)
def test_more_cells_than_the_limit_are_refused_whatever_their_size(
    name: str, data: bytes, what: str
) -> None:
    assert refusal(name, data) == (
        f"{name!r} has more than 12 {what}, which is the limit; cut it into smaller files."
    )


def test_commas_and_brackets_inside_a_text_are_no_values() -> None:
    data = b'{"a": "' + b',[{\\"' * 8 + b'", "b": [1, 2]}\n'
    assert len(read_upload("a.jsonl", data, limits=SMALL).rows) == 1
    assert len(read_upload("a.csv", b'a,b\n"' + b"," * 10 + b'",1\n', limits=SMALL).rows) == 1


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"a": pa.nulls(5), "b": pa.nulls(5), "c": pa.nulls(5)}),
        pa.table({"a": pa.array([[None] * 13], pa.list_(pa.int8()))}),
        pa.table({"a": pa.nulls(5, pa.struct([("x", pa.int8()), ("y", pa.int8())]))}),
    ],
    ids=["flat", "lists", "objects"],
)
def test_the_cells_of_a_parquet_are_counted_in_its_footer(tmp_path: Path, table: pa.Table) -> None:
    file = tmp_path / "a.parquet"
    parquet.write_table(table, file)
    assert refusal("a.parquet", file.read_bytes()) == (
        "'a.parquet' has more than 12 cells, which is the limit; cut it into smaller files."
    )


def test_a_parquet_of_fifteen_million_empty_cells_never_exists(tmp_path: Path) -> None:
    # 150 KB; as rows of Python it would be more than a gigabyte.
    file = tmp_path / "a.parquet"
    parquet.write_table(pa.table({f"c{at}": pa.nulls(15_000) for at in range(1_000)}), file)
    data = file.read_bytes()
    with at_most(16):
        assert "has more than 10,000,000 cells" in refusal("a.parquet", data, limits=Limits())


def test_a_line_of_a_million_lists_stops_before_it_is_parsed() -> None:
    limits = Limits(cells=100_000)
    data = b'{"a": [' + b"[]," * 1_000_000 + b"[]]}\n"
    with at_most(16):
        assert refusal("a.jsonl", data, limits=limits) == (
            "'a.jsonl' has more than 100,000 values, which is the limit; cut it into smaller files."
        )


def test_a_csv_line_of_a_million_commas_stops_before_it_is_a_list() -> None:
    limits = Limits(cells=100_000)
    with at_most(16):
        assert refusal("a.csv", b"a,b\n" + b"," * 1_000_000, limits=limits) == (
            "'a.csv' has more than 100,000 cells, which is the limit; cut it into smaller files."
        )


def test_a_table_without_columns_is_refused(tmp_path: Path) -> None:
    for name, data in (("a.jsonl", b"{}\n{}\n"), ("a.json", b"[{}]")):
        assert refusal(name, data) == (
            f"{name!r} has no columns; name at least one and hand it in again."
        )


def test_a_column_name_beyond_the_field_limit_is_refused() -> None:
    assert refusal("a.csv", b"x" * 51 + b",b\n1,2\n") == (
        "'a.csv' has a column name of more than 50 characters; shorten it."
    )


def test_the_offset_of_a_bad_byte_counts_from_the_start_of_the_file_mark_included() -> None:
    assert refusal("a.csv", b"\xef\xbb\xbfa\n\xe9\n").startswith(
        "'a.csv' is not UTF-8 text: other bytes in line 2, the first 0xe9 at byte offset 5;"
    )
