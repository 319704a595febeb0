"""The database made again from the captures and the journal beside them.

Every run is made again from the bytes that it wrote, by today's rules, and published by the
verdict that it had. docs/safe-keeping.md says what comes back the same and what cannot.
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
from schedules.gate.models import SiteEvent, SiteEventKind, Verdict, passed
from schedules.publishing.overrides import publish_held_run, retract_run
from schedules.publishing.publish import publish_as
from storage.archive.journal import Journal, Line, read_journal
from storage.archive.reader import CaptureError
from storage.archive.writer import CaptureWriter
from storage.db.connection import (
    Database,
    from_utc_text,
    reserve_ids,
    row_count,
    transaction,
)
from storage.db.migrations.run_sentences import reason_of
from storage.events.reviews import restore_review
from storage.home import Home, open_home
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import SiteFacts, register_site, restate_run, run_ids
from storage.runs.verdicts import VerdictStatus
from storage.user_data import carry_over

WARC_FILE = re.compile(r"[^/]+/\d{4}-\d\d-\d\d\.warc\.gz")
Progress = Callable[[int, int], None]  # (done, of how many)


@dataclass(slots=True)
class RebuildReport:
    """What was made. `problems` names what could not be; `left` counts bytes of unended runs.

    `notes`: what people had written that could not be taken over from the old database.
    """

    runs: int = 0
    articles: int = 0
    revisions: int = 0
    events: int = 0
    left: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def rebuild(
    source: Home, place: Path, progress: Progress = lambda done, total: None
) -> RebuildReport:
    """Fills the empty folder `place` with a home made from the captures of `source`.

    `source` is only read. Raises SiteBusy where one of its sites is being crawled, CaptureError
    where it has no captures, OSError.
    """
    with ExitStack() as locks:
        for site in sorted({name.split("/")[0] for name in warc_files(source.captures)}):
            locks.enter_context(source.site_lock(site))
        if not warc_files(source.captures):
            raise CaptureError(f"{source.captures} holds no captures: nothing can be made of it")
        shutil.copytree(source.captures, place / "captures")
    for file in source.path.glob("*.toml"):  # settings, subscriptions
        shutil.copy2(file, place)
    home = open_home(place)
    with closing(home.database()) as db:
        made = _Rebuilder(home, db, read_journal(home.captures)).all(progress)
        made.notes = carry_over(source.database_file, db)
        return made


def warc_files(captures: Path) -> list[str]:
    """The files of a captures folder by name: site/day.warc.gz."""
    names = (str(f.relative_to(captures)) for f in captures.glob("*/*.warc.gz"))
    return sorted(name for name in names if WARC_FILE.fullmatch(name))


class _Rebuilder:
    def __init__(self, home: Home, db: Database, journal: Journal) -> None:
        self.home = home
        self.db = db
        self.journal = journal
        self.done = RebuildReport()
        self.covered: dict[str, int] = defaultdict(int)  # file -> end of what was read of it
        if journal.torn:
            self.done.problems.append(f"journal: {journal.torn} lines cannot be read")

    def all(self, progress: Progress) -> RebuildReport:
        lines = self.journal.lines
        self._reserve_numbers()
        self._unclaimed()
        for place, line in enumerate(lines):
            self._line(line)
            progress(place + 1, len(lines))
        for name in warc_files(self.home.captures):
            self.done.left += (self.home.captures / name).stat().st_size - self.covered[name]
        for table in ("runs", "articles", "revisions", "events"):
            setattr(self.done, table, row_count(self.db, table))
        return self.done

    def _reserve_numbers(self) -> None:
        """What the journal has no number for gets one above all that it names."""
        runs = self.journal.runs()
        found = (number for line in runs.values() for number in line["found"].values())
        highest = {"runs": max(runs, default=0), "articles": max(found, default=0)}
        reserve_ids(self.db, highest)

    def _unclaimed(self) -> None:
        """Files from before there was a journal: each is a run, and so is all of a day published.

        A file that is younger than all that the journal names of a site is of a run that did not
        end; the site's next run reads those pages again.
        """
        claimed = [name for line in self.journal.runs().values() for name in line["wrote"]]
        newest = {name.split("/")[0]: name for name in sorted(claimed)}
        days: dict[str, list[str]] = defaultdict(list)
        for name in sorted(set(warc_files(self.home.captures)) - set(claimed)):
            site, _, file = name.partition("/")
            if name <= newest.get(site, name):
                days[file[:10]].append(name)
        for day in sorted(days):
            runs = [self._old_run(name, day) for name in days[day]]
            verdicts = {run: passed() for run in runs if run is not None}
            self._publish(verdicts, {})

    def _old_run(self, name: str, day: str) -> int | None:
        site = self._site(name.split("/")[0], f"captures/{name}")
        if site is None:
            return None
        register_site(self.db, site.facts())
        moment = f"{day}T00:00:00Z"
        facts = {"kind": "import", "night": f"captures of {day}", "clock": None, "swept": False}
        times = {
            "started_at": moment,
            "ended_at": moment,
            "stats": RunStats(rebuilt=True, read=1).to_json(),
        }
        line = {**facts, **times, "unseen": [], "wrote": {name: [0, None]}}
        return self._make(site, line, RebuiltRun(), imported=False)

    def _line(self, line: Line) -> None:
        match line["line"]:
            case "run":
                self._run(line)
            case "published":
                known = run_ids(self.db)
                told = [v for v in line["verdicts"] if v["run"] in known]
                self._publish({v["run"]: _verdict(v) for v in told}, line["settings"])
            case "released" | "discarded" as decision:
                try:
                    {"released": publish_held_run, "discarded": retract_run}[decision](
                        self.db, line["run"]
                    )
                except (KeyError, ValueError) as error:
                    self.done.problems.append(f"run {line['run']} was {decision}: {error}")
            case "reviewed":
                try:
                    restore_review(self.db, line)
                except ValueError as error:
                    self.done.problems.append(f"a review by {line['name']}: {error}")

    def _run(self, line: Line) -> None:
        site = self._site(line["site"], f"run {line['run']}")
        if site is None:
            return
        register_site(self.db, SiteFacts.from_json(line["about"]))
        again = RebuiltRun(line["run"], line["found"])
        self._make(site, line, again, imported=line["kind"] == "import")

    def _site(self, name: str, what: str) -> type[SiteSpider] | None:
        try:
            return get_site(name)
        except UnknownSite as error:
            self.done.problems.append(f"{what} was left out: {error}")
            return None

    def _make(
        self, site: type[SiteSpider], line: dict[str, Any], again: RebuiltRun, *, imported: bool
    ) -> int:
        """One run: what it saw goes the way on which it went then. Returns its id."""
        clock = from_utc_text(line["clock"]) if line["clock"] else None
        recorder = Recorder(
            self.db,
            site.name,
            line["kind"],
            CaptureWriter(self.home.captures, site.name),  # writes nothing
            clock=clock,
            batch=line["night"],
            reread=partial(reparse_record, SiteStore(self.home, self.db, site.name), site),
            again=again,
        )
        for seen in self._seen(site, line, clock, imported=imported):
            recorder.record(seen)
        recorder.flush()
        for kept in line["unseen"]:
            missed = restore_observation(self.db, site.name, kept)
            if missed is not None:
                recorder.record(missed)
        recorder.finish(RunStats(), listings_complete=line["swept"])
        with transaction(self.db):
            restate_run(self.db, recorder.run, line)
        return recorder.run

    def _seen(
        self,
        site: type[SiteSpider],
        line: dict[str, Any],
        clock: datetime | None,
        *,
        imported: bool,
    ) -> Iterator[Observation]:
        memory = CrawlState.load(SiteStore(self.home, self.db, site.name))
        recorded = RecordedRun(self.home.captures, site, memory, clock)
        for name, (start, end) in line["wrote"].items():
            for gap, place in self._places(name, start, end):
                try:
                    for seen in recorded.observations(place, imported=imported):
                        # An interrupted run wrote this: what it missed proves nothing.
                        if not (gap and isinstance(seen, ArticleMissing)):
                            yield seen
                except CaptureError as error:
                    self.done.problems.append(str(error))

    def _places(self, name: str, start: int, end: int | None) -> Iterator[tuple[bool, Range]]:
        """What a run wrote into a file, and before it what a run that never ended wrote."""
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


def _verdict(line: dict[str, Any]) -> Verdict:
    """From a line of the journal; older versions wrote sentences in place of reasons."""
    reason = _reason(line["reason"]) if line["reason"] else None
    event = _site_event(line["event"]) if line["event"] else None
    return Verdict(VerdictStatus(line["name"]), reason, event)


def _site_event(data: dict[str, Any]) -> SiteEvent:
    reason = data["summary"] if "summary" in data else data["reason"]
    return SiteEvent(SiteEventKind(data["kind"]), _reason(reason), data["detail"])


def _reason(value: dict[str, Any] | str) -> Reason:
    return Reason.from_data(reason_of(value) if isinstance(value, str) else value)
