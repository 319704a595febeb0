"""Rebuild the database from the captures and the journal, in a copy of the home (home_copy.py).

Each run is parsed again from the captures that it wrote, with the present extraction rules, and
published with the verdict that it had. docs/archive.md lists what cannot be restored.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from crawlers.crawl.from_capture import reparse_revision
from crawlers.crawl.state import CrawlState
from crawlers.registry import UnknownSite, get_site
from crawlers.reprocess.recorded_run import RecordedRun
from crawlers.spider import SiteSpider
from pipelines.items import ArticleMissing, Observation
from pipelines.recording.recorder import Recorder
from pipelines.recording.run_journal import (
    RebuiltRun,
    found_articles,
    in_gone_sections,
    restore_observation,
    run_line,
)
from pipelines.site_store import SiteStore
from schedules.gate.models import Verdict, passed
from schedules.publishing.home_copy import copy_home
from schedules.publishing.journal_verdicts import verdict_from_journal
from schedules.publishing.overrides import publish_held_run, retract_run
from schedules.publishing.publish import evaluate_run, publish_as, verdicts_line
from storage.archive.applied_lines import AppliedLines, applied_lines
from storage.archive.capture_files import CaptureFiles
from storage.archive.errors import CaptureError, UnreadableRecord
from storage.archive.integrity import check_file
from storage.archive.journal import LOST, Journal, JournalLine, in_file, read_journal, write_lines
from storage.archive.unclaimed import Part, unclaimed_parts
from storage.archive.writer import CaptureWriter
from storage.db.connection import (
    DAMAGED_DATABASE,
    Database,
    DatabaseError,
    from_utc_text,
    has_runs,
    reserve_ids,
    row_count,
    transaction,
)
from storage.events.reviews import restore_review
from storage.home import Home, open_home
from storage.messages import describe
from storage.messages.reasons_archive import ArchiveReason
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import RunKind, get_run, restore_run, run_ids, runs_without_verdict
from storage.runs.sites import SiteFacts, register_site, site_names
from storage.unjournaled import unjournaled_of_file
from storage.user_data import carry_over, copy_database, revision_count
from storage.verify import verify
from storage.verify_captures import Progress, in_database

# What a line raises whose bytes were changed so that it is still JSON.
DAMAGED = (KeyError, ValueError, TypeError, AttributeError, sqlite3.IntegrityError)


@dataclass(slots=True)
class RebuildReport:
    """The contents of the rebuilt database. `to_dict` has these fields.

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
    problems: list[Reason] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON output of `tinwatch rebuild`."""
        sentences = {
            name: list(map(describe, getattr(self, name))) for name in ("problems", "notes")
        }
        counts = ("runs", "articles", "revisions", "events", "left")
        return {name: getattr(self, name) for name in counts} | sentences

    def count(self, db: Database) -> None:
        """Count what a database holds."""
        for table in ("runs", "articles", "revisions", "events"):
            setattr(self, table, row_count(db, table))


def rebuild(
    source: Home, folder: Path, progress: Progress = lambda done, total: None
) -> RebuildReport:
    """Create a home in the empty `folder` from the captures of `source`.

    `source` is not changed. Raises SiteBusy if one of its sites is being crawled, CaptureError if
    it has neither captures nor a journal, and OSError.
    """
    copy = copy_home(source, folder)
    report = RebuildReport(problems=copy.problems, notes=copy.notes)
    if not copy.sizes and _copy_database(source, folder, report):
        return report
    journal = read_journal(folder / "captures")
    if not copy.sizes and not journal.lines:
        raise CaptureError(Reason(ArchiveReason.NO_CAPTURES, folder=str(source.captures)))
    home = open_home(folder)
    with closing(home.create_database()) as db:
        applied = _with_gaps_at_the_ends(journal, copy.found, source.database_file, report)
        _Rebuilder(home, db, journal, applied, copy.sizes, report).run(progress)
        report.notes += carry_over(source.database_file, db)
        old_revisions = revision_count(source.database_file)
        if old_revisions > report.revisions:  # it holds what the captures do not give any more
            note = Reason(Damage.BETTER_DATABASE, old=old_revisions, new=report.revisions)
            report.notes.append(note)
    return report


def _with_gaps_at_the_ends(
    journal: Journal, found: CaptureFiles, database: Path, report: RebuildReport
) -> AppliedLines:
    """Return the lines to apply, with a gap where the journal's first or last lines are lost.

    No line shows that: the old database does, and captures that are older than the journal though
    the version that wrote them keeps one.
    """
    applied = applied_lines(journal)
    lost = unjournaled_of_file(database, applied)
    first = min(applied.runs, default=0)
    report.problems += [
        Reason(Damage.IN_OLD_DATABASE, problem=problem) for problem in lost.problems(applied)
    ]
    if any(run < first for run in lost.runs) or found.lost_journal(journal):
        applied.lines.insert(0, {"line": LOST})
    if lost.decisions or applied.misplaced() or any(run > first for run in lost.runs):
        applied.lines.append({"line": LOST})
    return applied


def _copy_database(source: Home, folder: Path, report: RebuildReport) -> bool:
    """Copy the database if it is all that is left. Return whether it holds runs."""
    try:
        if not has_runs(source.database_file, side_files=False):
            return False
        copy_database(source.database_file, folder / source.database_file.name)
        with closing(open_home(folder).create_database()) as db:
            report.problems = verify(folder / "captures", db).problems
            report.count(db)
    except (DatabaseError, *DAMAGED_DATABASE, OSError) as error:
        report.problems.append(in_database(error))
        return False
    report.notes.append(Reason(Damage.DATABASE_COPIED))
    return True


class _Rebuilder:
    def __init__(
        self,
        home: Home,
        db: Database,
        journal: Journal,
        applied: AppliedLines,
        sizes: dict[str, int],
        report: RebuildReport,
    ) -> None:
        self.home = home
        self.db = db
        self.report = report
        self.lines = applied.lines
        self.evaluated = applied.evaluated()
        self.runs = [line for line in self.lines if line["line"] == "run"]
        self.sizes = defaultdict(int, sizes)
        # The parts of a file follow each other, and nothing writes to it meanwhile.
        self.check = lru_cache(maxsize=1)(lambda name: check_file(home.captures / name))
        self.parts = unclaimed_parts(sizes, self.lines)
        self.written: list[JournalLine] = []  # the journal of the new home
        published = [line for line in self.lines if line["line"] == "published"]
        self.takedown_settings = published[0].get("settings", {}) if published else {}
        report.problems += [*journal.problems(), *applied.problems]
        report.notes += journal.changes()
        # Later runs get ids above those of the database; lines are in order, and none is lost.
        self.is_changed = bool(applied.offset or journal.problems() or journal.changes())
        self.is_changed |= applied.has_gaps

    def run(self, progress: Progress) -> None:
        self._reserve_ids()
        for _ in self._rebuild_parts(self.parts.older, {}):
            pass
        for index, line in enumerate(self.lines):
            if line["line"] != LOST:
                self.written.append(line)
            try:
                self._apply(index, line)
            except DAMAGED as error:
                self.report.problems.append(_damaged(line, error))
            progress(index + 1, len(self.lines))
        for part in self.parts.left:
            self._report_left(part)
        without = runs_without_verdict(self.db, site_names(self.db))
        if without:
            self.report.notes.append(Reason(Damage.RUNS_WITHOUT_VERDICT, count=len(without)))
        self.report.count(self.db)
        if self.is_changed:
            self._write_journal()

    def _write_journal(self) -> None:
        """Write the journal of the new home, without verdicts on runs whose lines are lost."""
        runs = {line["run"] for line in self.written if line["line"] == "run"}
        first = min(runs, default=0)  # runs before it are older than the journal
        ended: set[int] = set()
        for line in self.written:
            if line["line"] == "run":
                ended.add(line["run"])
            elif line["line"] == "published":
                verdicts = line["verdicts"]
                line["verdicts"] = [v for v in verdicts if v["run"] in ended or v["run"] < first]
        write_lines(self.home.captures, self.written)

    def _whole(self, part: Part) -> Part:
        """Return a part without copies of records and without a half record at its end."""
        check = self.check(part.name)
        for problem in check.copy_problems():
            self._report(in_file(part.name, problem))
        ends = [*check.copies, self.sizes[part.name] if check.tail is None else check.tail]
        ends += [] if part.end is None else [part.end]
        # A record that is damaged up to the end of the file may begin before the part.
        behind = [end for end in ends if end >= part.start]
        return replace(part, end=min(behind, default=part.start))

    def _report(self, problem: Reason) -> None:
        if problem not in self.report.problems:
            self.report.problems.append(problem)

    def _report_left(self, part: Part) -> None:
        """Report what no run wrote, and no later one took over: it may be of a killed run."""
        whole, check = self._whole(part), self.check(part.name)
        for offset, error in check.damaged.items():
            if offset >= part.start and offset != check.tail:
                reason = Reason(Damage.RECORD_DAMAGED, offset=offset, error=error)
                self._report(in_file(part.name, reason))
        left = (whole.end or 0) - part.start
        if left:
            self.report.left += left
            note = in_file(part.name, Reason(Damage.RESUMED_BYTES, size=left))
            self.report.notes.append(note)

    def _reserve_ids(self) -> None:
        """Make new runs and articles get ids above all those in the journal."""
        runs = (line["run"] for line in self.runs)
        articles = (number for line in self.runs for number in line["found"].values())
        highest = {"runs": max(runs, default=0), "articles": max(articles, default=0)}
        reserve_ids(self.db, highest)

    def _rebuild_parts(
        self, parts: list[Part], settings: dict[str, Any]
    ) -> Iterator[dict[int, list[Part]]]:
        """Rebuild what runs wrote that have no line: a run for each site and day, which passed.

        Yields the runs of a day, and what each wrote.
        """
        for day, of_day in groupby(sorted(parts, key=_day), key=_day):
            rebuilt: dict[int, list[Part]] = {}
            for site, of_site in groupby(sorted(of_day), key=lambda part: part.site):
                whole = list(map(self._whole, of_site))
                run = self._rebuild_day(site, day, whole)
                rebuilt |= {} if run is None else {run: whole}
            self._publish(dict.fromkeys(rebuilt, passed()), settings)
            yield rebuilt

    def _rebuild_day(self, name: str, day: str, parts: list[Part]) -> int | None:
        site = self._site(name, f"captures/{parts[0].name}")
        if site is None:
            return None
        register_site(self.db, site.facts())
        moment = f"{day}T00:00:00Z"
        line: JournalLine = {
            "kind": RunKind.IMPORT, "night": f"captures of {day}", "clock": None, "swept": False,
            "started_at": moment, "ended_at": moment, "unseen": [], "wrote": {},
            "stats": RunStats(rebuilt=True, read=1).to_dict(),
        }  # fmt: skip
        return self._record(site, line, RebuiltRun(), [(False, part) for part in parts])

    def _rebuild_lost(self, index: int) -> None:
        """Do what the lines that are lost here recorded, as far as captures and rules tell it.

        That is the verdicts on earlier runs, and the runs that wrote what no other run wrote. The
        settings for takedowns are those of the verdicts before.
        """
        runs = [get_run(self.db, run) for run in runs_without_verdict(self.db, site_names(self.db))]
        verdicts = {
            run.id: evaluate_run(self.db, run, self.home.settings)
            for run in runs
            if run.id not in self.evaluated
        }
        self._publish(verdicts, self.takedown_settings)
        self._write_verdicts(verdicts)
        for rebuilt in self._rebuild_parts(self.parts.lost[index], self.takedown_settings):
            for run, parts in rebuilt.items():
                written = {part.name: [part.start, part.end or 0] for part in parts}
                self.written.append(run_line(self.db, run, written, []))
            self._write_verdicts(dict.fromkeys(rebuilt, passed()))

    def _write_verdicts(self, verdicts: dict[int, Verdict]) -> None:
        if verdicts:
            settings = replace(self.home.settings, **self.takedown_settings)
            self.written.append(verdicts_line(settings, verdicts))

    def _apply(self, index: int, line: JournalLine) -> None:
        match line["line"]:
            case "run":
                self._rebuild_run(index, line)
            case "lost":
                self._rebuild_lost(index)
            case "published":
                rebuilt = run_ids(self.db)
                verdicts = {
                    v["run"]: verdict_from_journal(v)
                    for v in line["verdicts"]
                    if v["run"] in rebuilt
                }
                self.takedown_settings = line["settings"]
                self._publish(verdicts, self.takedown_settings)
            case "released" | "discarded" as decision:
                try:
                    {"released": publish_held_run, "discarded": retract_run}[decision](
                        self.db, line["run"]
                    )
                except (KeyError, ValueError) as error:
                    facts = {"run": line["run"], "decision": decision, "error": str(error)}
                    self.report.problems.append(Reason(Damage.DECISION_FAILED, **facts))
            case "reviewed":
                try:
                    restore_review(self.db, line)
                except ValueError as error:
                    reason = Reason(Damage.REVIEW_FAILED, name=line["name"], error=str(error))
                    self.report.problems.append(reason)

    def _rebuild_run(self, index: int, line: JournalLine) -> None:
        site = self._site(line["site"], Reason(Damage.RUN_NAME, run=line["run"]))
        if site is None:
            return
        register_site(self.db, SiteFacts.from_dict(line["about"]))
        ids = RebuiltRun(line["run"], found_articles(line, site.key_of))
        parts = [(True, self._whole(part)) for part in self.parts.interrupted[index]]
        parts += [(False, part) for part in self._written_parts(line)]
        self._record(site, line, ids, parts)

    def _written_parts(self, line: JournalLine) -> Iterator[Part]:
        """Yield what a run wrote and is there; report what is not."""
        for name, (start, end) in line["wrote"].items():
            size = self.sizes[name]
            if size < end:
                lost = {"run": line["run"], "lost": end - max(start, size)}
                code = Damage.BYTES_LOST if size else Damage.FILE_LOST
                self.report.problems.append(in_file(name, Reason(code, size=size, **lost)))
            if start < min(size, end):
                yield Part(name, start, end)

    def _site(self, name: str, what: Reason | str) -> type[SiteSpider] | None:
        try:
            return get_site(name)
        except UnknownSite as error:
            self.report.problems.append(Reason(Damage.LEFT_OUT, what=what, error=error.reason))
            return None

    def _record(
        self,
        site: type[SiteSpider],
        line: JournalLine,
        ids: RebuiltRun,
        parts: list[tuple[bool, Part]],
    ) -> int:
        """Record the observations of one run again; return its id.

        `parts`: whether a run that was interrupted wrote a part, and the part.
        """
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
        is_rebuilt = line["stats"].get("rebuilt", False)  # its line was lost: it may be a crawl
        imported = line["kind"] == RunKind.IMPORT and not is_rebuilt
        uncounted = in_gone_sections(line)
        for observation in self._observations(site, parts, clock, imported=imported):
            if not (isinstance(observation, ArticleMissing) and observation.url in uncounted):
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

    def _report_error(self, error: CaptureError) -> None:
        if isinstance(error, UnreadableRecord):
            params = {
                "offset": error.offset,
                "reason": error.reason,
                "code": str(error.reason.code),
            }
            reason = Reason(Damage.RECORD_UNREADABLE, **params)
            if error.url:
                reason = Reason(Damage.RECORD_UNDECODABLE, url=error.url, **params)
            self._report(in_file(str(error.path.relative_to(self.home.captures)), reason))
            return
        params = {
            name: value.replace(f"{self.home.path}/", "") if isinstance(value, str) else value
            for name, value in error.reason.params.items()
        }
        self.report.problems.append(Reason(error.reason.code, **params))

    def _observations(
        self,
        site: type[SiteSpider],
        parts: list[tuple[bool, Part]],
        clock: datetime | None,
        *,
        imported: bool,
    ) -> Iterator[Observation]:
        state = CrawlState.load(SiteStore(self.home, self.db, site.name))
        recorded = RecordedRun(self.home.captures, site, state, clock)
        for interrupted, part in parts:
            range_ = (part.name, part.start, part.end)
            try:
                for observation in recorded.observations(
                    range_, self._report_error, imported=imported
                ):
                    # A missing article in an interrupted run proves nothing.
                    if not (interrupted and isinstance(observation, ArticleMissing)):
                        yield observation
            except CaptureError as error:
                self._report_error(error)

    def _publish(self, verdicts: dict[int, Verdict], settings: dict[str, Any]) -> None:
        with transaction(self.db):
            publish_as(self.db, replace(self.home.settings, **settings), verdicts)


def _day(part: Part) -> str:
    return part.name.split("/")[1][:10]


def _damaged(line: JournalLine, error: Exception) -> Reason:
    params = {"kind": line["line"], "error": repr(error)}
    if "run" in line:
        return Reason(Damage.RUN_LINE_DAMAGED, run=line["run"], **params)
    return Reason(Damage.LINE_DAMAGED, **params)
