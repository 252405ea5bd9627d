"""Owns parquet: read in small batches, measured as it unpacks, turned into plain rows.

Text columns are read as dictionaries, so that a short file which stands for gigabytes of repeated
text is measured before it exists. Dates, times and decimals become text; bytes are refused. A cell
that is NaN is missing, as pandas means it; a NaN inside a list or an object is refused.
"""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, cast

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from pyarrow import parquet

from db.intake.errors import FileRefused
from db.intake.json_rows import row_fault
from db.intake.limits import Limits, size_text
from db.intake.parsed import (
    MEND_ROWS,
    Parsed,
    check_columns,
    refuse_cells_limit,
    refuse_rows_limit,
)
from db.intake.problems import RowProblems, shown
from db.intake.table import Row, Value

_MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 4_096


def parse(data: bytes, *, limits: Limits, subject: str) -> Parsed:
    """Parse a whole parquet file; rows are numbered from 1.

    Raises:
        FileRefused: No parquet, cut short, damaged, too large, nested too deeply, or with bytes.
        RowsRefused: Rows with infinities, a NaN inside a list or an object, NUL characters or
            over-long texts.
    """
    if not data.startswith(_MAGIC):
        raise FileRefused(f"{subject} is not parquet by its first bytes; name it as what it is.")
    if not data.endswith(_MAGIC):
        raise FileRefused(f"{subject} is cut short: its parquet footer is missing; copy it again.")
    try:
        return _read(data, limits=limits, subject=subject)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefused(
            f"{subject} is damaged: it does not read as parquet; write it again."
        ) from error


def _read(data: bytes, *, limits: Limits, subject: str) -> Parsed:
    with parquet.ParquetFile(pa.BufferReader(data)) as probe:
        schema = probe.schema_arrow
        _check_footer(probe.metadata, schema, limits=limits, subject=subject)
    texts = [field.name for field in schema if _is_text(field.type)]
    problems = RowProblems()
    rows: list[Row] = []
    room = limits.unpacked_bytes
    with parquet.ParquetFile(pa.BufferReader(data), read_dictionary=texts) as file:
        for batch in file.iter_batches(batch_size=_BATCH_ROWS):
            room -= sum(_size(column) for column in batch.columns)
            if room < 0:
                raise _unpacks_too_large(limits, subject=subject)
            columns = [_values(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                row: Row = dict(zip(schema.names, cells, strict=True))
                fault = _number_fault(row) or row_fault(row, limits=limits)
                if fault:
                    problems.add(len(rows) + 1, fault)
                rows.append(row)
    problems.refuse(subject, way_out=MEND_ROWS)
    if not rows:
        raise FileRefused(f"{subject} has columns but no rows; add at least one row.")
    return Parsed(
        columns=tuple(schema.names),
        rows=tuple(rows),
        numbers=range(1, len(rows) + 1),
        unit="row",
    )


def _check_footer(
    footer: parquet.FileMetaData, schema: pa.Schema, *, limits: Limits, subject: str
) -> None:
    check_columns(schema.names, limits=limits, subject=subject)
    if footer.num_rows > limits.rows:
        refuse_rows_limit(limits, subject=subject)
    # The row is the first of the lists and objects inside one another.
    if any(_depth(field.type) >= limits.depth for field in schema):
        raise FileRefused(
            f"{subject} nests lists and objects more than {limits.depth} deep; flatten it."
        )
    if _cells(footer, schema) > limits.cells:
        refuse_cells_limit(limits, subject=subject)
    groups = (footer.row_group(group) for group in range(footer.num_row_groups))
    if sum(group.total_byte_size for group in groups) > limits.unpacked_bytes:
        raise _unpacks_too_large(limits, subject=subject)
    binary = [field.name for field in schema if _holds_bytes(field.type)]
    if binary:
        raise FileRefused(
            f"{subject} has bytes in column {shown(binary[0])}; store text or numbers there, or "
            "drop it."
        )


def _unpacks_too_large(limits: Limits, *, subject: str) -> FileRefused:
    return FileRefused(
        f"{subject} unpacks to more than {size_text(limits.unpacked_bytes)}, which is the limit; "
        "cut it into smaller files."
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _cells(footer: parquet.FileMetaData, schema: pa.Schema) -> int:
    """Count the values that a file stands for, from its footer alone; nested ones many times."""
    fields = sum(_fields(field.type) for field in schema)
    nested = 0
    for group in map(footer.row_group, range(footer.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            # A list is two levels of the path: "a.list.element".
            nested += column.num_values * (1 + column.path_in_schema.count(".") // 2)
    return max(int(footer.num_rows) * fields, nested)


def _inside(kind: pa.DataType) -> list[pa.DataType]:
    """List the types that a type is made of; empty for a plain one."""
    if pa.types.is_dictionary(kind):
        return [kind.value_type]
    return [kind.field(at).type for at in range(kind.num_fields)]


def _fields(kind: pa.DataType) -> int:
    return 1 + sum(map(_fields, _inside(kind)))


def _depth(kind: pa.DataType) -> int:
    """Count the lists and objects that a cell of this type has inside one another."""
    within = max(map(_depth, _inside(kind)), default=0)
    return within + int(pa.types.is_nested(kind))


def _holds_bytes(kind: pa.DataType) -> bool:
    return any(map(_holds_bytes, _inside(kind))) or bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def _size(column: pa.Array) -> int:
    """Count the bytes that a column's values would take written out one by one."""
    if isinstance(column, pa.DictionaryArray) and _is_text(column.type.value_type):
        lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
        return int(pc.sum(lengths).as_py() or 0) + 8 * len(column)
    return int(column.nbytes)


def _values(column: pa.Array) -> list[Value]:
    if isinstance(column, pa.DictionaryArray):
        # One Python string per distinct text, shared by its rows.
        texts = column.dictionary.to_pylist()
        return [None if at is None else texts[at] for at in column.indices.to_pylist()]
    if pa.types.is_temporal(column.type) or pa.types.is_decimal(column.type):
        column = column.cast(pa.string())
    elif pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    values = cast("list[Value]", column.to_pylist())
    if pa.types.is_floating(column.type):
        return [None if value != value else value for value in values]
    return [_plain(value) for value in values] if pa.types.is_nested(column.type) else values


def _plain(value: object) -> Value:
    """Give a nested value without the types that JSON does not have; no deeper than the schema."""
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, datetime | date | time | timedelta | Decimal):
        return str(value)
    return cast(Value, value)


def _number_fault(row: Row) -> str | None:
    for cell in row.values():
        for value in _leaves(cell) if isinstance(cell, list | dict) else (cell,):
            if isinstance(value, float) and not math.isfinite(value):
                return "NaN inside a list or an object" if value != value else "an infinity"
            if isinstance(value, int) and value >= 2**63:
                return "a whole number beyond 64 bits"
    return None


def _leaves(value: Value) -> Iterator[Value]:
    if isinstance(value, list | dict):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _leaves(entry)
    else:
        yield value
