"""Dry run: crawl a few pages of a live site into a temporary home that is deleted afterwards.

A dry run obeys robots.txt, the delay, the user agent and the offsite filter as any crawl does. It
takes the settings of the team's home.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from crawlers.spider import SiteSpider
from schedules.batch import reactor
from schedules.batch.nightly import CrawlOptions, run_batch
from storage.checks.retry_queue import queue_retry
from storage.db.connection import transaction
from storage.home import Home, HomeError, home_path, open_home
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_home import HomeReason
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason
from storage.runs.sites import register_site


@contextmanager
def dry_run_home(team: Path | None, site: type[SiteSpider]) -> Iterator[Home]:
    """A temporary home with the settings of the team's home (`team` as in home_path).

    The site stays locked in the team's home, so no crawl sends requests to its host meanwhile.
    Raises SiteBusy if a crawl of the site is running.
    """
    own = home_path(team)
    with TemporaryDirectory(prefix="tinwatch-") as folder, ExitStack() as locks:
        if own.is_dir():
            locks.enter_context(open_home(own).site_lock(site.name))
        settings = own / "settings.toml"
        if settings.exists():
            shutil.copy(settings, folder)
        yield open_home(folder)


def fetch_site(home: Home, site: type[SiteSpider], articles: int) -> None:
    """Crawl the site's listings and at most `articles` articles into the dry run's home.

    Raises ValueError for an archive. Call it once per process: Twisted's reactor cannot restart.
    """
    _refuse_archive(site)
    _crawl(home, site, CrawlOptions(recheck="none", limit=articles))


def fetch_article(home: Home, site: type[SiteSpider], url: str) -> None:
    """Crawl one article and no listing into the dry run's home.

    Raises ValueError for an archive and for a URL that is not an article of the site.
    """
    _refuse_archive(site)
    key = site.key_of(url)
    if key is None:
        raise InputError(Reason(InputReason.NOT_AN_ARTICLE, url=url, site=site.name))
    reason = Reason(CrawlReason.ASKED_BY_HAND)
    with closing(home.database()) as db:
        register_site(db, site.facts())
        with transaction(db):
            queue_retry(db, site.name, key, site.canonical(url), datetime.now(UTC), reason)
    alone = type(site.__name__, (site,), {"sections": [], "feeds": [], "__module__": __name__})
    _crawl(home, alone, CrawlOptions(recheck="none", limit=1))


def _refuse_archive(site: type[SiteSpider]) -> None:
    if site.status == "archive":
        raise InputError(
            Reason(InputReason.ARCHIVE_NOT_ASKED, site=site.name, note=site.status_note)
        )


def _crawl(home: Home, spider: type[SiteSpider], options: CrawlOptions) -> None:
    batch = reactor.run(
        partial(run_batch, home, [spider], options), home.settings.allow_private_hosts
    )
    if batch.stopped:
        raise KeyboardInterrupt
    if batch.errors:
        reason = batch.errors[spider.name]
        raise HomeError(Reason(HomeReason.CRAWL_BROKE_OFF, site=spider.name, reason=reason))
