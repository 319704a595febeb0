"""The files of an article's evidence: each of its texts, the changes, its captures and its history.

The same database and language give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from typing import Any

from pipelines.changes.diff import diff
from storage.articles.repository import StoredArticle, articles_as_json
from storage.articles.revisions import Revision, revisions
from storage.checks.proofs import proofs, warc_of
from storage.db.connection import Database
from storage.home import Home
from storage.messages import gettext
from storage.models import Article, RevisionCause
from tinwatch.reports.article_history import HistoryEntry, article_history
from tinwatch.reports.diff_page import diff_page
from tinwatch.reports.diff_text import diff_text, difference_line
from tinwatch.reports.evidence_page import Change, evidence_page

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
    texts = revisions(db, article.id)
    changes = [_change(old, new, locale) for old, new in pairwise(texts)]
    timeline = _timeline(db, article, locale)
    proof_rows = [proof.to_dict() for proof in found]
    files = {
        "article.txt": _text(texts[-1].record).encode("utf-8", "replace"),
        "article.json": _json(row),
        "timeline.json": _json(
            {"timeline": [entry.data for entry in timeline], "captures": proof_rows}
        ),
    }
    if changes:
        files |= _texts_and_changes(texts, changes, locale)
    if found:
        files[WARC] = warc_of(home.captures, found)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    page = evidence_page(row, found, timeline, changes, sums, locale)
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


def _change(old: Revision, new: Revision, locale: str) -> Change:
    fields = diff(old.record, new.record)
    summary = difference_line(fields, locale)
    if new.cause == RevisionCause.EXTRACTOR:
        rules_changed = gettext("our extraction rules changed", locale)
        summary = f"{rules_changed}: {summary}"
    return Change(old, new, fields, summary)


def _texts_and_changes(
    texts: list[Revision], changes: list[Change], locale: str
) -> dict[str, bytes]:
    files = {f"revisions/{each.number}.txt": _text(each.record) for each in texts}
    for change in changes:
        name = f"changes/{change.old.number}-{change.new.number}"
        about = (change.old, change.new, change.fields, change.summary)
        files[f"{name}.html"] = diff_page(*about, locale)
        files[f"{name}.txt"] = diff_text(*about)
    return {name: text.encode("utf-8", "replace") for name, text in files.items()}


def _text(article: Article) -> str:
    """Return the record as plain text: title, date and byline as printed, lead, body, captions."""
    head = [article.title, article.url, article.published_as_printed, article.byline_as_printed]
    lead = f"{article.dateline or ''}{article.lead}" if article.lead else None
    body = [block.text for block in article.body]
    captions = [f"[{caption.text}]" for caption in article.captions]
    parts = [*head, lead, *body, *captions, article.source_as_printed]
    return "\n\n".join(part for part in parts if part) + "\n"
