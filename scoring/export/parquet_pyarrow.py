"""Tables as Parquet, with types: numbers, flags, and times in UTC."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scoring.export.tables import Kind, Table

_TYPES: dict[Kind, Any] = {
    "text": pa.string(),
    "number": pa.float64(),
    "count": pa.int32(),
    "flag": pa.bool_(),
    "time": pa.timestamp("us", tz="UTC"),
}


def parquet_of(table: Table) -> bytes:
    """A table as Parquet; the same bytes for the same table."""
    columns = zip(*table.rows, strict=True) if table.rows else ((),) * len(table.columns)
    made = pa.table(
        {
            column.name: pa.array([_encodable(cell) for cell in cells], type=_TYPES[column.kind])
            for column, cells in zip(table.columns, columns, strict=True)
        }
    )
    out = io.BytesIO()
    pq.write_table(made, out, compression="zstd")
    return out.getvalue()


def _encodable(cell: Any) -> Any:
    """A cell without lone surrogates, which a broken paste may leave in a text."""
    if isinstance(cell, str):
        return cell.encode("utf-8", errors="backslashreplace").decode("utf-8")
    return cell
