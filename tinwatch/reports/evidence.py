"""The files of an article's evidence: its newest text, its captures and its history.

The same database and language give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from storage.articles.repository import StoredArticle, articles_as_json
from storage.checks.proofs import proofs, warc_of
from storage.db.connection import Database
from storage.home import Home
from storage.messages import gettext
from storage.models import Article
from tinwatch.reports.article_history import HistoryEntry, article_history
from tinwatch.reports.evidence_page import evidence_page

WARC = "captures.warc.gz"
SUMS = "sha256sums.txt"


def evidence_files(
    db: Database, home: Home, article: StoredArticle, locale: str
) -> dict[str, bytes]:
    """Return the files by name; `locale` is the language of index.html. Raise CaptureError.

    Without captures there is no WARC file.
    """
    found = proofs(db, home.captures, article)
    row = next(articles_as_json(db, article=article.id))
    timeline = _timeline(db, article, locale)
    proof_rows = [proof.to_json() for proof in found]
    files = {
        "article.txt": _text(row).encode("utf-8", "replace"),
        "article.json": _json(row),
        "timeline.json": _json(
            {"timeline": [entry.data for entry in timeline], "captures": proof_rows}
        ),
    }
    if found:
        files[WARC] = warc_of(home.captures, found)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    page = evidence_page(row, found, timeline, sums, locale)
    files["index.html"] = page.encode("utf-8", "replace")
    files[SUMS] = _sums(files)
    return files


def _timeline(db: Database, article: StoredArticle, locale: str) -> list[HistoryEntry]:
    """Return the history with the first and last sighting, observations before their events."""
    entries = article_history(db, article.id, locale)
    observations = [e for e in entries if e.data["what"].startswith(("missed", "revision"))]
    events = [entry for entry in entries if entry not in observations]
    first = _sighting(article.first_seen, "first seen", gettext("first seen", locale), locale)
    last = _sighting(article.last_seen, "last seen", gettext("last seen", locale), locale)
    return sorted([first, *observations, *events, last], key=lambda entry: entry.at)


def _sighting(at: str, code: str, what: str, locale: str) -> HistoryEntry:
    return HistoryEntry(at, what, "", locale, {"at": at, "what": code, "detail": ""})


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _sums(files: dict[str, bytes]) -> bytes:
    """Return the checksums in the format of sha256sum."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def _text(row: dict[str, Any]) -> str:
    """Return the record as plain text: title, date and byline as printed, lead, body, captions."""
    article = Article.from_json({key: row[key] for key in Article.__dataclass_fields__})
    head = [article.title, article.url, article.published_as_printed, article.byline_as_printed]
    lead = f"{article.dateline or ''}{article.lead}" if article.lead else None
    body = [block.text for block in article.body]
    captions = [f"[{caption.text}]" for caption in article.captions]
    parts = [*head, lead, *body, *captions, article.source_as_printed]
    return "\n\n".join(part for part in parts if part) + "\n"
