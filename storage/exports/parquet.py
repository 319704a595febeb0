"""Parquet export partitioned by year and site, with nested types.

    FOLDER/year=2025/site=laocai/part-0.parquet

Rows are sorted by partition, so only one file is open at a time.
"""

from __future__ import annotations

from itertools import groupby, islice
from pathlib import Path
from typing import Any

from storage.exports.selection import Row, Selection
from storage.extras import optional_extra

with optional_extra("parquet"):
    import pyarrow as pa
    import pyarrow.parquet as pq

ROW_GROUP_ROWS = 1000  # about 10 MB of Vietnamese news
NO_YEAR = "0"  # for rows without a date: pandas cannot read a null partition

_text, _moment = pa.string(), pa.timestamp("s", tz="UTC")
_texts = pa.list_(_text)
RECORD_FIELDS = [
    ("title", _text), ("title_folded", _text), ("lead", _text), ("dateline", _text),
    ("body", pa.list_(pa.struct([("kind", _text), ("text", _text), ("cells", _texts)]))),
    ("captions", pa.list_(pa.struct([("text", _text), ("photographer", _text)]))),
    ("published", _text), ("published_on", pa.date32()), ("published_as_printed", _text),
    ("updated", _text), ("updated_as_printed", _text), ("time_known", pa.bool_()),
    ("authors", pa.list_(pa.struct([("name", _text), ("kind", _text), ("roles", _texts)]))),
    ("byline_as_printed", _text),
    ("source", pa.struct([("name", _text), ("url", _text)])), ("source_as_printed", _text),
    ("section", _text), ("tags", _texts), ("images", _texts), ("language", _text),
    ("fields", pa.map_(_text, pa.struct([("state", _text), ("rule", _text)]))),
    ("warnings", _texts), ("warning_codes", _texts),
]  # fmt: skip
SCHEMA = pa.schema([
    pa.field("id", pa.int64(), nullable=False),
    pa.field("revision", pa.int32(), nullable=False),
    ("site_title", _text), ("site_kind", _text), ("province", _text), ("province_now", _text),
    ("key", _text), ("url", _text), ("status", _text),
    *RECORD_FIELDS,
    ("first_seen", _moment), ("last_seen", _moment), ("last_checked", _moment),
    ("observed_at", _moment), ("cause", _text), ("revisions", pa.int32()),
    ("story", pa.int64()), ("capture", pa.int64()), ("captured_at", _moment), ("sha256", _text),
    ("warc", _text), ("warc_offset", pa.int64()), ("memento_url", _text), ("reader", _text),
])  # fmt: skip


def write(selection: Selection, folder: Path) -> int:
    count = 0
    for (year, site), rows in groupby(selection.rows_by_year_and_site(), key=_partition):
        partition = folder / f"year={year or NO_YEAR}" / f"site={site}"
        partition.mkdir(parents=True)
        with pq.ParquetWriter(partition / "part-0.parquet", SCHEMA, compression="zstd") as file:
            while row_group := list(islice(rows, ROW_GROUP_ROWS)):
                file.write_table(arrow_table(row_group, SCHEMA))
                count += len(row_group)
    if not count:  # a dataset without files is unreadable
        pq.write_table(SCHEMA.empty_table(), folder / "part-0.parquet")
    return count


def _partition(row: Row) -> tuple[str | None, str]:
    return (row["published"] or "")[:4] or None, row["site"]


def arrow_table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    """Return rows, which have all columns of the schema, as a table."""
    columns = [_column(field, [_cell(field.name, row) for row in rows]) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _cell(name: str, row: Row) -> Any:
    if name == "fields":
        return list(row["fields"].items())
    return row[name]


def _column(field: pa.Field, values: list[Any]) -> pa.Array:
    """Return the column. Lone surrogates, which UTF-8 cannot encode, become U+FFFD."""
    try:
        return _array(field.type, values)
    except UnicodeEncodeError:
        return _array(field.type, [_without_surrogates(value) for value in values])


def _array(kind: pa.DataType, values: list[Any]) -> pa.Array:
    if pa.types.is_temporal(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _without_surrogates(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(part) for part in value]
    return value
