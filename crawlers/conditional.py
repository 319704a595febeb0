"""Conditional requests: a trusted site is asked whether an article changed since it was read.

Own validators, one by URL, that are kept for the article's pages alone. Scrapy's cache policy is
not used: it would believe every host, and answer from a store of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from pipelines.honesty import (
    LIE_REMEMBERED,
    PROBES,
    asked_with,
    is_trusted,
    is_whole,
    says_changed,
)
from pipelines.observations import ArticleRead, Observation, Probed
from storage.articles import Known
from storage.captures import Capture, CaptureWriter
from storage.database import Database
from storage.validators import Validated, Validators, audits_of, validated

logger = logging.getLogger(__name__)

NOT_MODIFIED = 304
OK = 200
LONGEST = 1000  # characters of a validator; no server's is as long


@dataclass(slots=True)
class Asking:
    """How a site's known articles are asked for. whole: ids of those that are always fetched.

    Only of a trusted one a 304 is taken; any of which audits tell something is probed. A lie that
    is found on the way ends the trust of this run (`trusted`), too.
    """

    db: Database
    site: str
    night: str
    whole: frozenset[int]
    trusted: bool
    probes: Iterator[int] = field(default_factory=lambda: iter(range(PROBES)))

    def add_to(self, request: Request, known: Known, kept: dict[str, Capture]) -> Request:
        """The request, made conditional where a 304 could be taken for the page that is kept."""
        if not self.trusted:
            return request
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

    def probe(self, url: str, sent: Validators) -> Request | None:
        """A request for a page that was just read, with the validators that it had before.

        None where these are still its own, and where so many were probed in this run.
        """
        before = validated(self.db, self.site, url)
        header = asked_with(before.validators) if before else None
        if before is None or header is None or not says_changed(before.validators, sent):
            return None
        if next(self.probes, None) is None:
            return None
        return Request(
            url, callback=probed, errback=unanswered, dont_filter=True,
            headers={header[0]: header[1].encode("latin-1")},
            meta={"probe": True, "dont_redirect": True}, cb_kwargs={"before": before},
        )  # fmt: skip

    def before_it_is_sent(self, request: Request) -> None:
        """Requests are made long before their turn: one that was made in trust may have lost it."""
        if "validated" in request.meta and not self.trusted:
            del request.meta["validated"]
            for header in ("If-None-Match", "If-Modified-Since"):
                request.headers.pop(header, None)


def probing(asking: Asking | None, seen: Observation, response: Response) -> list[Request]:
    """The probe that follows a page, if one does: none where it was itself asked for that way."""
    if asking is None or not isinstance(seen, ArticleRead) or seen.validators is None:
        return []
    if "validated" in response.meta:
        return []
    probe = asking.probe(response.url, seen.validators)
    return [] if probe is None else [probe]


def probed(response: Response, before: Validated) -> Iterator[Observation]:
    if response.status in (OK, NOT_MODIFIED):
        yield Probed(response.url, before, response.status == NOT_MODIFIED)


def unanswered(failure: Failure) -> None:
    """Nothing is known then, and nothing amiss: the page itself had come."""
    logger.info("a probe was not answered: %s", failure.value)


def asking(db: Database, site: str, settings: BaseSettings, whole: frozenset[int]) -> Asking | None:
    """None for a site of which no audit has told anything yet."""
    now = datetime.now(UTC)
    audits = audits_of(db, site, now - LIE_REMEMBERED)
    if not audits.audited:
        return None
    night = settings["TINWATCH_NIGHT"] or now.isoformat()
    return Asking(db, site, night, whole, is_trusted(audits))


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
