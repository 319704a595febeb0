"""Conditional requests: a trusted site is asked whether an article changed since it was read.

Own validators, one by URL, that are kept for the article's pages alone. Scrapy's cache policy is
not used: it would believe every host, and answer from a store of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from sqlite_utils import Database

from pipelines.honesty import LIE_REMEMBERED, asked_with, is_trusted, is_whole
from storage.articles import Known
from storage.captures import Capture, CaptureWriter
from storage.validators import Validators, audits_of, validated

NOT_MODIFIED = 304
OK = 200
LONGEST = 1000  # characters of a validator; no server's is as long


@dataclass(frozen=True, slots=True)
class Asking:
    """How a site's known articles are asked for. whole: ids of those that are always fetched."""

    db: Database
    site: str
    night: str
    whole: frozenset[int]

    def add_to(self, request: Request, known: Known, kept: dict[str, Capture]) -> Request:
        """The request, made conditional where a 304 could be taken for the page that is kept."""
        page, capture = validated(self.db, self.site, request.url), kept.get(request.url)
        if page is None or known.status != "live" or known.id in self.whole:
            return request
        if capture is None or (capture.sha256, capture.status) != (page.sha256, OK):
            return request  # something else came from there since
        header = asked_with(page.validators)
        if header is not None and not is_whole(request.url, self.night, page.unread):
            request.headers[header[0]] = header[1].encode("latin-1")
            request.meta["validated"] = page.sha256
        return request


def asking(db: Database, site: str, settings: BaseSettings, whole: frozenset[int]) -> Asking | None:
    """None for a site whose 304 is not believed."""
    now = datetime.now(UTC)
    if not is_trusted(audits_of(db, site, now - LIE_REMEMBERED)):
        return None
    return Asking(db, site, settings["TINWATCH_NIGHT"] or now.isoformat(), whole)


def repeated_page(request: Request, response: Response, captures: CaptureWriter) -> Capture | None:
    """The kept page that a 304 says is still there; None where it says nothing that was asked."""
    sha256 = request.meta.get("validated")
    if response.status != NOT_MODIFIED or sha256 is None or request.meta.get("redirect_urls"):
        return None
    kept = captures.known.get(response.url)
    return kept if kept is not None and kept.sha256 == sha256 else None


def validators_of(response: Response) -> Validators | None:
    """What an answer says of its version; None after a redirect, which said it of another page."""
    if response.meta.get("redirect_urls"):
        return None
    return Validators(_header(response, "ETag"), _header(response, "Last-Modified"))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    text = value.decode("latin-1").strip() if value else ""
    return text if 0 < len(text) <= LONGEST else None
