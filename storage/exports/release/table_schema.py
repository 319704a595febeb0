"""Columns of the tables of a release, with descriptions, as Frictionless table schemas."""

from __future__ import annotations

from typing import Any

from storage.exports.flat_rows import COLUMNS
from storage.models import Article

EVENTS = {
    "id": ("integer", "number in the ledger; grows, never used again"),
    "kind": ("string", "new, edited, moved, removed, restored, reposted, or one of a site"),
    "site": ("string", "name of the site"),
    "article": ("integer", "id of the article; empty for an event of a site"),
    "observed_at": ("datetime", "when it was observed (UTC)"),
    "run": ("integer", "the crawl that observed it"),
    "summary": ("string", "what happened, in a sentence"),
    "detail": ("string", "JSON: what the kind needs, such as the class of an edit"),
}
STORIES = {
    "story": ("integer", "number of the story: one text that stands on several pages"),
    "article": ("integer", "id of an article that belongs to it"),
    "site": ("string", "the article's site"),
    "first_seen": ("datetime", "when the article was first seen (UTC)"),
}
DESCRIPTIONS = {
    "id": "number of the article in this collection",
    "revision": "number of the revision in this row",
    "site": "name of the site",
    "site_title": "name of the publisher",
    "site_kind": "newspaper, propaganda, party_committee, party_bloc, portal or department",
    "province": "province of the publisher in June 2025 (slug)",
    "province_now": "province that holds its territory since 1 July 2025 (slug)",
    "key": "what identifies the article within its site",
    "url": "canonical URL",
    "status": "live, suspect, removed or moved",
    "published": "ISO 8601 with +07:00, or a day where no time is printed",
    "published_on": "the day of published",
    "time_known": "whether published has a time of day",
    "updated": "as published, where the page prints an update",
    "title": "as printed",
    "lead": "the paragraph set apart as lead (sapo)",
    "body": "the text; blocks are parted by an empty line",
    "authors": "names of who wrote or compiled the text, parted by '; '",
    "translators": "names, parted by '; '",
    "source": "where the text was taken from, as the page credits it",
    "source_url": "URL of that source, where the page names one",
    "section": "section that the page names",
    "tags": "parted by '; '",
    "captions": "one a line",
    "photographers": "names in the byline and in captions, parted by '; '",
    "images": "URLs, one a line",
    "language": "BCP 47",
    "dateline": "house mark before the lead",
    "byline_as_printed": "verbatim",
    "source_as_printed": "verbatim",
    "published_as_printed": "verbatim",
    "updated_as_printed": "verbatim",
    "first_seen": "when the article was first read (UTC)",
    "last_seen": "when it was last there (UTC)",
    "last_checked": "when it was last asked for (UTC)",
    "observed_at": "when this revision was first seen (UTC)",
    "cause": "why it is a revision: site or reader",
    "revisions": "how many revisions the article has",
    "story": "number of the story that the text belongs to",
    "broken": "fields that should be there and could not be read, parted by '; '",
    "warnings": "what looked wrong and was not decisive, parted by '; '",
    "capture": "number of the capture that it was read from",
    "captured_at": "when that capture was made (UTC)",
    "sha256": "of the bytes of that capture, in hex",
    "warc": "file below captures that holds it",
    "warc_offset": "byte offset of its record in that file",
    "memento_url": "address of the capture in the web archive that made it",
    "reader": "version of what read it",
    "cut": "columns that are shortened to what a cell of Excel holds, parted by '; '",
}
ARTICLES = {
    name: (COLUMNS.get(name, "string"), description) for name, description in DESCRIPTIONS.items()
}

_LISTS = ("body", "authors", "tags", "captions", "images", "warnings")
_JSONL_COLUMNS = {  # fields of the record (docs/record.md)
    "title_folded": ("string", "the title without marks, for searching"),
    "fields": ("object", "state of each field: value, absent or broken, and the rule that read it"),
    "source": ("object", "name and url"),
    "warning_codes": ("array", "codes of the warnings"),
    **{name: ("array", DESCRIPTIONS[name].partition(",")[0]) for name in _LISTS},
}
_ORDER = (  # order of storage/exports/selection.py
    "id", *Article.__dataclass_fields__, "warning_codes", "published_on", "province",
    "province_now", "status", "first_seen", "last_seen", "last_checked", "revisions", "capture",
    "reader", "site_title", "site_kind", "story", "revision", "cause", "observed_at",
    "captured_at", "sha256", "warc", "warc_offset", "memento_url",
)  # fmt: skip
REVISIONS = {name: (ARTICLES | _JSONL_COLUMNS)[name] for name in _ORDER}


def table_schema(columns: dict[str, tuple[str, str]], key: list[str]) -> dict[str, Any]:
    """Return a Frictionless table schema. An empty cell is a missing value."""
    fields = [
        {"name": name, "type": kind, "description": description}
        for name, (kind, description) in columns.items()
    ]
    return {"fields": fields, "primaryKey": key, "missingValues": [""]}
