"""Owns parquet: read in small batches, measured as it unpacks, turned into plain rows.

Text columns are read as dictionaries, so that a short file which stands for gigabytes of repeated
text is measured before it exists. Dates, times and decimals become text; bytes are refused.
"""

import math
from typing import Final, cast

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from pyarrow import parquet

from db.intake.errors import FileRefused
from db.intake.json_rows import row_fault
from db.intake.limits import Limits, size_text
from db.intake.parsed import MEND_ROWS, Parsed, check_columns, refuse_rows_limit
from db.intake.problems import RowProblems
from db.intake.table import Row, Value

_MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 4_096


def parse(data: bytes, *, limits: Limits, subject: str) -> Parsed:
    """Parse a whole parquet file; rows are numbered from 1.

    Raises:
        FileRefused: No parquet, cut short, damaged, too large, or with columns of bytes.
        RowsRefused: Rows with NaN, infinities, NUL characters or over-long texts.
    """
    if not data.startswith(_MAGIC):
        raise FileRefused(f"{subject} is not parquet by its first bytes; name it as what it is.")
    if not data.endswith(_MAGIC):
        raise FileRefused(f"{subject} is cut short: its parquet footer is missing; copy it again.")
    try:
        return _read(data, limits=limits, subject=subject)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
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
    groups = (footer.row_group(group) for group in range(footer.num_row_groups))
    if sum(group.total_byte_size for group in groups) > limits.unpacked_bytes:
        raise _unpacks_too_large(limits, subject=subject)
    binary = [field.name for field in schema if _holds_bytes(field.type)]
    if binary:
        raise FileRefused(
            f"{subject} has bytes in column {binary[0]!r}; store text or numbers there, or drop it."
        )


def _unpacks_too_large(limits: Limits, *, subject: str) -> FileRefused:
    return FileRefused(
        f"{subject} unpacks to more than {size_text(limits.unpacked_bytes)}, which is the limit; "
        "cut it into smaller files."
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _holds_bytes(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _holds_bytes(kind.value_type)
    return bool(
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
    return cast("list[Value]", column.to_pylist())


def _number_fault(row: Row) -> str | None:
    for value in row.values():
        if isinstance(value, float) and not math.isfinite(value):
            return "NaN or an infinity (an unscored cell is null)"
        if isinstance(value, int) and value >= 2**63:
            return "a whole number beyond 64 bits"
    return None
