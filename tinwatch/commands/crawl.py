"""Commands that crawl or import articles: crawl, nightly, import, demo."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.crawl.rechecks import RECHECKS
from crawlers.crawl.replay import as_utc, open_replay
from crawlers.registry import all_sites, get_site
from crawlers.reprocess.importer import import_files
from crawlers.spider import SiteSpider
from schedules.batch import reactor
from schedules.batch.log_file import log_to
from schedules.batch.nightly import Night, Options, Progress, run_night
from schedules.publishing.publish import publish
from storage.disk_space import check_room
from storage.home import Home, open_home
from storage.messages import describe
from tinwatch.commands.isolated_nightly import run_apart_night
from tinwatch.commands.options import (
    AsOfOption,
    FullOption,
    HomeOption,
    IsolateOption,
    JsonOption,
    MaxArticlesOption,
    RecheckOption,
    ReplayOption,
    ResumeOption,
    SitesArgument,
)
from tinwatch.demo import nights as demo_nights
from tinwatch.reports.nightly_report import night_report, print_report
from tinwatch.terminal.console import (
    Exit,
    count,
    err,
    errors_in_words,
    print_json,
    safe,
)
from tinwatch.terminal.progress import NightProgress

RunNight = Callable[[Home, list[type[SiteSpider]], Options, Progress], Night]


def demo(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Crawl the sample sites in four nightly batches and show each report."""
    with errors_in_words():
        folder = home or Path("data") / "demo"
        log_to(demo_nights.fresh_home(folder))
        found = reactor.run(partial(demo_nights.play, folder, as_json=as_json))
        if not found:
            raise typer.Exit(Exit.TROUBLE)


def crawl(
    site: Annotated[list[str], typer.Argument(help="Names of sites (tinwatch sites).")],
    replay: ReplayOption = None,
    as_of: AsOfOption = None,
    recheck: RecheckOption = "due",
    limit: MaxArticlesOption = None,
    full: FullOption = False,
    isolate: IsolateOption = False,
    resume: ResumeOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Crawl sites, live or from WARC files, and report what is new and what changed."""
    with errors_in_words():
        chosen = [get_site(name) for name in dict.fromkeys(site)]
        options = _options(replay, as_of, recheck, limit, full)
        for one in chosen:
            if one.status == "archive" and not options.replay:
                raise ValueError(
                    f"{one.name} is an archive ({one.status_text()}): give --replay FILE, "
                    "or tinwatch import --site"
                )
        _night(open_home(home), chosen, options, as_json, _runner(isolate, resume))


def nightly(
    site: SitesArgument = None,
    replay: ReplayOption = None,
    as_of: AsOfOption = None,
    recheck: RecheckOption = "due",
    limit: MaxArticlesOption = None,
    full: FullOption = False,
    isolate: IsolateOption = False,
    resume: ResumeOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Crawl all sites (or the named ones) as one batch, evaluate each run and report."""
    with errors_in_words():
        chosen = [get_site(n) for n in dict.fromkeys(site)] if site else [*all_sites().values()]
        options = _options(replay, as_of, recheck, limit, full)
        _night(open_home(home), chosen, options, as_json, _runner(isolate, resume))


def import_command(
    file: Annotated[list[Path], typer.Argument(help="Saved HTML, WARC or text files.")],
    site: Annotated[str, typer.Option("--site", help="The site they are from.")],
    url: Annotated[
        str | None, typer.Option(help="URL of a single page that does not name its own.")
    ] = None,
    captured_at: Annotated[
        str | None, typer.Option(help="When it was saved (ISO 8601, UTC); else the file's date.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import saved pages: HTML, WARC, or text copied from a browser."""
    with errors_in_words():
        if len(file) > 1 and url:
            raise ValueError("--url belongs to a single file")
        place = open_home(home)
        log_to(place)
        taken: datetime | None = as_utc(captured_at) if captured_at else None
        done = import_files(place, get_site(site), file, url=url, captured_at=taken)
        with closing(place.database()) as db:
            publish(db, place, [site])
        for name, reason in done.problems:
            err.print(f"[yellow]not imported:[/] {safe(name)}: {safe(describe(reason))}")
        row: dict[str, Any] = {
            "site": site,
            "run": done.run,
            "read": done.read,
            "problems": [
                {"file": n, "reason": describe(r), "reason_code": r.code} for n, r in done.problems
            ],
        }
        if as_json:
            print_json(row)
        else:
            problems = count(len(done.problems), "problem")
            err.print(f"{site}: {count(done.read, 'article')} read, {problems}")
        if done.problems:
            raise typer.Exit(Exit.TROUBLE)


def _options(
    replay: list[Path] | None, as_of: str | None, recheck: str, limit: int | None, full: bool
) -> Options:
    """Raises ValueError or CaptureError for what cannot work, before anything is begun."""
    if recheck not in RECHECKS:
        raise ValueError(f"--recheck must be one of {', '.join(RECHECKS)}, is {recheck!r}")
    files = tuple(str(file.resolve()) for file in replay or [])
    if as_of is not None and not files:
        raise ValueError("--as-of belongs to --replay: a live crawl sees the present")
    if files:
        open_replay(files, as_of)
    return Options(replay=files, as_of=as_of, recheck=recheck, limit=limit, deep=full)


def _runner(isolate: bool, resume: bool) -> RunNight:
    """Raises ValueError for --resume without --isolate."""
    if isolate:
        return partial(run_apart_night, goes_on=resume)
    if resume:
        raise ValueError("--resume needs --isolate: a batch in one process cannot be continued")
    return _together


def _together(
    home: Home, sites: list[type[SiteSpider]], options: Options, progress: Progress
) -> Night:
    return reactor.run(partial(run_night, home, sites, options, progress))


def _night(
    home: Home,
    sites: list[type[SiteSpider]],
    options: Options,
    as_json: bool,
    run: RunNight,
) -> None:
    check_room(home)
    log_to(home)
    home.database().close()  # a database that cannot be opened is said before any crawl
    with NightProgress() as progress:
        night = run(home, sites, options, progress.show)
    with closing(home.database()) as db:
        report = night_report(db, night.name)
    if as_json:
        print_json(report)
    else:
        print_report(report)
    raise typer.Exit(_exit_code(night))


def _exit_code(night: Night) -> Exit:
    if night.stopped:
        return Exit.INTERRUPTED
    return Exit.OK if night.healthy else Exit.TROUBLE
