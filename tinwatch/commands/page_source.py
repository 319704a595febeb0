"""The page for explain and fixture: from a file, a WARC file, the home or the live site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from crawlers.inspection.pages import HomePages, ReplayPages, StoredPage, from_file
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.boilerplate.store import current_boilerplate
from schedules.batch.dry_run import dry_run_home, fetch_article
from storage.articles.source_counts import NO_SOURCES, SiteSources, site_sources
from storage.db.connection import Database
from storage.home import DATABASE_NAME, Home, home_path, open_home
from tinwatch.terminal.messages import UsageError, gettext, reason_text


def page_at(
    url: str,
    site: type[SiteSpider],
    *,
    page: Path | None,
    replay: list[Path] | None,
    home: Path | None,
    text: bool = False,
) -> StoredPage:
    """Return the page of an article. Raise ValueError or CaptureError if there is none.

    Without a file it is the newest capture in the home, else the live page. A capture of plain
    text is refused unless `text` is True.
    """
    if page is not None and replay:
        raise UsageError(gettext("--replay and --page exclude each other"))
    if page is not None:
        found = from_file(page, url, site)
    elif replay:
        replayed = ReplayPages(replay, site).find(url)
        if replayed is None:
            files = ", ".join(f.name for f in replay)
            raise UsageError(gettext("{files}: no capture of {url}", files=files, url=url))
        found = replayed
    else:
        found = _captured(url, site, home) or _live(url, site, home)
    if found.status != 200:
        message = gettext(
            "{url}: HTTP status {status} ({origin})",
            url=url,
            status=found.status,
            origin=found.origin,
        )
        raise UsageError(message)
    if found.is_text and not text:
        message = gettext("{url} is stored as plain text, without markup", url=url)
        raise UsageError(message)
    return found


@contextmanager
def _database_if_any(path: Path | None) -> Iterator[tuple[Home, Database] | None]:
    """Open a home and its database; None without a database."""
    folder = home_path(path)
    if not (folder / DATABASE_NAME).exists():
        yield None
        return
    home = open_home(folder)
    with closing(home.database()) as db:
        yield home, db


def _captured(url: str, site: type[SiteSpider], home: Path | None) -> StoredPage | None:
    with _database_if_any(home) as opened:
        return HomePages(*opened, site).find(url) if opened else None


def _live(url: str, site: type[SiteSpider], home: Path | None) -> StoredPage:
    with dry_run_home(home, site) as dry_run:
        fetch_article(dry_run, site, url)
        with closing(dry_run.database()) as db:
            pages = HomePages(dry_run, db, site)
            found, failed = pages.find(url), pages.problems()
    if found is None:
        reason = next(map(reason_text, failed.values()), gettext("no response"))
        raise UsageError(gettext("cannot fetch {url}: {reason}", url=url, reason=reason))
    return found


def sources_of(site: type[SiteSpider], home: Path | None) -> SiteSources:
    """Return what the runs of the home have counted; nothing without a home."""
    with _database_if_any(home) as opened:
        return site_sources(opened[1], site.name) if opened else NO_SOURCES


def boilerplate_of(site: type[SiteSpider], home: Path | None) -> Boilerplate | None:
    """Return the home's boilerplate detector of the site, or None without a home."""
    with _database_if_any(home) as opened:
        return current_boilerplate(opened[1], site.name) if opened else None
