"""The records of the archive that prove what an article said, and that it was not found again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from storage.archive.captures import get_capture
from storage.archive.reader import (
    CaptureError,
    copy_record,
    find_record_offsets,
    payload_digest,
    read_body,
    record_locations,
)
from storage.articles.repository import StoredArticle
from storage.articles.revisions import revisions
from storage.checks.failed_checks import settled_checks
from storage.db.connection import from_utc_text
from storage.messages import describe

HTTP_OK = 200
Proves = Literal["last text", "last seen", "failed check"]


@dataclass(frozen=True, slots=True)
class Proof:
    """One answer of the site. `at` is when it was received (UTC text), sha256 that of its body.

    `places` are the records (file, offset) that hold it: for bytes that were received before, the
    record of the first time and the short one that repeats it.
    """

    proves: Proves
    said: str
    url: str | None
    at: str
    http_status: int | None
    sha256: str
    length: int
    places: tuple[tuple[str, int], ...]


def proofs(db: Database, captures: Path, article: StoredArticle) -> list[Proof]:
    """The capture of the last text, the newest one that still showed it, and each failed check.

    `captures` is the home's folder of WARC files. Raises CaptureError where a record is not there
    any more or holds other bytes than it did.
    """
    urls = _urls(db, article)
    found = [
        _proof(db, captures, article, "last text", f"revision {r.number}", r.capture, urls)
        for r in reversed(revisions(db, article.id))
        if r.capture is not None
    ][:1]
    seen = _last_seen(captures, article, urls, found[0]) if found else None
    found += [seen] if seen else []
    found += [
        _proof(db, captures, article, "failed check", describe(check.reason), check.capture, urls)
        for check in settled_checks(db, article.id)
        if check.capture is not None
    ]
    return found


def warc_of(captures: Path, found: list[Proof]) -> bytes:
    """The records of these proofs as one WARC file, each once, as they lie in the archive."""
    places = dict.fromkeys(place for proof in found for place in proof.places)
    return b"".join(copy_record(captures, *place) for place in places)


def _urls(db: Database, article: StoredArticle) -> set[str]:
    rows = db.execute("SELECT url FROM aliases WHERE article = ?", [article.id])
    return {article.url or "", *(row[0] for row in rows)}


def _proof(
    db: Database,
    captures: Path,
    article: StoredArticle,
    proves: Proves,
    said: str,
    capture: int,
    urls: set[str],
) -> Proof:
    kept = get_capture(db, capture)
    warc, offset, at = kept.warc, kept.warc_offset, kept.captured_at
    if payload_digest(captures, warc, offset) != (kept.sha256, kept.length):
        raise CaptureError(f"{warc} at {offset} does not hold the bytes that were received")
    answers = _answers(captures, article.site, {kept.url or "", *urls}, at)
    places = tuple(dict.fromkeys([(warc, offset), *answers]))
    return Proof(proves, said, kept.url, at, kept.http_status, kept.sha256, kept.length, places)


def _answers(captures: Path, site: str, urls: set[str], at: str) -> list[tuple[str, int]]:
    """The records of what these URLs answered at this moment: redirects, repeated bytes too."""
    warc = f"{site}/{at[:10]}.warc.gz"
    offsets = find_record_offsets(captures / warc, urls, from_utc_text(at))
    return [place for offset in offsets for place in record_locations(captures, warc, offset)]


def _last_seen(captures: Path, article: StoredArticle, urls: set[str], text: Proof) -> Proof | None:
    """The newest answer that still showed the text, where it is another one than the text's."""
    if article.last_seen == text.at:
        return None
    places = _answers(captures, article.site, {text.url or "", *urls}, article.last_seen)
    whole = [place for place in places if read_body(captures, *place).status == HTTP_OK]
    if not whole:
        return None
    sha256, length = payload_digest(captures, *whole[0])
    said, at = "the same text was read", article.last_seen
    return Proof("last seen", said, text.url, at, HTTP_OK, sha256, length, tuple(places))
