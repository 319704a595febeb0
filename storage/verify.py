"""Verifies a home: are captures, journal, database and ledger complete and unchanged?

A problem is something that was lost or changed. A note is worth knowing, but no loss.
"""

from __future__ import annotations

import json
import operator
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from storage.archive.applied_lines import AppliedLines, applied_lines
from storage.archive.journal import read_journal
from storage.articles.revisions import NEWEST_FIRST, revision_digest
from storage.db.checksums import changed_rows
from storage.db.migrations import migrations
from storage.runs.repository import RunState
from storage.runs.verdicts import VerdictStatus
from storage.search.reindex import index_inconsistencies
from storage.verify_captures import CapturesVerifier, Progress, Verified

MAX_LISTED_PROBLEMS = 20  # that SQLite's own check lists
# Verdict of a person -> whether a decision on one run settles another one of its site.
SETTLED_BY: dict[str | None, Callable[[int, int], bool]] = {
    VerdictStatus.RELEASED: operator.ge,
    VerdictStatus.DISCARDED: operator.le,
}


def verify(
    captures: Path, db: Database | None, progress: Progress = lambda done, total: None
) -> Verified:
    """Check everything and change nothing. Without a database only the captures are checked."""
    result = Verified()
    journal = read_journal(captures)
    applied = applied_lines(journal)
    verifier = CapturesVerifier(captures, db, journal, result)
    verifier.run(progress)
    result.problems += [*journal.problems(), *applied.problems]
    result.rebuildable = result.files > 0 and not result.problems
    result.problems += [*verifier.renamed, *journal.changes()]
    if db is not None:
        checks = (
            _page_problems(db), _schema_problems(db), _foreign_key_problems(db),
            _ledger_problems(db), _revision_number_problems(db), index_inconsistencies(db),
            _digest_problems(db, result), _run_problems(db, applied, result), changed_rows(db),
        )  # fmt: skip
        for problems in checks:
            try:
                result.problems += (f"database: {problem}" for problem in problems)
            except sqlite3.DatabaseError as error:
                result.problems.append(f"database: {error}")
        with suppress(sqlite3.DatabaseError):
            result.events = db["events"].count
    result.problems = list(dict.fromkeys(result.problems))
    return result


def _page_problems(db: Database) -> Iterator[str]:
    for (text,) in db.execute(f"PRAGMA integrity_check({MAX_LISTED_PROBLEMS})").fetchall():
        if text != "ok":
            yield text


def _schema_problems(db: Database) -> Iterator[str]:
    for kind, name, table in sorted(_names_of_a_new_database() - _schema_names(db)):
        yield f"the {kind} {name}{f' of {table}' if kind == 'column' else ''} is missing"


@cache
def _names_of_a_new_database() -> set[tuple[str, str, str]]:
    with closing(Database(memory=True)) as new:
        migrations.apply(new)
        return _schema_names(new)


def _schema_names(db: Database) -> set[tuple[str, str, str]]:
    """Return (kind, name, table) of each table, column, index and trigger."""
    return set(
        db.execute(
            "SELECT type, name, tbl_name FROM sqlite_schema UNION ALL SELECT 'column', c.name, "
            "t.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
        ).fetchall()
    )


def _foreign_key_problems(db: Database) -> Iterator[str]:
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield f"{table} {row} refers to a row of {parent} that is not there"


def _ledger_problems(db: Database) -> Iterator[str]:
    """Ids are consecutive and rows are never deleted, so a gap is a loss."""
    before = 0
    for (number,) in db.execute("SELECT id FROM events ORDER BY id"):
        if number != before + 1:
            yield f"events {before + 1} to {number - 1} are missing from the ledger"
        before = number
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    if last and last[0] > before:
        yield f"events {before + 1} to {last[0]} are missing from the ledger"
    for trigger in ("events_are_final", "events_stay"):
        query = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?"
        if not db.execute(query, [trigger]).fetchone():
            yield f"the trigger {trigger} is missing: the ledger is open to changes"


def _revision_number_problems(db: Database) -> Iterator[str]:
    rows = db.execute(
        "SELECT articles.id, revision, count(number), max(max(number), revision), (SELECT number "
        f"FROM revisions WHERE article = articles.id ORDER BY {NEWEST_FIRST} LIMIT 1) AS newest "
        "FROM articles LEFT JOIN revisions ON revisions.article = articles.id "
        "GROUP BY articles.id HAVING newest IS NOT revision OR count(number) <> max(number)"
    )
    for article, stated, count, highest, newest in rows:
        if count != highest:
            yield f"article {article} has {count} revisions of {highest or stated}"
        else:
            yield f"article {article} is at revision {stated}, its newest one is {newest}"


def _digest_problems(db: Database, result: Verified) -> Iterator[str]:
    for number, article, fingerprint, record, digest in db.execute(
        "SELECT number, article, fingerprint, record, digest FROM revisions"
    ):
        result.revisions += 1
        if revision_digest(fingerprint, record) != digest:
            yield f"revision {number} of article {article} does not have its digest: it was changed"


def _run_problems(db: Database, applied: AppliedLines, result: Verified) -> Iterator[str]:
    """Compare the runs and verdicts of database and journal, in both directions."""
    if applied.offset:
        return  # the ids of the journal are not those of the database
    rows = db.execute("SELECT id, site, started_at, ended_at, state, verdict, stats FROM runs")
    stored = {row[0]: row[1:] for row in rows}
    evaluated, first, since = applied.evaluated(), min(applied.runs, default=None), _since(db)
    missing: list[str] = []
    older = 0
    for run, (site, started_at, ended_at, state, verdict, stats) in stored.items():
        what = f"run {run} of {site} ({started_at})"
        line = applied.runs.get(run)
        if line is None and state == RunState.FINISHED:
            before_journal = ended_at < since and (first is None or run < first)
            if before_journal or json.loads(stats).get("rebuilt"):
                older += 1
            else:
                missing.append(f"{what} is not in the journal")
        elif line is not None and (line["site"], line["started_at"]) != (site, started_at):
            yield f"{what} is another one in the journal: {line['site']} ({line['started_at']})"
        elif line is not None:
            yield from _verdict_problems(run, site, verdict, applied, what, run in evaluated)
    for run in sorted(applied.runs.keys() - stored.keys()):
        line = applied.runs[run]
        what = f"run {run} of {line['site']} ({line['started_at']})"
        yield f"{what}, which the journal has, is missing"
    if missing and not applied.runs:
        missing = [f"no journal holds its {len(missing)} runs"]
    yield from missing
    if older:
        result.notes.append(
            f"{older} runs are from before the journal: a new database would be made of "
            "their captures, without their verdicts and without what no capture shows"
        )


def _verdict_problems(
    run: int, site: str, verdict: str | None, applied: AppliedLines, what: str, is_evaluated: bool
) -> Iterator[str]:
    if not _same_decision(run, site, verdict, applied):
        yield f"journal and database hold different decisions on {what}"
    elif verdict not in SETTLED_BY and bool(verdict) != is_evaluated:
        holder = "journal" if verdict else "database"
        yield f"the {holder} does not hold the verdict on {what}"


def _same_decision(run: int, site: str, verdict: str | None, applied: AppliedLines) -> bool:
    """Whether the journal holds the decision on a run that its verdict names, and no other one."""
    decisions = applied.decisions()
    if verdict not in SETTLED_BY:
        return all(line["run"] != run for line in decisions)
    runs = (line["run"] for line in decisions if line["line"] == verdict)
    of_site = (number for number in runs if applied.runs.get(number, {}).get("site") == site)
    return any(SETTLED_BY[verdict](number, run) for number in of_site)


def _since(db: Database) -> str:
    """Return since when runs are written to the journal: UTC text."""
    # The journal came in the release with this migration.
    row = db.execute(
        "SELECT applied_at FROM _sqlite_migrations WHERE name = 'pruned_files'"
    ).fetchone()
    return str(row[0])[:19].replace(" ", "T") + "Z"
