"""When are two contents of an article the same? Fingerprints answer without comparing texts."""

from __future__ import annotations

import hashlib

from pipelines.text import comparison
from storage.records import Article

PASSAGE_SYLLABLES = 20  # shorter paragraphs are stock phrases as often as not

# The fields of which a difference is an edit. Counters, related lists, tags, sections, images
# and the "updated" clock are not among them: they change without anybody editing the article.
WATCHED = ("title", "lead", "body", "captions", "byline", "source", "published")


def watched_text(article: Article, field: str) -> list[str]:
    """One watched field as comparison texts. Empty where the article has none."""
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
            return [f"{a.name} ({', '.join(a.roles)})" for a in article.authors]
        case "source":
            source = article.source
            return [f"{source.name} {source.url or ''}".strip()] if source else []
        case _:
            return [article.published] if article.published and not _relative(article) else []
    return [text for part in parts if (text := comparison(part))]


def _relative(article: Article) -> bool:
    """ "5 giờ trước" means another time at each capture: it is no content that can be edited."""
    printed = (article.published_as_printed or "").lower()
    return bool(printed) and (not any(c.isdigit() for c in printed) or "trước" in printed)


def fingerprint(article: Article) -> str:
    """Equal for equal contents. Paragraphs count without their order: moving one is no edit."""
    digest = hashlib.blake2b(digest_size=16)
    for field in WATCHED:
        parts = watched_text(article, field)
        ordered = sorted(parts) if field in ("body", "captions") else parts
        digest.update("\x1e".join([field, *ordered, "\x1d"]).encode())
    return digest.hexdigest()


def passages(article: Article) -> set[int]:
    """Signed 64-bit hashes of the article's long paragraphs."""
    return {
        int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
        for block in article.body
        if (text := comparison(block.text)).count(" ") >= PASSAGE_SYLLABLES - 1
    }


def differing_fields(old: Article, new: Article) -> list[str]:
    """The names of the record's fields that differ, for a table of what a new rule changed."""
    left, right = old.as_json(), new.as_json()
    return [name for name in left if left[name] != right[name] and name != "fields"]
