"""A look at a live site that leaves nothing behind: a crawl into a home that is thrown away.

It is a crawl like any other, so robots.txt, the delay, the user agent and the fence hold; it takes
them from the settings of the team's own home.
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
from schedules.batch.nightly import Options, run_night
from storage.checks.problems import want
from storage.db.connection import transaction
from storage.home import Home, HomeError, home_path, open_home
from storage.messages import describe
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason
from storage.runs.repository import register_site


@contextmanager
def trial_home(team: Path | None, site: type[SiteSpider]) -> Iterator[Home]:
    """An empty home with the settings of the team's one (`team` as in home_path), for one look.

    The site stays locked in the team's home, so that no crawl asks its host at the same time.
    Raises SiteBusy.
    """
    own = home_path(team)
    with TemporaryDirectory(prefix="tinwatch-") as folder, ExitStack() as held:
        if own.is_dir():
            held.enter_context(open_home(own).site_lock(site.name))
        settings = own / "settings.toml"
        if settings.exists():
            shutil.copy(settings, folder)
        yield open_home(folder)


def fetch_site(trial: Home, site: type[SiteSpider], articles: int) -> None:
    """Crawls the site's listings and so many articles into the trial home.

    Raises ValueError for an archive, whose host is not asked. Call it once in a process.
    """
    _refuse_archive(site)
    _crawl(trial, site, Options(recheck="none", limit=articles))


def fetch_article(trial: Home, site: type[SiteSpider], url: str) -> None:
    """Crawls one article and no listing into the trial home.

    Raises ValueError for an archive and for a URL that is no article of the site.
    """
    _refuse_archive(site)
    key = site.key_of(url)
    if key is None:
        raise ValueError(f"{url} is no article of {site.name}: article_url does not fit it")
    reason = Reason(CrawlReason.ASKED_BY_HAND)
    with closing(trial.database()) as db:
        register_site(db, site.facts())
        with transaction(db):
            want(db, site.name, key, site.canonical(url), datetime.now(UTC), reason)
    alone = type(site.__name__, (site,), {"sections": [], "feeds": [], "__module__": __name__})
    _crawl(trial, alone, Options(recheck="none", limit=1))


def _refuse_archive(site: type[SiteSpider]) -> None:
    if site.status == "archive":
        raise ValueError(
            f"{site.name} is an archive ({site.status_text()}): its host is not asked; "
            "give --replay FILE or a saved page"
        )


def _crawl(trial: Home, spider: type[SiteSpider], options: Options) -> None:
    night = reactor.run(partial(run_night, trial, [spider], options))
    if night.stopped:
        raise KeyboardInterrupt
    if night.errors:
        reason = describe(night.errors[spider.name])
        raise HomeError(f"the crawl of {spider.name} broke off: {reason}")
