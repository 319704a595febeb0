"""WACZ 1.1.1 export: the captures with an index and a list of pages, for ReplayWeb.page.

    archive/data.warc.gz  indexes/index.cdx.gz  indexes/index.idx  pages/pages.jsonl
    datapackage.json      datapackage-digest.json

The index is a ZipNum CDXJ: blocks of lines, each a gzip member, and a list of the blocks. The
output is reproducible: the same database gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from surt import surt
from warcio.archiveiterator import ArchiveIterator

from storage import version
from storage.db.connection import from_utc_text
from storage.db.revision_order import IN_TIME
from storage.exports.reproducible_zip import ZipBuilder, open_zip
from storage.exports.selection import Selection
from storage.exports.warc import captures_sql, records

VERSION = "1.1.1"
WARC = "data.warc.gz"
MAX_BLOCK_LINES = 3000  # index lines per gzip member


def write(selection: Selection, file: Path) -> int:
    """Write the archive and return the number of records. Raise CaptureError."""
    with open_zip(file, from_utc_text(selection.as_of())) as zip_file:
        count = _archive(selection, zip_file)
        _index(selection, zip_file)
        _pages(selection, zip_file)
        datapackage = _datapackage(selection, zip_file)
        with zip_file.member("datapackage.json", compressed=True) as member:
            member.write(datapackage)
        digest = {"path": member.path, "hash": f"sha256:{member.sha256}"}
        with zip_file.member("datapackage-digest.json", compressed=True) as member:
            member.write(_json(digest))
    return count


def _archive(selection: Selection, zip_file: ZipBuilder) -> int:
    """Copy the records and store their index lines in a temporary table for sorting."""
    selection.db.execute("CREATE TEMP TABLE IF NOT EXISTS cdx (line TEXT)")
    selection.db.execute("DELETE FROM temp.cdx")
    count = 0
    with zip_file.member(f"archive/{WARC}", size=_most_bytes(selection)) as member:
        for record in records(selection):
            line = _cdxj(record, member.size)
            if line is None:
                continue
            selection.db.execute("INSERT INTO temp.cdx VALUES (?)", [line])
            member.write(record)
            count += 1
    return count


def _most_bytes(selection: Selection) -> int:
    """Return more bytes than the records have, also with headers of some kilobytes."""
    row = selection.db.execute(
        "SELECT coalesce(sum(length + 20000), 0) FROM temp.selected "
        f"JOIN ({captures_sql(selection)}) USING (article) JOIN captures ON captures.id = capture"
    ).fetchone()
    return int(row[0])


def _cdxj(record: bytes, offset: int) -> str | None:
    """Return the line of a record, or None without a URL: such a page cannot be replayed."""
    (warc_record,) = ArchiveIterator(BytesIO(record))
    header = warc_record.rec_headers.get_header
    url = (header("WARC-Target-URI") or "").strip("<>")
    if not url:
        return None
    http = warc_record.http_headers
    content_type = http.get_header("Content-Type") if http else header("Content-Type")
    entry = {
        "url": url,
        "mime": "warc/revisit"
        if warc_record.rec_type == "revisit"
        else (content_type or "").split(";")[0],
        "status": http.get_statuscode() if http else "200",
        "digest": header("WARC-Payload-Digest"),
        "length": str(len(record)),
        "offset": str(offset),
        "filename": WARC,
    }
    timestamp = "".join(filter(str.isdigit, (header("WARC-Date") or "")[:19]))
    key = surt(url).replace(" ", "%20")  # surt decodes it, and a space ends the key in CDXJ
    return f"{key} {timestamp} {json.dumps(entry)}"


def _index(selection: Selection, zip_file: ZipBuilder) -> None:
    blocks = []
    with zip_file.member("indexes/index.cdx.gz") as member:
        for lines in _blocks(selection):
            block = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
            entry = {
                "offset": member.size,
                "length": len(block),
                "digest": f"sha256:{sha256(block).hexdigest()}",
                "filename": "index.cdx.gz",
            }
            blocks.append(f"{lines[0].partition(' {')[0]} {json.dumps(entry)}\n")
            member.write(block)
    with zip_file.member("indexes/index.idx", compressed=True) as member:
        member.write(b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n')
        member.write("".join(blocks).encode())


def _blocks(selection: Selection) -> Iterator[list[str]]:
    lines = (row[0] for row in selection.db.execute("SELECT line FROM temp.cdx ORDER BY line"))
    while block := list(islice(lines, MAX_BLOCK_LINES)):
        yield block


def _pages(selection: Selection, zip_file: ZipBuilder) -> None:
    which = "" if selection.revisions else "AND number = revision"
    rows = selection.db.execute(
        "SELECT articles.id, number, captures.url, captured_at, record FROM temp.selected "
        "JOIN articles ON articles.id = selected.article "
        f"JOIN revisions ON revisions.article = articles.id {which} "
        "JOIN captures ON captures.id = capture WHERE captures.url IS NOT NULL "
        f"ORDER BY articles.id, {IN_TIME}"
    )
    with zip_file.member("pages/pages.jsonl", compressed=True) as member:
        member.write(b'{"format": "json-pages-1.0", "id": "pages", "title": "Articles"}\n')
        for article, number, url, at, record in rows:
            title = json.loads(record)["title"]
            page = {"id": f"{article}.{number}", "url": url, "ts": at, "title": title}
            member.write(json.dumps(page).encode() + b"\n")


def _datapackage(selection: Selection, zip_file: ZipBuilder) -> bytes:
    resources = [
        {
            "name": member.path.rpartition("/")[2],
            "path": member.path,
            "hash": f"sha256:{member.sha256}",
            "bytes": member.size,
        }
        for member in zip_file.members
    ]
    return _json({
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": f"{selection.articles} articles, as of {selection.as_of()}",
        "created": selection.as_of(),
        "software": f"tinwatch {version.VERSION}",
        "resources": resources,
    })  # fmt: skip


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
