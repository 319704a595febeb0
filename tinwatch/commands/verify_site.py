"""tinwatch verify-site: check a site module against the site's pages, and say what to fix."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.inspection.diagnosis import Diagnosis, diagnose
from crawlers.inspection.explain import Explanation
from crawlers.inspection.inspect_site import (
    MAX_ARTICLES,
    SiteInspection,
    inspect_site,
    platform_name,
)
from crawlers.inspection.pages import HomePages, ReplayPages
from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from pipelines.boilerplate.store import current_boilerplate
from schedules.batch.dry_run import dry_run_home, fetch_site
from storage.db.connection import utc_text
from storage.home import Home
from storage.messages import describe
from storage.reasons import Reason
from tinwatch.commands.options import HomeOption, JsonOption, PageReplayOption, SiteArgument
from tinwatch.terminal.console import Exit, existing_home, exit_on_error, out, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext, reason_text, styled


def verify_command(
    site: SiteArgument,
    live: Annotated[
        bool, typer.Option("--live", help="Fetch pages from the site instead of using captures.")
    ] = False,
    replay: PageReplayOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a site module with the newest listings and five articles. Stores nothing."""
    with exit_on_error(home):
        site_class = get_site(site)
        if live and replay:
            raise UsageError(gettext("--live and --replay exclude each other"))
        inspection = _inspect(site_class, live, replay, home)
        if inspection.empty:
            message = gettext(
                "no captures of {site}: crawl it first, or use --live or --replay", site=site
            )
            raise UsageError(message)
        diagnosis = diagnose(site_class, inspection)
        if as_json:
            print_json(as_row(site_class, inspection, diagnosis))
        else:
            _print(site_class, inspection, diagnosis)
        if diagnosis.fixes:
            raise typer.Exit(Exit.PROBLEMS)


def _inspect(
    site: type[SiteSpider], live: bool, replay: list[Path] | None, home: Path | None
) -> SiteInspection:
    if replay:
        return inspect_site(site, ReplayPages(replay, site))
    if not live:
        return _inspect_home(existing_home(home), site)
    with dry_run_home(home, site) as trial:
        fetch_site(trial, site, MAX_ARTICLES)
        return _inspect_home(trial, site)


def _inspect_home(home: Home, site: type[SiteSpider]) -> SiteInspection:
    with closing(home.database()) as db:
        boilerplate = current_boilerplate(db, site.name)
        return inspect_site(site, HomePages(home, db, site), boilerplate=boilerplate)


def as_row(
    site: type[SiteSpider], inspection: SiteInspection, diagnosis: Diagnosis
) -> dict[str, Any]:
    return {
        "site": site.name,
        "newest": utc_text(inspection.newest) if inspection.newest else None,
        "platform": platform_name(site),
        "guess": inspection.platform_guess,
        "robots": describe(inspection.robots),
        "listings": [
            {"url": x.url, "at_hand": x.available, "links": x.links, **_problem(x.problem)}
            for x in inspection.listings
        ],
        "articles": [_page(page) for page in inspection.pages],
        "coverage": inspection.coverage,
        "mend": [describe(one) for one in diagnosis.fixes],
        "advice": [describe(one) for one in diagnosis.advice],
    }


def _problem(reason: Reason | None) -> dict[str, Any]:
    return {
        "trouble": describe(reason) if reason else None,
        "trouble_code": reason.code if reason else None,
    }


def _page(page: Explanation) -> dict[str, Any]:
    return {
        "url": page.url,
        "title": page.article.title if page.article else None,
        **_problem(page.problem),
        "fields": {field.field: field.state for field in page.fields},
    }


def _print(site: type[SiteSpider], inspection: SiteInspection, diagnosis: Diagnosis) -> None:
    newest = f"{inspection.newest:%d/%m/%Y}" if inspection.newest else gettext("unknown")
    newest = gettext("newest page: {day}", day=newest)
    out.print(f"[bold]{site.name}[/] {site.title} [dim]{newest}[/]")
    platform = gettext("platform: {platform}", platform=platform_name(site))
    if inspection.platform_guess:
        platform += "; " + gettext(
            "its pages look like {platform}", platform=inspection.platform_guess
        )
    out.print(f"{platform} · robots.txt: {reason_text(inspection.robots)}")
    for listing in inspection.listings:
        state = gettext("not captured")
        if listing.problem is not None:
            state = reason_text(listing.problem)
        elif listing.available:
            state = ngettext("{number} article link", "{number} article links", listing.links)
        out.print(f"  [dim]{safe(listing.url)}[/] {safe(state)}")
    _print_coverage(site, inspection)
    for problem in diagnosis.fixes:
        out.print(styled("bold red", gettext("fix:")), safe(reason_text(problem)))
    for advice in diagnosis.advice:
        out.print(styled("yellow", gettext("check:")), safe(reason_text(advice)))
    if not diagnosis.fixes:
        out.print(styled("green", gettext("nothing to fix")))


def _print_coverage(site: type[SiteSpider], inspection: SiteInspection) -> None:
    whole = len(inspection.pages)
    out.print(ngettext("fields on {number} article:", "fields on {number} articles:", whole))
    for name, number in inspection.coverage.items():
        missing = (
            styled("dim", gettext("absent by the site module"))
            if name in site.absent
            else styled("yellow", gettext("none"))
        )
        colour = "green" if number == whole else "yellow"
        result = (
            styled(colour, gettext("{number} of {total}", number=number, total=whole))
            if number
            else missing
        )
        out.print(f"  {name:<10}{result}")
