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
from pipelines.boilerplate.store import current_template
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
    count,
    errors_in_words,
    existing_home,
    out,
    print_json,
    safe,
)


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
        template = current_template(db, site.name)
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
    newest = f"{look.newest:%d/%m/%Y}" if look.newest else "unknown"
    out.print(f"[bold]{site.name}[/] {site.title} [dim]newest page of {newest}[/]")
    said = f"; its pages look like {look.guess}" if look.guess else ""
    out.print(f"built on {built_on(site)}{said} · robots.txt: {describe(look.robots)}")
    for listing in look.listings:
        state = count(listing.links, "article link") if listing.at_hand else "not at hand"
        if listing.trouble is not None:
            state = describe(listing.trouble)
        out.print(f"  [dim]{safe(listing.url)}[/] {safe(state)}")
    _print_coverage(site, look)
    for one in found.mend:
        out.print(f"[bold red]mend[/] {safe(describe(one))}")
    for one in found.advice:
        out.print(f"[yellow]look at[/] {safe(describe(one))}")
    if not found.mend:
        out.print("[green]nothing must be mended[/]")


def _print_coverage(site: type[SiteSpider], look: Look) -> None:
    whole = len(look.pages)
    out.print(f"fields on {count(whole, 'article')}:")
    for name, number in look.coverage.items():
        missing = "[dim]absent by the module[/]" if name in site.absent else "[yellow]none[/]"
        colour = "green" if number == whole else "yellow"
        said = f"[{colour}]{number} of {whole}[/]" if number else missing
        out.print(f"  {name:<10}{said}")
