"""Where a command gets the page that it is to look at: a file, a replay, the home, or the host."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from crawlers.inspection.pages import HomePages, KeptPage, ReplayPages, from_file
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.boilerplate.store import current_boilerplate
from schedules.batch.dry_run import fetch_article, trial_home
from storage.home import home_path, open_home
from storage.messages import describe


def page_at(
    url: str,
    site: type[SiteSpider],
    *,
    page: Path | None,
    replay: list[Path] | None,
    home: Path | None,
) -> KeptPage:
    """The page of an article. Raises ValueError or CaptureError where there is none.

    Without a file it is the newest capture in the home, and where there is none the live page.
    """
    if page is not None and replay:
        raise ValueError("--page and --replay exclude each other")
    if page is not None:
        return from_file(page, url, site)
    if replay:
        found = ReplayPages(replay, site).find(url)
        if found is None:
            raise ValueError(f"{', '.join(f.name for f in replay)} hold no page of {url}")
    else:
        found = _kept(url, site, home) or _live(url, site, home)
    if found.status != 200:
        raise ValueError(f"{url} is no page: {found.origin} answered {found.status}")
    if found.is_text:
        raise ValueError(
            f"{url} was kept as plain text ({found.origin}): no rule reads markup there"
        )
    return found


def _kept(url: str, site: type[SiteSpider], home: Path | None) -> KeptPage | None:
    folder = home_path(home)
    if not (folder / "tinwatch.db").exists():
        return None
    place = open_home(folder)
    with closing(place.database()) as db:
        return HomePages(place, db, site).find(url)


def _live(url: str, site: type[SiteSpider], home: Path | None) -> KeptPage:
    with trial_home(home, site) as trial:
        fetch_article(trial, site, url)
        with closing(trial.database()) as db:
            pages = HomePages(trial, db, site)
            found, failed = pages.find(url), pages.problems()
    if found is None:
        reason = next(map(describe, failed.values()), "no answer was kept")
        raise ValueError(f"{url} could not be had: {reason}")
    return found


def template_of(site: type[SiteSpider], home: Path | None) -> Boilerplate | None:
    """What the home has learned of the site's template, if there is a home."""
    folder = home_path(home)
    if not (folder / "tinwatch.db").exists():
        return None
    with closing(open_home(folder).database()) as db:
        return current_boilerplate(db, site.name)
