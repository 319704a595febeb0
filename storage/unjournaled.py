"""Compares the runs, verdicts and reviews of a database with the journal.

A line is on the disk before its transaction is committed, so whatever the database holds and the
journal does not was lost from the journal. That is the only sign if it was at the journal's end.
"""

from __future__ import annotations

import json
import operator
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from storage.archive.applied_lines import AppliedLines
from storage.db.connection import DAMAGED_DATABASE, connect_read_only
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason
from storage.runs.repository import RunState
from storage.runs.verdicts import VerdictStatus

# Verdict of a person -> whether a decision on one run settles another one of its site.
SETTLED_BY: dict[str | None, Callable[[int, int], bool]] = {
    VerdictStatus.RELEASED: operator.ge,
    VerdictStatus.DISCARDED: operator.le,
}


@dataclass(slots=True)
class Unjournaled:
    """What a database holds and the journal does not.

    Attributes:
        runs: id -> reason about a finished run
        decisions: reasons about verdicts and reviews
        older: number of runs from before the journal
    """

    runs: dict[int, Reason] = field(default_factory=dict)
    decisions: list[Reason] = field(default_factory=list)
    older: int = 0

    def problems(self, applied: AppliedLines) -> list[Reason]:
        """Return the reasons; one about all runs if there is no line of a run."""
        if self.runs and not applied.runs:
            return [Reason(Damage.NO_JOURNAL_OF_RUNS, count=len(self.runs)), *self.decisions]
        return [*self.runs.values(), *self.decisions]


def unjournaled(db: Database, applied: AppliedLines) -> Unjournaled:
    """Compare a database with the journal. Raise sqlite3.DatabaseError."""
    found = Unjournaled()
    rows = db.execute("SELECT id, site, started_at, ended_at, state, verdict, stats FROM runs")
    evaluated, first, since = applied.evaluated(), min(applied.runs, default=None), _since(db)
    for run, site, started_at, ended_at, state, verdict, stats in rows.fetchall():
        what = {"run": run, "site": site, "started_at": started_at}
        line = applied.runs.get(run)
        if line is None and state == RunState.FINISHED:
            before_journal = ended_at < since and (first is None or run < first)
            if before_journal or json.loads(stats).get("rebuilt"):
                found.older += 1
            else:
                found.runs[run] = Reason(Damage.RUN_NOT_IN_JOURNAL, **what)
        elif line is not None and (line["site"], line["started_at"]) == (site, started_at):
            if verdict in SETTLED_BY and not is_same_decision(run, site, verdict, applied):
                found.decisions.append(Reason(Damage.DECISIONS_DIFFER, **what))
            elif verdict and verdict not in SETTLED_BY and run not in evaluated:
                found.decisions.append(Reason(Damage.VERDICT_NOT_IN_JOURNAL, **what))
    found.decisions += _lost_reviews(db, applied)
    return found


def unjournaled_of_file(file: Path, applied: AppliedLines) -> Unjournaled:
    """Compare an old database with the journal, as far as it can be read."""
    if applied.offset or not file.exists():  # with an offset, the ids are not those of the database
        return Unjournaled()
    try:
        with closing(connect_read_only(file, side_files=False)) as old:
            return unjournaled(Database(old), applied)
    except DAMAGED_DATABASE:
        return Unjournaled()


def is_same_decision(run: int, site: str, verdict: str | None, applied: AppliedLines) -> bool:
    """Whether the journal holds the decision on a run that its verdict names, and no other one."""
    decisions = applied.decisions()
    if verdict not in SETTLED_BY:
        return all(line["run"] != run for line in decisions)
    runs = (line["run"] for line in decisions if line["line"] == verdict)
    of_site = (number for number in runs if applied.runs.get(number, {}).get("site") == site)
    return any(SETTLED_BY[verdict](number, run) for number in of_site)


def _lost_reviews(db: Database, applied: AppliedLines) -> Iterator[Reason]:
    stored = Counter(db.execute("SELECT name, mark, marked_at FROM reviews").fetchall())
    lines = (line for line in applied.lines if line["line"] == "reviewed")
    written = Counter((line["name"], line["mark"], line["marked_at"]) for line in lines)
    for name, mark, marked_at in sorted((stored - written).elements()):
        yield Reason(Damage.REVIEW_NOT_IN_JOURNAL, name=name, mark=mark, marked_at=marked_at)


def _since(db: Database) -> str:
    """Return since when runs are written to the journal: UTC text."""
    # The journal came in the release with this migration.
    row = db.execute(
        "SELECT applied_at FROM _sqlite_migrations WHERE name = 'pruned_files'"
    ).fetchone()
    return str(row[0])[:19].replace(" ", "T") + "Z" if row else "9999"
