"""Fingerprints of an article's content: if they are equal, there is no edit.

If they differ, the diff decides: the same words may stand in another role, as a caption that was a
paragraph (pipelines/changes/diff.py).
"""

from __future__ import annotations

import hashlib

from pipelines.text.normal_forms import comparison
from storage.models import Article

# A difference in these fields is an edit. Tags, sections, images and the "updated" time are not
# compared: they change without an edit of the article.
COMPARED_FIELDS = ("title", "lead", "body", "captions", "byline", "source", "published")


def field_paragraphs(article: Article, field: str) -> list[str]:
    """Return a compared field as printed, as a list of paragraphs; empty if it is absent."""
    match field:
        case "title":
            parts = [article.title]
        case "lead":
            parts = [article.lead or ""]
        case "body":
            parts = [block.text for block in article.body]
        case "captions":
            parts = [caption.text for caption in article.captions]
        case "byline":
            parts = [f"{a.name} ({', '.join(a.roles)})" for a in article.authors]
        case "source":
            source = article.source
            parts = [f"{source.name} {source.url or ''}".strip()] if source else []
        case _:
            parts = [article.published] if article.published and not prints_age(article) else []
    return [part for part in parts if part]


def prints_age(article: Article) -> bool:
    """Whether the date is an age ("5 giờ trước"): it differs at each capture without an edit."""
    as_printed = (article.published_as_printed or "").lower()
    return bool(as_printed) and (not any(c.isdigit() for c in as_printed) or "trước" in as_printed)


def fingerprint(article: Article) -> str:
    """Return a digest of the compared fields, independent of the order of paragraphs."""
    digest = hashlib.blake2b(digest_size=16)
    for field in COMPARED_FIELDS:
        parts = [form for part in field_paragraphs(article, field) if (form := comparison(part))]
        ordered = sorted(parts) if field in ("body", "captions") else parts
        digest.update("\x1e".join([field, *ordered, "\x1d"]).encode())
    return digest.hexdigest()


def differing_fields(old: Article, new: Article) -> list[str]:
    """Return the names of the record's fields that differ, for reports of `reparse`."""
    left, right = old.to_dict(), new.to_dict()
    return [name for name in left if left[name] != right[name] and name != "fields"]
