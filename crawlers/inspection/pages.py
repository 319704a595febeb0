"""Pages that can be looked at without asking a host: saved files, replay files, a home's captures.

A look (tinwatch explain, fixture, verify-site) reads them and stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from crawlers.crawl.replay import Replay, open_replay
from crawlers.extraction.html import MAX_BYTES
from crawlers.registry import UnknownSite, all_sites
from crawlers.spider import SiteSpider
from storage.archive.payloads import newest_payload
from storage.archive.writer import Record, capture_place, read_body
from storage.articles.repository import find_article, known_articles, last_revision
from storage.db.connection import Database
from storage.home import Home
from storage.reasons import Reason
from storage.runs.repository import list_runs

MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page and where it came from, in plain words. `url` is that of the page, canonical."""

    url: str
    body: bytes
    captured_at: datetime
    content_type: str | None
    origin: str
    status: int = 200

    @property
    def is_text(self) -> bool:
        """Text that somebody copied out of a browser: it has no markup for rules to find."""
        return (self.content_type or "").startswith("text/plain")


class Pages(Protocol):
    """Where kept pages are looked up."""

    def find(self, url: str) -> KeptPage | None:
        """The newest page of a URL; redirects that were kept are followed."""

    def articles(self, site: type[SiteSpider]) -> list[str]:
        """URLs of a site's articles of which there is a page, newest first."""

    def problems(self) -> dict[str, Reason]:
        """Addresses that were asked for in vain when the pages were taken: URL -> reason."""


def site_of(url: str) -> type[SiteSpider]:
    """The site that a URL belongs to; of several on one host, that whose article it is.

    Raises UnknownSite, and ValueError for what is no web address.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no web address: give it whole, with https://")
    held = [site for site in all_sites().values() if parts.hostname in site.bare_hosts]
    for site in held:
        if site.key_of(url) is not None:
            return site
    if held:
        return held[0]
    raise UnknownSite(f"no site has the host {parts.hostname}: tinwatch add {url}")


def from_file(file: Path, url: str, site: type[SiteSpider]) -> KeptPage:
    """A page that somebody saved. Raises ValueError; the file's date is its time."""
    if not file.is_file():
        raise ValueError(f"{file}: there is no such file")
    if file.stat().st_size > MAX_BYTES:
        raise ValueError(f"{file} is larger than {MAX_BYTES} bytes, no article page is")
    taken = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    return KeptPage(site.canonical(url), file.read_bytes(), taken, None, f"the file {file.name}")


class ReplayPages:
    """The pages of WARC files."""

    def __init__(self, files: list[Path], site: type[SiteSpider]) -> None:
        """Raises CaptureError for a file that is no WARC."""
        self.site = site
        self.replay: Replay = open_replay(tuple(str(file.resolve()) for file in files), None)
        self.origin = ", ".join(file.name for file in files)

    def find(self, url: str) -> KeptPage | None:
        record = self._followed(url)
        return _page(record, self.site, self.origin) if record is not None else None

    def articles(self, site: type[SiteSpider]) -> list[str]:
        return [url for url in self.replay.urls() if site.key_of(url) is not None]

    def problems(self) -> dict[str, Reason]:
        return {}

    def _followed(self, url: str) -> Record | None:
        record = self.replay.find(url)
        for _ in range(MOST_REDIRECTS):
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
        """The newest file: what a night only passes through (redirects, robots.txt) stands in no
        table."""
        files = sorted((self.home.captures / self.site.name).glob("*.warc.gz"))
        return ReplayPages(files[-1:], self.site) if files else None

    def find(self, url: str) -> KeptPage | None:
        """Raises CaptureError where the database names a capture that cannot be read."""
        place = self._place(url)
        if place is None:
            return self.newest.find(url) if self.newest is not None else None
        return _page(read_body(self.home.captures, *place), self.site, place[0])

    def articles(self, site: type[SiteSpider]) -> list[str]:
        known = [a for a in known_articles(self.db, site.name) if a.url and a.status == "live"]
        known.sort(key=lambda article: (article.first_seen, article.id), reverse=True)
        return [article.url for article in known if article.url]

    def problems(self) -> dict[str, Reason]:
        """Of the site's newest run."""
        runs = list_runs(self.db, self.site.name, most=1)
        found = runs[0].stats.problems if runs else []
        return {problem.url: problem.reason for problem in found}

    def _place(self, url: str) -> tuple[str, int] | None:
        for address in (url, self.site.canonical(url)):
            place = newest_payload(self.db, self.site.name, address)
            if place is not None:
                return place
        key = self.site.key_of(url)
        known = find_article(self.db, self.site.name, key) if key is not None else None
        if known is None:
            return None
        capture = last_revision(self.db, known.id).capture
        held = capture_place(self.db, capture) if capture is not None else {}
        return (held["warc"], held["warc_offset"]) if held else None


def _page(record: Record, site: type[SiteSpider], origin: str) -> KeptPage:
    return KeptPage(
        site.canonical(record.url),
        record.body,
        record.captured_at.astimezone(UTC),
        record.header("Content-Type"),
        f"the capture of {record.captured_at:%Y-%m-%d} in {origin}",
        record.status,
    )
