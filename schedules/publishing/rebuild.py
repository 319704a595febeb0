"""Rebuild the database from the captures and the journal.

Each run is parsed again from the captures that it wrote, with the present extraction rules, and
published with the verdict that it had. docs/archive.md lists what cannot be restored.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from crawlers.crawl.from_capture import reparse_revision
from crawlers.crawl.state import CrawlState
from crawlers.registry import UnknownSite, get_site
from crawlers.reprocess.recorded_run import Range, RecordedRun
from crawlers.spider import SiteSpider
from pipelines.items import ArticleMissing, Observation
from pipelines.recording.recorder import Recorder
from pipelines.recording.run_journal import (
    RebuiltRun,
    found_articles,
    restore_observation,
)
from pipelines.site_store import SiteStore
from schedules.gate.models import Verdict, passed
from schedules.publishing.journal_verdicts import verdict_from_journal
from schedules.publishing.overrides import publish_held_run, retract_run
from schedules.publishing.publish import publish_as
from storage.archive.applied_lines import applied_lines
from storage.archive.journal import JOURNAL_NAME, Journal, Line, read_journal, write_lines
from storage.archive.reader import CaptureError, UnreadableRecord
from storage.archive.unfinished_pruning import replacements
from storage.archive.writer import CaptureWriter
from storage.db.connection import Database, from_utc_text, reserve_ids, row_count, transaction
from storage.events.reviews import restore_review
from storage.home import Home, open_home
from storage.messages.reasons_archive import ArchiveReason
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import RunKind, restore_run, run_ids
from storage.runs.sites import SiteFacts, register_site
from storage.user_data import carry_over

WARC_FILE = re.compile(r"[^/]+/\d{4}-\d\d-\d\d\.warc\.gz")
COPY_BYTES = 1 << 16  # at most as much is lost with a sector of the disk
# What a line raises whose bytes were changed so that it is still JSON.
DAMAGED = (KeyError, ValueError, TypeError, AttributeError, sqlite3.IntegrityError)
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
    it has neither captures nor a journal, and OSError.
    """
    names, report = warc_files(source.captures), RebuildReport()
    with ExitStack() as locks:
        for site in sorted({name.split("/")[0] for name in names}):
            locks.enter_context(source.site_lock(site))
        journal = read_journal(source.captures)
        if not names and not journal.lines:
            reason = Reason(ArchiveReason.NO_CAPTURES, folder=str(source.captures))
            raise CaptureError(reason)
        parts = replacements(source.captures, journal)
        for name in names:
            _copy(parts.get(name, source.captures / name), folder / "captures" / name, report)
        if (source.captures / JOURNAL_NAME).exists():
            _copy(source.captures / JOURNAL_NAME, folder / "captures" / JOURNAL_NAME, report)
    for file in source.path.glob("*.toml"):  # settings, subscriptions
        shutil.copy2(file, folder)
    home = open_home(folder)
    with closing(home.create_database()) as db:
        _Rebuilder(home, db, read_journal(home.captures), report).run(progress)
        report.notes = carry_over(source.database_file, db)
    return report


def _copy(source: Path, target: Path, report: RebuildReport) -> None:
    """Copy a file, with zeros in place of what the disk cannot read. Raise OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    lost = 0
    with source.open("rb") as old, target.open("wb") as new:
        size = os.fstat(old.fileno()).st_size
        while new.tell() < size:
            try:
                data = os.pread(old.fileno(), COPY_BYTES, new.tell())
            except OSError:
                data = bytes(min(COPY_BYTES, size - new.tell()))
                lost += len(data)
            new.write(data)
    if lost:
        report.problems.append(f"{source}: the disk cannot read {lost} bytes of {size}")


def warc_files(captures: Path) -> list[str]:
    """Names of the WARC files in a captures folder, sorted: SITE/YYYY-MM-DD.warc.gz."""
    names = (str(f.relative_to(captures)) for f in captures.glob("*/*.warc.gz"))
    return sorted(name for name in names if WARC_FILE.fullmatch(name))


class _Rebuilder:
    def __init__(self, home: Home, db: Database, journal: Journal, report: RebuildReport) -> None:
        self.home = home
        self.db = db
        self.report = report
        self.covered: dict[str, int] = defaultdict(
            int
        )  # WARC file -> offset up to which it was read
        applied = applied_lines(journal)
        self.lines = applied.lines
        self.runs = [line for line in self.lines if line["line"] == "run"]
        report.problems += [*journal.problems(), *applied.problems]
        if applied.offset:  # later runs get ids above those of the database
            write_lines(home.captures, self.lines)

    def run(self, progress: Progress) -> None:
        self._reserve_ids()
        self._rebuild_unjournaled()
        for number, line in enumerate(self.lines, 1):
            try:
                self._apply(line)
            except DAMAGED as error:
                self.report.problems.append(f"journal: {_name(line)} is damaged: {error!r}")
            progress(number, len(self.lines))
        for name in warc_files(self.home.captures):
            self.report.left += max(0, _size(self.home.captures / name) - self.covered[name])
        for table in ("runs", "articles", "revisions", "events"):
            setattr(self.report, table, row_count(self.db, table))

    def _reserve_ids(self) -> None:
        """Make new runs and articles get ids above all those in the journal."""
        runs = (line["run"] for line in self.runs)
        articles = (number for line in self.runs for number in line["found"].values())
        highest = {"runs": max(runs, default=0), "articles": max(articles, default=0)}
        reserve_ids(self.db, highest)

    def _rebuild_unjournaled(self) -> None:
        """Rebuild WARC files older than the journal: one run per file, published day by day.

        A file newer than all files of its site in the journal belongs to a run that never ended;
        the site's next run reads those pages again.
        """
        journaled = [name for line in self.runs for name in line["wrote"]]
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
        ids = RebuiltRun(line["run"], found_articles(line, site.key_of))
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
            reparse=partial(reparse_revision, SiteStore(self.home, self.db, site.name), site),
            rebuilt=replace(ids, started_at=from_utc_text(line["started_at"])),
            settings=self.home.settings,
        )
        for observation in self._observations(site, line, clock, imported=imported):
            recorder.record(observation)
        recorder.flush()
        for data in line["unseen"]:
            missing = restore_observation(self.db, site.name, data, site.key_of)
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
            for interrupted, part in self._parts(line.get("run", 0), name, start, end):
                try:
                    for observation in recorded.observations(
                        part, self._report_unreadable, imported=imported
                    ):
                        # A missing article in an interrupted run proves nothing.
                        if not (interrupted and isinstance(observation, ArticleMissing)):
                            yield observation
                except CaptureError as error:
                    self.report.problems.append(str(error))

    def _parts(
        self, run: int, name: str, start: int, end: int | None
    ) -> Iterator[tuple[bool, Range]]:
        """The part of a WARC file that an interrupted run wrote before `start`, then the run's own.

        Yields (whether it is of an interrupted run, range of bytes).
        """
        before, size = self.covered[name], _size(self.home.captures / name)
        self.covered[name] = max(before, size if end is None else end)
        if end is not None and size < end:
            missing = end - max(start, size)
            what = "is missing" if not size else f"was truncated to {size} bytes"
            self.report.problems.append(
                f"captures/{name} {what}: {missing} bytes that run {run} wrote are lost"
            )
        if before < start and before < size:
            yield True, (name, before, start)
        if start < size and (end is None or end > start):
            yield False, (name, start, end)

    def _publish(self, verdicts: dict[int, Verdict], settings: dict[str, Any]) -> None:
        with transaction(self.db):
            publish_as(self.db, replace(self.home.settings, **settings), verdicts)


def _size(file: Path) -> int:
    """Return the size of a file, 0 if there is none."""
    return file.stat().st_size if file.exists() else 0


def _name(line: Line) -> str:
    return f"the line {line['line']!r}" + (f" of run {line['run']}" if "run" in line else "")
