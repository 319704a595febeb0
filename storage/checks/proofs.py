"""WARC records that prove what an article said and that it was not found later."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from storage.archive.captures import get_capture
from storage.archive.errors import CaptureError
from storage.archive.reader import (
    copy_record,
    find_record_offsets,
    payload_digest,
    record_at,
    record_locations,
)
from storage.articles.repository import StoredArticle, aliases_of
from storage.articles.revisions import revisions
from storage.checks.failed_checks import settled_checks
from storage.checks.sightings import sightings
from storage.db.connection import from_utc_text
from storage.messages import describe
from storage.messages.reasons_archive import ArchiveReason
from storage.reasons import Reason

HTTP_OK = 200
Proves = Literal["earlier text", "last text", "last seen", "returned", "failed check"]
Location = tuple[str, int]  # WARC file below the captures folder, offset


@dataclass(frozen=True, slots=True)
class Proof:
    """A response of the site.

    Attributes:
        revision: number of the revision whose text it holds; None if it holds another page
        reason: of a failed check, why the article was not found
        at: when it was received, UTC text
        sha256: of its body, in hex
        locations: the records that hold it; for a `revisit` also the record with the bytes
    """

    proves: Proves
    revision: int | None
    reason: Reason | None
    url: str | None
    at: str
    http_status: int | None
    sha256: str
    length: int
    locations: tuple[Location, ...]

    def to_dict(self) -> dict[str, Any]:
        """The proof as an evidence package lists it."""
        if self.reason is not None:
            said = describe(self.reason)
        else:
            same = self.proves == "last seen"
            said = "the same text was read" if same else f"revision {self.revision}"
        facts = {k: v for k, v in asdict(self).items() if k not in ("proves", "revision", "reason")}
        places = facts.pop("locations")
        return {"proves": self.proves, "said": said, **facts, "places": places}


def proofs(db: Database, captures: Path, article: StoredArticle) -> list[Proof]:
    """Return the capture of each text, the newest one with the last text, and each failed check.

    If the article came back after failed checks, also the first capture of each return.

    `captures`: the home's folder of WARC files. Raise CaptureError if a record is missing or
    changed.
    """
    urls = {article.url or "", *aliases_of(db, article.id)}
    listed = _texts(db, captures, article, urls)
    checks = settled_checks(db, article.id)
    returns = _returns(db, captures, article, [check.observed_at for check in checks], listed)
    if listed:
        last_seen = _last_seen(captures, article, urls, listed[-1])
        if last_seen and last_seen.at not in {proof.at for proof in returns}:
            listed.append(last_seen)
    listed += returns
    listed += [
        _proof(db, captures, article, "failed check", check.capture, urls, reason=check.reason)
        for check in checks
        if check.capture is not None
    ]
    return listed


def _texts(db: Database, captures: Path, article: StoredArticle, urls: set[str]) -> list[Proof]:
    """Return the capture of each revision, the newest one last; each capture once."""
    of_capture = {r.capture: r for r in revisions(db, article.id) if r.capture is not None}
    listed = list(of_capture.items())
    return [
        _proof(
            db, captures, article,
            "last text" if number == len(listed) else "earlier text",
            capture, urls, revision=revision.number,
        )
        for number, (capture, revision) in enumerate(listed, 1)
        if capture is not None
    ]  # fmt: skip


def _returns(
    db: Database, captures: Path, article: StoredArticle, missed: list[str], listed: list[Proof]
) -> list[Proof]:
    """Return the first capture after each series of failed checks, unless it is listed."""
    found = []
    listed_times = {proof.at for proof in listed}
    for before, after in pairwise(sightings(db, article.id)):
        gap = any(before.observed_at < moment < after.observed_at for moment in missed)
        if not gap or after.observed_at in listed_times or after.warc is None:
            continue
        offset = after.warc_offset or 0
        sha256, length = payload_digest(captures, after.warc, offset)
        found.append(Proof(
            "returned", after.revision, None, article.url, after.observed_at,
            record_at(captures, after.warc, offset).status, sha256, length,
            tuple(record_locations(captures, after.warc, offset)),
        ))  # fmt: skip
    return found


def warc_of(captures: Path, listed: list[Proof]) -> bytes:
    """Return the records of these proofs as one WARC file: unchanged, and each once."""
    locations = dict.fromkeys(location for proof in listed for location in proof.locations)
    return b"".join(copy_record(captures, *location) for location in locations)


def _proof(
    db: Database,
    captures: Path,
    article: StoredArticle,
    proves: Proves,
    capture: int,
    urls: set[str],
    *,
    revision: int | None = None,
    reason: Reason | None = None,
) -> Proof:
    stored = get_capture(db, capture)
    warc, offset, at = stored.warc, stored.warc_offset, stored.captured_at
    if payload_digest(captures, warc, offset) != (stored.sha256, stored.length):
        raise CaptureError(Reason(ArchiveReason.OTHER_BYTES, file=warc, offset=offset))
    responses = _responses(captures, article.site, {stored.url or "", *urls}, at)
    locations = tuple(dict.fromkeys([(warc, offset), *responses]))
    return Proof(
        proves, revision, reason, stored.url, at, stored.http_status, stored.sha256, stored.length,
        locations,
    )  # fmt: skip


def _responses(captures: Path, site: str, urls: set[str], at: str) -> list[Location]:
    """Return the records of these URLs' responses at this time, with redirects and revisits."""
    warc = f"{site}/{at[:10]}.warc.gz"
    offsets = find_record_offsets(captures / warc, urls, from_utc_text(at))
    return [one for offset in offsets for one in record_locations(captures, warc, offset)]


def _last_seen(
    captures: Path, article: StoredArticle, urls: set[str], last_text: Proof
) -> Proof | None:
    """Return the newest response with the text, unless it is `last_text` itself."""
    if article.last_seen == last_text.at:
        return None
    locations = _responses(captures, article.site, {last_text.url or "", *urls}, article.last_seen)
    ok = [one for one in locations if record_at(captures, *one).status == HTTP_OK]
    if not ok:
        return None
    sha256, length = payload_digest(captures, *ok[0])
    return Proof(
        "last seen", last_text.revision, None, last_text.url, article.last_seen, HTTP_OK, sha256,
        length, tuple(locations),
    )  # fmt: skip
