"""WACZ 1.1.1: the captures with an index and a list of pages, for ReplayWeb.page and its kin.

    archive/data.warc.gz  indexes/index.cdx.gz  indexes/index.idx  pages/pages.jsonl
    datapackage.json      datapackage-digest.json

The index is a CDXJ in blocks of lines, each a gzip member, and a list of the blocks (ZipNum). The
same database gives the same bytes.
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
from storage.exports.reproducible_zip import Packed, packed
from storage.exports.selection import Chosen
from storage.exports.warc import records

VERSION = "1.1.1"
WARC = "data.warc.gz"
BLOCK = 3000  # lines of the index in one gzip member


def write(chosen: Chosen, file: Path) -> int:
    """Returns the number of records. Raises CaptureError."""
    with packed(file, from_utc_text(chosen.as_of())) as made:
        written = _archive(chosen, made)
        _index(chosen, made)
        _pages(chosen, made)
        described = _described(chosen, made)
        with made.member("datapackage.json", squeezed=True) as member:
            member.write(described)
        digest = {"path": member.path, "hash": f"sha256:{member.sha256}"}
        with made.member("datapackage-digest.json", squeezed=True) as member:
            member.write(_json(digest))
    return written


def _archive(chosen: Chosen, made: Packed) -> int:
    """Copies the records, and keeps the lines of the index for when all are known."""
    chosen.db.execute("CREATE TEMP TABLE IF NOT EXISTS cdx (line TEXT)")
    chosen.db.execute("DELETE FROM temp.cdx")
    written = 0
    with made.member(f"archive/{WARC}") as member:
        for record in records(chosen):
            line = _cdxj(record, member.size)
            chosen.db.execute("INSERT INTO temp.cdx VALUES (?)", [line])
            member.write(record)
            written += 1
    return written


def _cdxj(record: bytes, offset: int) -> str:
    (read,) = ArchiveIterator(BytesIO(record))
    named = read.rec_headers.get_header
    url = (named("WARC-Target-URI") or "").strip("<>")
    http = read.http_headers
    kind = http.get_header("Content-Type") if http else named("Content-Type")
    entry = {
        "url": url,
        "mime": "warc/revisit" if read.rec_type == "revisit" else (kind or "").split(";")[0],
        "status": http.get_statuscode() if http else "200",
        "digest": named("WARC-Payload-Digest"),
        "length": str(len(record)),
        "offset": str(offset),
        "filename": WARC,
    }
    moment = "".join(filter(str.isdigit, (named("WARC-Date") or "")[:19]))
    key = surt(url).replace(" ", "%20")  # surt decodes it, and a space ends the key in CDXJ
    return f"{key} {moment} {json.dumps(entry)}"


def _index(chosen: Chosen, made: Packed) -> None:
    blocks = []
    with made.member("indexes/index.cdx.gz") as member:
        for lines in _blocks(chosen):
            block = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
            place = {
                "offset": member.size,
                "length": len(block),
                "digest": f"sha256:{sha256(block).hexdigest()}",
                "filename": "index.cdx.gz",
            }
            blocks.append(f"{lines[0].partition(' {')[0]} {json.dumps(place)}\n")
            member.write(block)
    with made.member("indexes/index.idx", squeezed=True) as member:
        member.write(b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n')
        member.write("".join(blocks).encode())


def _blocks(chosen: Chosen) -> Iterator[list[str]]:
    lines = (row[0] for row in chosen.db.execute("SELECT line FROM temp.cdx ORDER BY line"))
    while block := list(islice(lines, BLOCK)):
        yield block


def _pages(chosen: Chosen, made: Packed) -> None:
    which = "" if chosen.revisions else "AND number = revision"
    rows = chosen.db.execute(
        "SELECT articles.id, number, captures.url, captured_at, record FROM temp.chosen "
        "JOIN articles ON articles.id = chosen.article "
        f"JOIN revisions ON revisions.article = articles.id {which} "
        "JOIN captures ON captures.id = capture ORDER BY articles.id, number"
    )
    with made.member("pages/pages.jsonl", squeezed=True) as member:
        member.write(b'{"format": "json-pages-1.0", "id": "pages", "title": "Articles"}\n')
        for article, number, url, at, record in rows:
            title = json.loads(record)["title"]
            page = {"id": f"{article}.{number}", "url": url, "ts": at, "title": title}
            member.write(json.dumps(page).encode() + b"\n")


def _described(chosen: Chosen, made: Packed) -> bytes:
    resources = [
        {
            "name": member.path.rpartition("/")[2],
            "path": member.path,
            "hash": f"sha256:{member.sha256}",
            "bytes": member.size,
        }
        for member in made.members
    ]
    return _json({
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": f"{chosen.articles} articles, as of {chosen.as_of()}",
        "created": chosen.as_of(),
        "software": f"tinwatch {version.VERSION}",
        "resources": resources,
    })  # fmt: skip


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
