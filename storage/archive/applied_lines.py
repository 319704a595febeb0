"""The lines of a journal that a rebuild applies.

A line is on the disk before its transaction is committed. If the process dies in between, or the
commit fails and is tried again, the journal has a line of what never was, or two of one thing.

Releases up to 0.1 began a new database if the old one was missing. Its runs have ids that the
journal has already: they get new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from storage.archive.journal import LOST, Journal, JournalLine, shortened
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

DECISIONS = ("released", "discarded")


@dataclass(slots=True)
class AppliedLines:
    """The lines to apply, in order, and what cannot be applied.

    Attributes:
        offset: what is added to the ids of runs since the journal's last new database
        runs: id -> line
        articles: id -> site and key
    """

    lines: list[JournalLine] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)
    offset: int = 0
    runs: dict[int, JournalLine] = field(default_factory=dict)
    articles: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def has_gaps(self) -> bool:
        """Whether lines are lost."""
        return {"line": LOST} in self.lines

    def evaluated(self) -> set[int]:
        """Return the runs with a verdict after them. A run may be older than the journal."""
        first, ended, found = min(self.runs, default=0), set(), set()
        for line in self.lines:
            if line["line"] == "run":
                ended.add(line["run"])
            elif line["line"] == "published":
                found |= {
                    v["run"] for v in line["verdicts"] if v["run"] in ended or v["run"] < first
                }
        return found

    def misplaced(self) -> set[int]:
        """Return the runs whose verdict stands before them: lines of version 0.1 were moved."""
        published = (line for line in self.lines if line["line"] == "published")
        verdicts = {verdict["run"] for line in published for verdict in line["verdicts"]}
        return (verdicts & self.runs.keys()) - self.evaluated()

    def decisions(self) -> list[JournalLine]:
        """Return what a person decided on held runs."""
        return [line for line in self.lines if line["line"] in DECISIONS]

    def add(self, line: JournalLine) -> None:
        match line["line"]:
            case "run":
                self._add_run(line)
            case "published":
                verdicts = [{**v, "run": v["run"] + self.offset} for v in line["verdicts"]]
                self.lines.append({**line, "verdicts": verdicts})
            case decision if decision in DECISIONS:
                self.lines.append({**line, "run": line["run"] + self.offset})
            case "reviewed" if self.offset:  # its event and article have ids of the new database
                self.problems.append(Reason(Damage.REVIEW_OF_OTHER_ID, name=line["name"]))
            case _:
                self.lines.append(line)

    def _add_run(self, line: JournalLine) -> None:
        before = self.runs.get(line["run"] + self.offset)
        is_repeated = before is not None and _identity(before) == _identity(line)
        if before is not None and not is_repeated:
            self.offset = max(self.runs)
            facts = {name: line[name] for name in ("run", "site", "started_at")}
            self.problems.append(Reason(Damage.RUN_ID_REPEATED, offset=self.offset, **facts))
        run = line["run"] + self.offset
        free = {k: n for k, n in line["found"].items() if self._is_free(n, line["site"], k)}
        self.articles |= {number: (line["site"], key) for key, number in free.items()}
        self.runs[run] = {**line, "run": run, "found": free}
        if before is not None and is_repeated:
            self.lines[self.lines.index(before)] = self.runs[run]
        else:
            self.lines.append(self.runs[run])

    def _is_free(self, number: int, site: str, key: str) -> bool:
        return self.articles.get(number, (site, key)) == (site, key)


def applied_lines(journal: Journal) -> AppliedLines:
    applied = AppliedLines()
    for line in journal.lines:
        try:
            applied.add(line)
        except (KeyError, TypeError, AttributeError) as error:
            reason = Reason(Damage.LINE_KIND_DAMAGED, kind=line["line"], error=repr(error))
            applied.problems.append(reason)
    _drop_repeated_verdicts(applied.lines)
    _drop_uncommitted_decisions(applied)
    _mark_lost_runs(applied)
    if not applied.has_gaps:  # else their verdicts may be in the lines that are lost
        _drop_uncommitted_runs(applied)
    return applied


def _identity(line: JournalLine) -> tuple[Any, ...]:
    return line["site"], line["kind"], line["started_at"]


def _drop_repeated_verdicts(lines: list[JournalLine]) -> None:
    """Keep the last verdict of each run."""
    seen: set[int] = set()
    for line in reversed(lines):
        if line["line"] == "published":
            line["verdicts"] = [v for v in line["verdicts"] if v["run"] not in seen]
            seen |= {v["run"] for v in line["verdicts"]}


def _mark_lost_runs(applied: AppliedLines) -> None:
    """Name the runs with a verdict but without a line before it.

    Lines of versions up to 0.1 do not show by themselves that one is missing or was moved. A run
    before the first line is older than the journal.
    """
    if applied.has_gaps:
        return
    first, lost = min(applied.runs, default=0), []
    seen: set[int] = set()
    for line in list(applied.lines):
        if line["line"] == "run":
            seen.add(line["run"])
        elif line["line"] == "published":
            runs = {v["run"] for v in line["verdicts"] if v["run"] > first} - seen
            if runs:
                applied.lines.insert(applied.lines.index(line), {"line": LOST})
            lost += sorted(runs)
            seen |= runs
    if lost:
        applied.problems.append(Reason(Damage.VERDICTS_MISPLACED, runs=shortened(lost)))


def _drop_uncommitted_decisions(applied: AppliedLines) -> None:
    """Drop the decisions after which a later one would not have been possible."""
    kept: list[JournalLine] = []
    for line in applied.lines:
        if line["line"] in DECISIONS:
            excluded = [one for one in kept if _settles(one, line["run"], applied)]
            kept = [one for one in kept if one not in excluded]
        kept.append(line)
    applied.lines[:] = kept


def _settles(decision: JournalLine, run: int, applied: AppliedLines) -> bool:
    """Whether a decision settles a run: publishing its earlier ones, retracting its later ones."""
    if decision["line"] not in DECISIONS:
        return False
    own, other = applied.runs.get(decision["run"]), applied.runs.get(run)
    if own is None or other is None or own["site"] != other["site"]:
        return bool(decision["run"] == run)
    if decision["line"] == "released":
        return bool(run <= decision["run"])
    ended_before = applied.lines.index(other) < applied.lines.index(decision)
    return bool(run >= decision["run"]) and ended_before


def _drop_uncommitted_runs(applied: AppliedLines) -> None:
    """Drop runs without a verdict if a later run of the site has one: they never ended.

    Publishing evaluates all runs of a site. The next run took over what they had read. Their ids
    are no order: a rebuild gives new ones to runs whose lines are lost.
    """
    evaluated = applied.evaluated()
    sites: set[str] = set()  # with a later run that was evaluated
    for line in [line for line in reversed(applied.lines) if line["line"] == "run"]:
        if line["run"] in evaluated:
            sites.add(line["site"])
        elif line["site"] in sites:
            applied.lines.remove(applied.runs.pop(line["run"]))
