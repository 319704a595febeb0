"""Flat rows for CSV: one scalar per column (docs/exports.md lists the columns)."""

from __future__ import annotations

from storage.exports.people import Author, photographers, translators, writers
from storage.exports.selection import Row

Value = str | int | bool | None

COLUMNS: dict[str, str] = {  # column -> type in a Frictionless table schema
    "id": "integer", "revision": "integer", "site": "string", "site_title": "string",
    "site_kind": "string", "province": "string", "province_now": "string", "key": "string",
    "url": "string", "status": "string", "published": "string", "published_on": "date",
    "time_known": "boolean", "updated": "string", "title": "string", "lead": "string",
    "body": "string",
    "authors": "string", "translators": "string", "source": "string", "source_url": "string",
    "section": "string", "tags": "string", "captions": "string", "photographers": "string",
    "images": "string",
    "language": "string", "dateline": "string", "byline_as_printed": "string",
    "source_as_printed": "string", "published_as_printed": "string",
    "updated_as_printed": "string", "first_seen": "datetime", "last_seen": "datetime",
    "last_checked": "datetime", "observed_at": "datetime", "cause": "string",
    "revisions": "integer", "story": "integer", "broken": "string", "warnings": "string",
    "capture": "integer", "captured_at": "datetime", "sha256": "string", "warc": "string",
    "warc_offset": "integer", "memento_url": "string", "reader": "string",
}  # fmt: skip


def flat(row: Row) -> dict[str, Value]:
    """Return the columns of COLUMNS. Names are joined by "; ", blocks by an empty line."""
    source = row["source"] or {}
    derived = {
        "body": "\n\n".join(block["text"] for block in row["body"]),
        "authors": _names(writers(row["authors"])),
        "translators": _names(translators(row["authors"])),
        "source": source.get("name"),
        "source_url": source.get("url"),
        "tags": "; ".join(row["tags"]),
        "captions": "\n".join(caption["text"] for caption in row["captions"]),
        "photographers": "; ".join(dict.fromkeys([
            *(author["name"] for author in photographers(row["authors"])),
            *(c["photographer"] for c in row["captions"] if c["photographer"]),
        ])),
        "images": "\n".join(row["images"]),
        "broken": "; ".join(name for name, f in row["fields"].items() if f["state"] == "broken"),
        "warnings": "; ".join(row["warnings"]),
    }  # fmt: skip
    return {column: derived[column] if column in derived else row[column] for column in COLUMNS}


def _names(authors: list[Author]) -> str:
    return "; ".join(author["name"] for author in authors)
