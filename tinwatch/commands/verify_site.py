"""tinwatch verify-site: does a site's module still read the site, and what is to be mended."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.inspection.diagnosis import Findings, findings
from crawlers.inspection.explain import Explanation
from crawlers.inspection.inspect_site import ARTICLES, Look, built_on, look_at
from crawlers.inspection.pages import HomePages, ReplayPages
from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from pipelines.boilerplate.store import current_boilerplate
from schedules.batch.dry_run import fetch_site, trial_home
from storage.db.connection import utc_text
from storage.home import Home
from storage.messages import describe
from storage.reasons import Reason
from tinwatch.commands.options import (
    HomeOption,
    JsonOption,
    PageReplayOption,
    SiteArgument,
)
from tinwatch.terminal.console import (
    Exit,
    errors_in_words,
    existing_home,
    out,
    print_json,
    safe,
)
from tinwatch.terminal.messages import gettext, ngettext, reason_text, styled


def verify_command(
    site: SiteArgument,
    live: Annotated[
        bool, typer.Option("--live", help="Ask the site now instead of reading captures.")
    ] = False,
    replay: PageReplayOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a site's newest listings and five articles and say what to fix. Stores nothing."""
    with errors_in_words():
        known = get_site(site)
        if live and replay:
            raise ValueError("--live and --replay exclude each other")
        look = _look(known, live, replay, home)
        if look.empty:
            raise ValueError(
                f"there is no page of {site} at hand: crawl it first, or give --live or --replay"
            )
        found = findings(known, look)
        if as_json:
            print_json(as_row(known, look, found))
        else:
            _print(known, look, found)
        if found.mend:
            raise typer.Exit(Exit.TROUBLE)


def _look(site: type[SiteSpider], live: bool, replay: list[Path] | None, home: Path | None) -> Look:
    if replay:
        return look_at(site, ReplayPages(replay, site))
    if not live:
        return _look_in(existing_home(home), site)
    with trial_home(home, site) as trial:
        fetch_site(trial, site, ARTICLES)
        return _look_in(trial, site)


def _look_in(home: Home, site: type[SiteSpider]) -> Look:
    with closing(home.database()) as db:
        template = current_boilerplate(db, site.name)
        return look_at(site, HomePages(home, db, site), template=template)


def as_row(site: type[SiteSpider], look: Look, found: Findings) -> dict[str, Any]:
    return {
        "site": site.name,
        "newest": utc_text(look.newest) if look.newest else None,
        "platform": built_on(site),
        "guess": look.guess,
        "robots": describe(look.robots),
        "listings": [
            {"url": x.url, "at_hand": x.at_hand, "links": x.links, **_trouble(x.trouble)}
            for x in look.listings
        ],
        "articles": [_page(page) for page in look.pages],
        "coverage": look.coverage,
        "mend": [describe(one) for one in found.mend],
        "advice": [describe(one) for one in found.advice],
    }


def _trouble(reason: Reason | None) -> dict[str, Any]:
    return {
        "trouble": describe(reason) if reason else None,
        "trouble_code": reason.code if reason else None,
    }


def _page(page: Explanation) -> dict[str, Any]:
    return {
        "url": page.url,
        "title": page.article.title if page.article else None,
        **_trouble(page.trouble),
        "fields": {story.field: story.state for story in page.fields},
    }


def _print(site: type[SiteSpider], look: Look, found: Findings) -> None:
    newest = f"{look.newest:%d/%m/%Y}" if look.newest else gettext("unknown")
    newest = gettext("newest page: {day}", day=newest)
    out.print(f"[bold]{site.name}[/] {site.title} [dim]{newest}[/]")
    platform = gettext("platform: {platform}", platform=built_on(site))
    if look.guess:
        platform += "; " + gettext("its pages look like {platform}", platform=look.guess)
    out.print(f"{platform} · robots.txt: {reason_text(look.robots)}")
    for listing in look.listings:
        state = gettext("not captured")
        if listing.trouble is not None:
            state = reason_text(listing.trouble)
        elif listing.at_hand:
            state = ngettext("{number} article link", "{number} article links", listing.links)
        out.print(f"  [dim]{safe(listing.url)}[/] {safe(state)}")
    _print_coverage(site, look)
    for problem in found.mend:
        out.print(styled("bold red", gettext("fix:")), safe(reason_text(problem)))
    for advice in found.advice:
        out.print(styled("yellow", gettext("check:")), safe(reason_text(advice)))
    if not found.mend:
        out.print(styled("green", gettext("nothing to fix")))


def _print_coverage(site: type[SiteSpider], look: Look) -> None:
    whole = len(look.pages)
    out.print(ngettext("fields on {number} article:", "fields on {number} articles:", whole))
    for name, number in look.coverage.items():
        missing = (
            styled("dim", gettext("absent by the site module"))
            if name in site.absent
            else styled("yellow", gettext("none"))
        )
        colour = "green" if number == whole else "yellow"
        said = (
            styled(colour, gettext("{number} of {total}", number=number, total=whole))
            if number
            else missing
        )
        out.print(f"  {name:<10}{said}")
