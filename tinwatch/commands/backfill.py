"""tinwatch backfill: what web archives have kept of the sites."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Annotated, Any

import typer

from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from schedules.batch.log_file import log_to_file
from schedules.publishing.publish import publish
from storage.extras import optional_extra
from storage.home import Home, open_home
from storage.messages import describe
from storage.messages.reasons_crawl import CrawlReason
from storage.periods import parse_days
from storage.reasons import Reason
from storage.version import user_agent
from tinwatch.commands.import_pages import print_not_imported
from tinwatch.commands.options import (
    CapturedSinceOption,
    CapturedUntilOption,
    HomeOption,
    JsonOption,
)
from tinwatch.terminal.console import Exit, err, exit_on_error, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext

SitesOption = Annotated[list[str], typer.Argument(help="Names of sites (tinwatch sites).")]


def backfill(
    sites: SitesOption,
    source: Annotated[
        str,
        typer.Option(
            "--from", help="internet-archive, common-crawl, or the URL of a pywb collection."
        ),
    ] = "internet-archive",
    since: CapturedSinceOption = None,
    until: CapturedUntilOption = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Fetch at most this many captures of a site.")
    ] = None,
    pause: Annotated[
        float | None,
        typer.Option(min=0, help="Seconds between two requests to a pywb of your own."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="State what would be fetched, and end.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import what a web archive has kept of sites, also of sites that are gone."""
    with exit_on_error(home), optional_extra("backfill"):
        from crawlers.backfill.client import SOURCES, Archive

        if source not in SOURCES and not source.startswith(("http://", "https://")):
            raise UsageError(
                gettext("--from {source}: one of {names}, or a URL", source=source,
                        names=", ".join(SOURCES))
            )  # fmt: skip
        if pause is not None and source in SOURCES:
            raise UsageError(gettext("--pause is for a pywb of your own: name its URL with --from"))
        days = parse_days(since, until)
        classes = [get_site(name) for name in sites]
        opened = open_home(home)
        log_to_file(opened)
        settings = opened.settings
        archive = Archive(source, user_agent(settings.contact), settings.allow_private_hosts)
        if pause is not None:
            archive.pause = pause
        done = [_backfill(opened, c, archive, days, limit, dry_run, as_json) for c in classes]
        if not all(done):
            raise typer.Exit(Exit.PROBLEMS)


def _backfill(
    home: Home,
    site: type[SiteSpider],
    archive: Any,
    days: tuple[date | None, date | None],
    limit: int | None,
    dry_run: bool,
    as_json: bool,
) -> bool:
    """Backfill one site. Return whether there were no problems."""
    from crawlers.backfill.backfill import expected_time, fetch_batches, find_captures
    from crawlers.backfill.client import ArchiveError

    problems: list[tuple[str, Reason]] = []
    row: dict[str, Any] = {"site": site.name, "source": archive.source}
    read = 0
    try:
        archive.bad_lines, archive.repeats_pages = 0, False
        found = find_captures(home, site, archive, *days, limit)
        if archive.bad_lines:
            problems.append(
                (archive.source, Reason(CrawlReason.INDEX_DAMAGED, number=archive.bad_lines))
            )
        if archive.repeats_pages:
            problems.append((archive.source, Reason(CrawlReason.INDEX_REPEATED)))
        total = len(found.captures)
        time = expected_time(archive, found)
        row |= {
            "listed": found.listed, "stored": found.stored, "captures": total,
            "bytes": found.bytes, "expected_seconds": int(time.total_seconds()),
            "unknown_patterns": [
                {"pattern": pattern, "urls": count, "example": example}
                for pattern, count, example in found.patterns
            ],
        }  # fmt: skip
        _print_found(row, str(time))
        if total and not dry_run:
            for number, batch in fetch_batches(home, site, archive, found.captures):
                read += batch.read
                problems += batch.problems
                with closing(home.database()) as db:
                    publish(db, home, [site.name])
                err.print(f"{site.name}: {number}/{total}")
    except ArchiveError as error:
        problems.append((archive.source, error.reason))
    print_not_imported(problems)
    if as_json:
        reasons = [{"url": n, "reason": describe(r), "reason_code": r.code} for n, r in problems]
        print_json(row | {"read": read, "problems": reasons})
    elif not dry_run:
        err.print(
            gettext("{site}: {number} articles read from captures", site=site.name, number=read)
        )
    return not problems


def _print_found(row: dict[str, Any], time: str) -> None:
    err.print(
        gettext(
            "{site}: {captures} captures to fetch of {listed} listed, {megabytes} MB, about "
            "{time}; {stored} are stored",
            site=row["site"], captures=row["captures"], listed=row["listed"], time=time,
            megabytes=f"{row['bytes'] / 1e6:.1f}", stored=row["stored"],
        )
    )  # fmt: skip
    if row["unknown_patterns"]:
        err.print(gettext("addresses that article_url does not know:"))
    for entry in row["unknown_patterns"]:
        err.print(f"{entry['urls']:>8}  {safe(entry['pattern'])}  {safe(entry['example'])}")
