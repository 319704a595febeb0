"""tinwatch crawl and tinwatch nightly."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from crawlers.crawl.rechecks import RECHECK_MODES
from crawlers.crawl.replay import open_replay
from crawlers.registry import all_sites, get_site
from crawlers.spider import SiteSpider
from schedules.batch import reactor
from schedules.batch.isolated import isolated_crawl, run_isolated
from schedules.batch.log_file import log_to_file
from schedules.batch.nightly import BatchResult, CrawlOptions, Progress, run_batch
from schedules.batch.signals import run_until_stopped
from storage.disk_space import check_disk_space
from storage.home import Home, open_home
from tinwatch.commands.options import (
    AsOfOption,
    FullOption,
    HomeOption,
    IsolateOption,
    JsonOption,
    MaxArticlesOption,
    MaxPagesOption,
    RecheckOption,
    ReplayOption,
    ResumeOption,
    SitesArgument,
    with_options,
)
from tinwatch.reports.nightly_report import batch_report, print_report
from tinwatch.terminal.console import Exit, exit_on_error, print_json
from tinwatch.terminal.messages import UsageError, gettext, reason_text
from tinwatch.terminal.progress import BatchProgress

RunBatch = Callable[[Home, list[type[SiteSpider]], CrawlOptions, Progress], BatchResult]


@dataclass(frozen=True, slots=True)
class CrawlCommandOptions:
    """The options as written; `checked` and `runner` check them."""

    replay: ReplayOption = None
    as_of: AsOfOption = None
    recheck: RecheckOption = "due"
    limit: MaxArticlesOption = None
    full: FullOption = False
    max_pages: MaxPagesOption = None
    isolate: IsolateOption = False
    resume: ResumeOption = False

    def checked(self) -> CrawlOptions:
        """Raise UsageError or CaptureError for options that cannot work."""
        if self.recheck not in RECHECK_MODES:
            values = ", ".join(RECHECK_MODES)
            message = gettext("--recheck {value}: use {values}", value=self.recheck, values=values)
            raise UsageError(message)
        files = tuple(str(file.resolve()) for file in self.replay or [])
        if self.as_of is not None and not files:
            raise UsageError(gettext("--as-of needs --replay"))
        if files:
            open_replay(files, self.as_of)
        return CrawlOptions(
            replay=files, as_of=self.as_of, recheck=self.recheck, limit=self.limit,
            full=self.full, max_pages=self.max_pages,
        )  # fmt: skip

    def runner(self) -> RunBatch:
        """Return how the batch is run. Raise UsageError for --resume without --isolate."""
        if self.isolate:
            return partial(_isolated, resumable=self.resume)
        if self.resume:
            raise UsageError(gettext("--resume needs --isolate"))
        return _in_this_process


@with_options(CrawlCommandOptions)
def crawl(
    site: Annotated[list[str], typer.Argument(help="Names of sites (tinwatch sites).")],
    chosen: CrawlCommandOptions,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Crawl sites, live or from WARC files, and report what is new and what changed."""
    with exit_on_error(home):
        sites = [get_site(name) for name in dict.fromkeys(site)]
        options = chosen.checked()
        for one in sites:
            if one.status == "archive" and not options.replay:
                message = gettext(
                    "{site} is an archive: {note}. Use --replay FILE, or tinwatch import --site",
                    site=one.name,
                    note=reason_text(one.status_note),
                )
                raise UsageError(message)
        _run(open_home(home), sites, options, as_json, chosen.runner())


@with_options(CrawlCommandOptions)
def nightly(
    chosen: CrawlCommandOptions,
    site: SitesArgument = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Crawl all sites (or the named ones) as one batch, evaluate each run and report."""
    with exit_on_error(home):
        sites = [get_site(n) for n in dict.fromkeys(site)] if site else [*all_sites().values()]
        _run(open_home(home), sites, chosen.checked(), as_json, chosen.runner())


def _isolated(
    home: Home,
    sites: list[type[SiteSpider]],
    options: CrawlOptions,
    progress: Progress,
    *,
    resumable: bool,
) -> BatchResult:
    """Raise WorkBusy if the batch is resumable and another process runs such a batch."""
    with home.work_lock("night") if resumable else nullcontext():
        return run_until_stopped(
            lambda stop: run_isolated(
                home, sites, options, isolated_crawl(home), stop,
                progress=progress, resumable=resumable,
            )
        )  # fmt: skip


def _in_this_process(
    home: Home, sites: list[type[SiteSpider]], options: CrawlOptions, progress: Progress
) -> BatchResult:
    return reactor.run(
        partial(run_batch, home, sites, options, progress), home.settings.allow_private_hosts
    )


def _run(
    home: Home,
    sites: list[type[SiteSpider]],
    options: CrawlOptions,
    as_json: bool,
    run: RunBatch,
) -> None:
    check_disk_space(home)
    log_to_file(home)
    home.database().close()  # report an unusable database before any crawl
    with BatchProgress() as progress:
        batch = run(home, sites, options, progress.show)
    with closing(home.database()) as db:
        report = batch_report(db, batch.name)
    if as_json:
        print_json(report)
    else:
        print_report(report)
    raise typer.Exit(_exit_code(batch))


def _exit_code(batch: BatchResult) -> Exit:
    if batch.stopped:
        return Exit.INTERRUPTED
    return Exit.OK if batch.healthy else Exit.PROBLEMS
