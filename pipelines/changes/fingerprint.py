"""When are two contents of an article the same? Fingerprints answer without comparing texts."""

from __future__ import annotations

import hashlib

from pipelines.text.normal_forms import comparison
from storage.models import Article

# The fields of which a difference is an edit. Counters, related lists, tags, sections, images
# and the "updated" clock are not among them: they change without anybody editing the article.
COMPARED_FIELDS = ("title", "lead", "body", "captions", "byline", "source", "published")


def field_paragraphs(article: Article, field: str) -> list[str]:
    """One watched field as it is printed, paragraph by paragraph. Empty where there is none."""
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
            parts = [article.published] if article.published and not _relative(article) else []
    return [part for part in parts if part]


def _relative(article: Article) -> bool:
    """ "5 giờ trước" means another time at each capture: it is no content that can be edited."""
    printed = (article.published_as_printed or "").lower()
    return bool(printed) and (not any(c.isdigit() for c in printed) or "trước" in printed)


def fingerprint(article: Article) -> str:
    """Equal for equal contents. Paragraphs count without their order: moving one is no edit."""
    digest = hashlib.blake2b(digest_size=16)
    for field in COMPARED_FIELDS:
        parts = [form for part in field_paragraphs(article, field) if (form := comparison(part))]
        ordered = sorted(parts) if field in ("body", "captions") else parts
        digest.update("\x1e".join([field, *ordered, "\x1d"]).encode())
    return digest.hexdigest()


def differing_fields(old: Article, new: Article) -> list[str]:
    """The names of the record's fields that differ, for a table of what a new rule changed."""
    left, right = old.as_json(), new.as_json()
    return [name for name in left if left[name] != right[name] and name != "fields"]
