"""Stored pages for an inspection, read without a request: files, replay files, a home's captures.

`tinwatch explain`, `fixture` and `verify-site` read them and store nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from crawlers.crawl.replay import Replay
from crawlers.extraction.html import MAX_PAGE_BYTES
from crawlers.registry import UnknownSite, all_sites
from crawlers.reprocess.archive_files import TEXT_NAMES
from crawlers.spider import SiteSpider
from storage.archive.captures import CapturedPage, capture_location, newest_payload
from storage.archive.reader import CaptureLocation, Record, read_body
from storage.articles.repository import find_article, stored_articles
from storage.articles.revisions import last_revision
from storage.db.connection import Database
from storage.home import Home
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_lookups import LookupReason
from storage.models import ArticleStatus
from storage.reasons import Reason
from storage.runs.repository import list_runs

MAX_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page that was stored earlier.

    Attributes:
        url: canonical
        origin: where the page comes from, for people
    """

    url: str
    body: bytes
    captured_at: datetime
    content_type: str | None
    origin: str
    status: int = 200

    @property
    def is_text(self) -> bool:
        """Whether it is plain text copied from a browser, in which no rule finds markup."""
        return (self.content_type or "").startswith("text/plain")


class Pages(Protocol):
    """Finds stored pages by URL."""

    def find(self, url: str) -> StoredPage | None:
        """Return the newest page of a URL, following stored redirects."""

    def articles(self) -> list[str]:
        """Return the URLs of the site's articles that have a page, newest first."""

    def problems(self) -> dict[str, Reason]:
        """Return the failed requests of the crawl that stored the pages: URL -> reason."""


def site_of(url: str) -> type[SiteSpider]:
    """Return the site of a URL; if several share the host, the one whose article it is.

    Raise UnknownSite, and ValueError for an invalid URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(Reason(InputReason.NO_WEB_ADDRESS, url=url))
    candidates = [site for site in all_sites().values() if parts.hostname in site.bare_hosts]
    for site in candidates:
        if site.key_of(url) is not None:
            return site
    if candidates:
        return candidates[0]
    raise UnknownSite(Reason(LookupReason.NO_SITE_OF_HOST, host=parts.hostname, url=url))


def from_file(file: Path, url: str, site: type[SiteSpider]) -> StoredPage:
    """Return a saved page, captured at the date of the file. Raise ValueError."""
    return _file_page(file, site.canonical(url))


def from_text_file(file: Path) -> StoredPage:
    """Return a text capture without a URL; the name of the file stands for it. Raise ValueError."""
    return _file_page(file, str(file))


def _file_page(file: Path, url: str) -> StoredPage:
    if not file.is_file():
        raise InputError(Reason(InputReason.NO_FILE, file=str(file)))
    if file.stat().st_size > MAX_PAGE_BYTES:
        raise InputError(
            Reason(InputReason.PAGE_FILE_TOO_LARGE, file=str(file), limit=MAX_PAGE_BYTES)
        )
    captured_at = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    kind = "text/plain" if file.name.lower().endswith(TEXT_NAMES) else None
    return StoredPage(url, file.read_bytes(), captured_at, kind, f"the file {file.name}")


class ReplayPages:
    """The pages of WARC files."""

    def __init__(self, files: list[Path], site: type[SiteSpider]) -> None:
        """Raise CaptureError for a file that is not a WARC file."""
        self.site = site
        # Not cached: the newest file of a home grows while a process inspects it more than once.
        self.replay = Replay(tuple(str(file.resolve()) for file in files), None)
        self.origin = ", ".join(file.name for file in files)

    def find(self, url: str) -> StoredPage | None:
        record = self._find_record(url)
        return _page(record, self.site, self.origin) if record is not None else None

    def articles(self) -> list[str]:
        return [url for url in self.replay.urls() if self.site.key_of(url) is not None]

    def problems(self) -> dict[str, Reason]:
        return {}

    def _find_record(self, url: str) -> Record | None:
        record = self.replay.find(url)
        for _ in range(MAX_REDIRECTS):
            target = record.header("Location") if record and 300 <= record.status < 400 else None
            if record is None or target is None:
                break
            record = self.replay.find(urljoin(record.url, target))
        return record


class HomePages:
    """The captures of one site in a home, by the database and the newest WARC file."""

    def __init__(self, home: Home, db: Database, site: type[SiteSpider]) -> None:
        self.home = home
        self.db = db
        self.site = site

    @cached_property
    def newest(self) -> ReplayPages | None:
        """The newest WARC file: redirects and robots.txt are in no database table."""
        files = sorted((self.home.captures / self.site.name).glob("*.warc.gz"))
        return ReplayPages(files[-1:], self.site) if files else None

    def find(self, url: str) -> StoredPage | None:
        """Return the newest page. Raise CaptureError if a stored capture cannot be read."""
        location = self._location(url)
        if location is None:
            return self.newest.find(url) if self.newest is not None else None
        return _page(read_body(self.home.captures, *location), self.site, location[0])

    def articles(self) -> list[str]:
        stored = stored_articles(self.db, self.site.name)
        live = [article for article in stored if article.status == ArticleStatus.LIVE]
        live.sort(key=lambda article: (article.first_seen, article.id), reverse=True)
        return [article.url for article in live if article.url]

    def problems(self) -> dict[str, Reason]:
        """Return the problems of the site's newest run."""
        runs = list_runs(self.db, [self.site.name], most=1)
        problems = runs[0].stats.problems if runs else []
        return {problem.url: problem.reason for problem in problems}

    def _location(self, url: str) -> CaptureLocation | None:
        for address in (url, self.site.canonical(url)):
            location = newest_payload(self.db, self.site.name, address)
            if location is not None:
                return location
        key = self.site.key_of(url)
        article = find_article(self.db, self.site.name, key) if key is not None else None
        if article is None:
            return None
        capture = last_revision(self.db, article.id).capture
        row = capture_location(self.db, capture) if capture is not None else {}
        if not row:
            return None
        return CaptureLocation(row["warc"], row["warc_offset"], row["sha256"])


class YearPages:
    """The captures of a site's articles in one year. There are no listings."""

    def __init__(
        self, home: Home, site: type[SiteSpider], captures: Iterable[CapturedPage]
    ) -> None:
        self.home = home
        self.site = site
        self.captures = {page.url: page for page in captures}

    def find(self, url: str) -> StoredPage | None:
        """Return the page. Raise CaptureError if its capture cannot be read."""
        page = self.captures.get(url)
        if page is None:
            return None
        return _page(read_body(self.home.captures, page.warc, page.offset), self.site, page.warc)

    def articles(self) -> list[str]:
        return list(self.captures)

    def problems(self) -> dict[str, Reason]:
        return {}


def _page(record: Record, site: type[SiteSpider], origin: str) -> StoredPage:
    return StoredPage(
        site.canonical(record.url),
        record.body,
        record.captured_at.astimezone(UTC),
        record.header("Content-Type"),
        f"the capture of {record.captured_at:%Y-%m-%d} in {origin}",
        record.status,
    )
