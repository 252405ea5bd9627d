"""Owns writing rows as parquet: explicit types, no data frame, equal rows in equal bytes out.

A data frame would turn a missing text into the text "nan" and a text of digits into a number.
"""

import io
import json
from collections.abc import Sequence
from typing import Final

import pyarrow as pa  # type: ignore[import-untyped]
from pyarrow import parquet

from exports.columns import LIST_COLUMNS, NUMBER_COLUMNS
from exports.rows import Cells

# Readers that stream fetch one group at a time.
_GROUP_ROWS: Final = 1_000
CANARY_KEY: Final = "gainsay.canary"
EVIDENCE_KEY: Final = "gainsay.evidence"


def parquet_bytes(
    rows: Sequence[Cells], columns: Sequence[str], *, canary: str, evidence: str
) -> bytes:
    """Write rows as one parquet file.

    Args:
        rows: At least one; every row has every column and no cell is null.
        columns: Their names in order.
        canary: Stands in the metadata of the file.
        evidence: What stands behind the rows; in the metadata, too.
    """
    schema = pa.schema([pa.field(name, _arrow(name)) for name in columns]).with_metadata(
        {"huggingface": _features(columns), CANARY_KEY: canary, EVIDENCE_KEY: evidence}
    )
    table = pa.Table.from_pylist(list(rows), schema=schema)
    sink = io.BytesIO()
    parquet.write_table(
        table,
        sink,
        row_group_size=_GROUP_ROWS,
        version="2.6",
        compression="snappy",
        data_page_version="1.0",
    )
    return sink.getvalue()


def feature_list(columns: Sequence[str]) -> list[dict[str, str]]:
    """Describe the columns as the card of a dataset does."""
    return [
        {"name": name, "list" if name in LIST_COLUMNS else "dtype": _scalar(name)}
        for name in columns
    ]


def text_bytes(rows: Sequence[Cells]) -> int:
    """Count the bytes that the rows' cells take as UTF-8, which a card calls ``num_bytes``."""
    return sum(
        len(part.encode("utf-8"))
        for row in rows
        for cell in row.values()
        for part in (map(str, cell) if isinstance(cell, list) else [str(cell)])
    )


def _features(columns: Sequence[str]) -> str:
    # What the library `datasets` writes itself: it reads the types from here, lists included.
    features = {
        name: (
            {"feature": {"dtype": _scalar(name), "_type": "Value"}, "_type": "List"}
            if name in LIST_COLUMNS
            else {"dtype": _scalar(name), "_type": "Value"}
        )
        for name in columns
    }
    return json.dumps({"info": {"features": features}})


def _scalar(name: str) -> str:
    return "int64" if name in NUMBER_COLUMNS else "string"


def _arrow(name: str) -> pa.DataType:
    if name in LIST_COLUMNS:
        return pa.list_(pa.string())
    return pa.int64() if name in NUMBER_COLUMNS else pa.string()
