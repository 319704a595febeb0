"""An index as input: only the records that it lists are read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawlers.bulk.extract_piece import extract_piece
from crawlers.bulk.index_pieces import index_pieces
from crawlers.bulk.selection import ArchiveSelection
from crawlers.registry import get_site
from storage.archive.reader import read_records
from storage.bulk.dataset import DatasetFolder
from storage.bulk.pieces import BadInput
from tests.crawlers.bulk.archives import extract_alone, rows, sample_archive

SITE = "haugiang"


def write_index(warc: Path, index: Path) -> int:
    """Write a CDXJ index of a file, with a damaged line; return the number of its records."""
    records = list(read_records(warc))
    data = warc.read_bytes()
    ends = [*(record.offset for record in records[1:]), len(data)]
    lines = [
        f"key {record.captured_at:%Y%m%d%H%M%S} " + json.dumps({
            "url": record.url, "status": str(record.status), "filename": warc.name,
            "offset": str(record.offset), "length": str(end - record.offset),
        })
        for record, end in zip(records, ends, strict=True)
    ]  # fmt: skip
    index.write_bytes(gzip.compress("\n".join([*lines, "no index", ""]).encode()))
    return len(records)


def test_listed_records_make_the_rows_of_the_whole_file(tmp_path: Path) -> None:
    [warc] = sample_archive(tmp_path, (1,), only=(SITE, "laocai"))
    index = tmp_path / "cdx.gz"
    count = write_index(warc, index)
    selection = ArchiveSelection(sites=(SITE,))
    found = index_pieces([str(index)], selection, f"{tmp_path.as_uri()}/")
    assert found.bad_lines == {str(index): 1}
    [piece] = found.pieces
    assert 0 < len(piece.records) < count
    out = tmp_path / "out"
    DatasetFolder(str(out)).begin(selection.to_dict())
    task = extract_piece(str(out), selection, selection.rules, piece)
    assert task.counts["records"] == len(piece.records)
    extract_alone(tmp_path / "alone", [warc], selection)
    for table in ("articles", "captures"):
        assert rows(out, table) == rows(tmp_path / "alone", table)
    assert all(get_site(SITE).key_of(row["url"]) for row in rows(out, "captures"))


def write_columns(warc: Path, index: Path) -> None:
    """Write the records of a file as Common Crawl's columnar index lists them."""
    records = list(read_records(warc))
    ends = [*(record.offset for record in records[1:]), warc.stat().st_size]
    listed = [
        {
            "url": record.url, "url_host_name": urlsplit(record.url).hostname,
            "fetch_time": record.captured_at, "fetch_status": record.status,
            "content_mime_type": "text/html", "warc_filename": warc.name,
            "warc_record_offset": record.offset, "warc_record_length": end - record.offset,
        }
        for record, end in zip(records, ends, strict=True)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(listed), index)


@pytest.mark.parametrize("generic", [False, True])
def test_a_columnar_index_lists_the_same_records(tmp_path: Path, generic: bool) -> None:
    [warc] = sample_archive(tmp_path, (1,), only=(SITE, "laocai"))
    write_index(warc, tmp_path / "cdx.gz")
    write_columns(warc, tmp_path / "part-1.parquet")
    selection = ArchiveSelection(sites=(SITE,), generic=generic)
    lines = index_pieces([str(tmp_path / "cdx.gz")], selection, "s3://archive/")
    columns = index_pieces([f"{tmp_path}/*.parquet"], selection, "s3://archive/")
    assert columns.pieces == lines.pieces
    assert len(columns.pieces[0].records) > 1
    assert columns.bad_lines == {}


@pytest.mark.parametrize("name", ["broken.parquet", "none*.parquet"])
def test_a_columnar_index_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(BadInput) as caught:
        index_pieces([str(tmp_path / name)], ArchiveSelection(), "")
    assert name in caught.value.file
    assert caught.value.reason.code == "file_unreadable"


def test_an_index_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        index_pieces([str(tmp_path / "none.gz")], ArchiveSelection(), "")
    assert caught.value.reason.code == "file_unreadable"
