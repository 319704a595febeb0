"""The files of an article's evidence: its last text, what proves it, and what happened to it.

The same database gives the same bytes: nothing in the files depends on when they were made.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from storage.articles.repository import Known, articles_as_json
from storage.checks.proofs import proofs, warc_of
from storage.db.connection import Database
from storage.home import Home
from storage.models import Article
from tinwatch.reports.article_history import history
from tinwatch.reports.evidence_page import evidence_page

WARC = "captures.warc.gz"
SUMS = "sha256sums.txt"


def evidence_files(db: Database, home: Home, article: Known) -> dict[str, bytes]:
    """File name -> content. Without captures there is no WARC file. Raises CaptureError."""
    found = proofs(db, home.captures, article)
    row = next(articles_as_json(db, article=article.id))
    timeline = _timeline(db, article)
    proof_rows = [asdict(proof) for proof in found]
    files = {
        "article.txt": _text(row).encode("utf-8", "replace"),
        "article.json": _json(row),
        "timeline.json": _json({"timeline": timeline, "captures": proof_rows}),
    }
    if found:
        files[WARC] = warc_of(home.captures, found)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["index.html"] = evidence_page(row, found, timeline, sums).encode("utf-8", "replace")
    files[SUMS] = _sums(files)
    return files


def _timeline(db: Database, article: Known) -> list[dict[str, Any]]:
    """What happened, oldest first; of one moment what was seen before what was made of it."""
    events = history(db, article.id)
    seen = [line for line in events if line["what"] == "missed" or "revision" in line["what"]]
    made = [line for line in events if line not in seen]
    first = {"at": article.first_seen, "what": "first seen", "detail": ""}
    last = {"at": article.last_seen, "what": "last seen", "detail": ""}
    return sorted([first, *seen, *made, last], key=lambda line: str(line["at"]))


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _sums(files: dict[str, bytes]) -> bytes:
    """As `sha256sum -c` reads it."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _text(row: dict[str, Any]) -> str:
    """The record as plain text: title, date and byline as printed, lead, body, captions."""
    article = Article.from_json({key: row[key] for key in Article.__dataclass_fields__})
    head = [article.title, article.url, article.published_as_printed, article.byline_as_printed]
    lead = f"{article.dateline or ''}{article.lead}" if article.lead else None
    body = [block.text for block in article.body]
    captions = [f"[{caption.text}]" for caption in article.captions]
    parts = [*head, lead, *body, *captions, article.source_as_printed]
    return "\n\n".join(part for part in parts if part) + "\n"
