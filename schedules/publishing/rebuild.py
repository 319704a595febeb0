"""Rebuild the database from the captures and the journal.

Each run is parsed again from the captures that it wrote, with the present extraction rules, and
published with the verdict that it had. docs/archive.md lists what cannot be restored.
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from crawlers.crawl.from_capture import reparse_record
from crawlers.crawl.state import CrawlState
from crawlers.registry import UnknownSite, get_site
from crawlers.reprocess.recorded_run import Range, RecordedRun
from crawlers.spider import SiteSpider
from pipelines.items import ArticleMissing, Observation
from pipelines.recording.recorder import Recorder
from pipelines.recording.run_journal import RebuiltRun, restore_observation
from pipelines.site_store import SiteStore
from schedules.gate.models import Verdict, passed
from schedules.publishing.journal_verdicts import verdict_from_journal
from schedules.publishing.overrides import publish_held_run, retract_run
from schedules.publishing.publish import publish_as
from storage.archive.journal import Journal, Line, read_journal
from storage.archive.reader import CaptureError, UnreadableRecord
from storage.archive.writer import CaptureWriter
from storage.db.connection import Database, from_utc_text, reserve_ids, row_count, transaction
from storage.events.reviews import restore_review
from storage.home import Home, open_home
from storage.run_stats import RunStats
from storage.runs.repository import RunKind, restore_run, run_ids
from storage.runs.sites import SiteFacts, register_site
from storage.user_data import carry_over

WARC_FILE = re.compile(r"[^/]+/\d{4}-\d\d-\d\d\.warc\.gz")
Progress = Callable[[int, int], None]  # (done, of how many)


@dataclass(slots=True)
class RebuildReport:
    """The contents of the rebuilt database. `tinwatch rebuild --json` prints these fields.

    Attributes:
        left: bytes of captures of runs that never ended
        problems: runs, captures and decisions that could not be rebuilt
        notes: data written by people that could not be copied from the old database
    """

    runs: int = 0
    articles: int = 0
    revisions: int = 0
    events: int = 0
    left: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def rebuild(
    source: Home, folder: Path, progress: Progress = lambda done, total: None
) -> RebuildReport:
    """Create a home in the empty `folder` from the captures of `source`.

    `source` is not changed. Raises SiteBusy if one of its sites is being crawled, CaptureError if
    it has no captures, and OSError.
    """
    with ExitStack() as locks:
        for site in sorted({name.split("/")[0] for name in warc_files(source.captures)}):
            locks.enter_context(source.site_lock(site))
        if not warc_files(source.captures):
            raise CaptureError(f"{source.captures} holds no captures: nothing can be rebuilt")
        shutil.copytree(source.captures, folder / "captures")
    for file in source.path.glob("*.toml"):  # settings, subscriptions
        shutil.copy2(file, folder)
    home = open_home(folder)
    with closing(home.database()) as db:
        report = _Rebuilder(home, db, read_journal(home.captures)).run(progress)
        report.notes = carry_over(source.database_file, db)
        return report


def warc_files(captures: Path) -> list[str]:
    """Names of the WARC files in a captures folder, sorted: SITE/YYYY-MM-DD.warc.gz."""
    names = (str(f.relative_to(captures)) for f in captures.glob("*/*.warc.gz"))
    return sorted(name for name in names if WARC_FILE.fullmatch(name))


class _Rebuilder:
    def __init__(self, home: Home, db: Database, journal: Journal) -> None:
        self.home = home
        self.db = db
        self.journal = journal
        self.report = RebuildReport()
        self.covered: dict[str, int] = defaultdict(
            int
        )  # WARC file -> offset up to which it was read
        if journal.unreadable:
            self.report.problems.append(f"journal: {journal.unreadable} lines cannot be read")

    def run(self, progress: Progress) -> RebuildReport:
        lines = self.journal.lines
        self._reserve_ids()
        self._rebuild_unjournaled()
        for number, line in enumerate(lines, 1):
            self._apply(line)
            progress(number, len(lines))
        for name in warc_files(self.home.captures):
            self.report.left += (self.home.captures / name).stat().st_size - self.covered[name]
        for table in ("runs", "articles", "revisions", "events"):
            setattr(self.report, table, row_count(self.db, table))
        return self.report

    def _reserve_ids(self) -> None:
        """Make new runs and articles get ids above all those in the journal."""
        runs = self.journal.runs()
        articles = (number for line in runs.values() for number in line["found"].values())
        highest = {"runs": max(runs, default=0), "articles": max(articles, default=0)}
        reserve_ids(self.db, highest)

    def _rebuild_unjournaled(self) -> None:
        """Rebuild WARC files older than the journal: one run per file, published day by day.

        A file newer than all files of its site in the journal belongs to a run that never ended;
        the site's next run reads those pages again.
        """
        journaled = [name for line in self.journal.runs().values() for name in line["wrote"]]
        newest = {name.split("/")[0]: name for name in sorted(journaled)}
        days: dict[str, list[str]] = defaultdict(list)
        for name in sorted(set(warc_files(self.home.captures)) - set(journaled)):
            site, _, file = name.partition("/")
            if name <= newest.get(site, name):
                days[file[:10]].append(name)
        for day in sorted(days):
            runs = [self._rebuild_file(name, day) for name in days[day]]
            verdicts = {run: passed() for run in runs if run is not None}
            self._publish(verdicts, {})

    def _rebuild_file(self, name: str, day: str) -> int | None:
        site = self._site(name.split("/")[0], f"captures/{name}")
        if site is None:
            return None
        register_site(self.db, site.facts())
        moment = f"{day}T00:00:00Z"
        facts = {
            "kind": RunKind.IMPORT,
            "night": f"captures of {day}",
            "clock": None,
            "swept": False,
        }
        times = {
            "started_at": moment,
            "ended_at": moment,
            "stats": RunStats(rebuilt=True, read=1).to_json(),
        }
        line = {**facts, **times, "unseen": [], "wrote": {name: [0, None]}}
        return self._record(site, line, RebuiltRun(), imported=False)

    def _apply(self, line: Line) -> None:
        match line["line"]:
            case "run":
                self._rebuild_run(line)
            case "published":
                rebuilt = run_ids(self.db)
                verdicts = {
                    v["run"]: verdict_from_journal(v)
                    for v in line["verdicts"]
                    if v["run"] in rebuilt
                }
                self._publish(verdicts, line["settings"])
            case "released" | "discarded" as decision:
                try:
                    {"released": publish_held_run, "discarded": retract_run}[decision](
                        self.db, line["run"]
                    )
                except (KeyError, ValueError) as error:
                    self.report.problems.append(f"run {line['run']} was {decision}: {error}")
            case "reviewed":
                try:
                    restore_review(self.db, line)
                except ValueError as error:
                    self.report.problems.append(f"a review by {line['name']}: {error}")

    def _rebuild_run(self, line: Line) -> None:
        site = self._site(line["site"], f"run {line['run']}")
        if site is None:
            return
        register_site(self.db, SiteFacts.from_json(line["about"]))
        ids = RebuiltRun(line["run"], line["found"])
        self._record(site, line, ids, imported=line["kind"] == RunKind.IMPORT)

    def _site(self, name: str, what: str) -> type[SiteSpider] | None:
        try:
            return get_site(name)
        except UnknownSite as error:
            self.report.problems.append(f"{what} was left out: {error}")
            return None

    def _record(
        self, site: type[SiteSpider], line: dict[str, Any], ids: RebuiltRun, *, imported: bool
    ) -> int:
        """Record the observations of one run again; return its id."""
        clock = from_utc_text(line["clock"]) if line["clock"] else None
        recorder = Recorder(
            self.db,
            site.name,
            RunKind(line["kind"]),
            CaptureWriter(self.home.captures, site.name),  # required, but nothing is written
            clock=clock,
            batch=line["night"],
            reparse=partial(reparse_record, SiteStore(self.home, self.db, site.name), site),
            rebuilt=ids,
        )
        for observation in self._observations(site, line, clock, imported=imported):
            recorder.record(observation)
        recorder.flush()
        for data in line["unseen"]:
            missing = restore_observation(self.db, site.name, data)
            if missing is not None:
                recorder.record(missing)
        recorder.finish(RunStats(), listings_complete=line["swept"])
        with transaction(self.db):
            restore_run(self.db, recorder.run, line)
        return recorder.run

    def _report_unreadable(self, error: UnreadableRecord) -> None:
        self.report.problems.append(str(error))

    def _observations(
        self,
        site: type[SiteSpider],
        line: dict[str, Any],
        clock: datetime | None,
        *,
        imported: bool,
    ) -> Iterator[Observation]:
        state = CrawlState.load(SiteStore(self.home, self.db, site.name))
        recorded = RecordedRun(self.home.captures, site, state, clock)
        for name, (start, end) in line["wrote"].items():
            for interrupted, part in self._parts(name, start, end):
                try:
                    for observation in recorded.observations(
                        part, self._report_unreadable, imported=imported
                    ):
                        # A missing article in an interrupted run proves nothing.
                        if not (interrupted and isinstance(observation, ArticleMissing)):
                            yield observation
                except CaptureError as error:
                    self.report.problems.append(str(error))

    def _parts(self, name: str, start: int, end: int | None) -> Iterator[tuple[bool, Range]]:
        """The part of a WARC file that an interrupted run wrote before `start`, then the run's own.

        Yields (whether it is of an interrupted run, range of bytes).
        """
        before = self.covered[name]
        size = (self.home.captures / name).stat().st_size
        self.covered[name] = size if end is None else min(end, size)
        if start > before:
            yield True, (name, before, start)
        if end is None or end > start:
            yield False, (name, start, end)

    def _publish(self, verdicts: dict[int, Verdict], settings: dict[str, Any]) -> None:
        with transaction(self.db):
            publish_as(self.db, replace(self.home.settings, **settings), verdicts)
