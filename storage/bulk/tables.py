"""The tables of a bulk dataset (docs/bulk.md lists the columns).

    FOLDER/articles/site=laocai/year=2019/part-<task>-000.parquet

The year is that of the capture, in UTC. Rows of one task are in the order of their records.
"""

from __future__ import annotations

from hashlib import blake2b

from storage.exports.parquet import RECORD_FIELDS
from storage.extras import optional_extra

with optional_extra("bulk"):
    import pyarrow as pa

FORMAT = 2  # increase if a table changes
REVISITS = "_revisits"  # not of the dataset: revisit records as they were read (revisit_join.py)
NO_SITE = "unknown"  # of a damaged record that shows no URL
_text, _moment = pa.string(), pa.timestamp("s", tz="UTC")
_capture = [
    ("capture", pa.int64()), ("key", _text), ("url", _text), ("captured_at", _moment),
]  # fmt: skip
_place = [("warc", _text), ("warc_offset", pa.int64())]

TABLES = {
    "articles": pa.schema([
        *_capture, ("article", pa.int64()), *RECORD_FIELDS, ("fingerprint", _text),
        ("reader", _text), ("sha256", _text), ("length", pa.int64()), *_place,
    ]),
    "captures": pa.schema([
        *_capture, ("kind", _text), ("http_status", pa.int16()), ("content_type", _text),
        ("digest", _text), ("sha256", _text), ("length", pa.int64()), *_place,
        ("original", pa.int64()), ("outcome", _text), ("reason_code", _text), ("reason", _text),
    ]),
    "problems": pa.schema([
        *_capture, ("http_status", pa.int16()), *_place, ("reason_code", _text),
        ("reason", _text), ("reason_json", _text),
    ]),
    REVISITS: pa.schema([
        *_capture, *_place, ("http_status", pa.int16()), ("headers", _text), ("digest", _text),
        ("refers_to_url", _text), ("refers_to_at", _moment), ("not_modified", pa.bool_()),
        ("source_url", _text),
    ]),
    "shingles": pa.schema([
        ("capture", pa.int64()), ("article", pa.int64()), ("captured_at", _moment),
        ("shingles", pa.list_(pa.int64())), ("indexed", pa.list_(pa.int64())),
    ]),
}  # fmt: skip


def number_of(*parts: object) -> int:
    """Return a positive 63-bit number that stands for a capture or an article in a dataset."""
    digest = blake2b("\0".join(map(str, parts)).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
