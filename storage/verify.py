"""Verifies a home: are captures, journal, database and ledger complete and unchanged?

A problem is something that was lost or changed. A note is worth knowing, but no loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from sqlite_utils import Database

from storage.archive.applied_lines import AppliedLines, applied_lines
from storage.archive.journal import read_journal
from storage.articles.revisions import revision_digest
from storage.db.checksums import changed_rows
from storage.db.connection import DAMAGED_DATABASE
from storage.db.migrations import migrations
from storage.db.revision_order import NEWEST_FIRST
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason
from storage.search.reindex import index_inconsistencies
from storage.unjournaled import SETTLED_BY, is_same_decision, unjournaled
from storage.verify_captures import CapturesVerifier, Progress, Verified, in_database

MAX_LISTED_PROBLEMS = 20  # that SQLite's own check lists


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
    if db is None:
        result.problems += verifier.found.lost_journal(journal)
        result.notes += verifier.behind_last_runs
    result.rebuildable = result.files > 0 and not result.problems
    result.problems += [*verifier.found.renamed, *journal.changes()]
    if db is not None:
        checks = (
            _page_problems(db), _schema_problems(db), _foreign_key_problems(db),
            _ledger_problems(db), _revision_number_problems(db), index_inconsistencies(db),
            _digest_problems(db, result), _run_problems(db, applied, result), changed_rows(db),
        )  # fmt: skip
        for problems in checks:
            try:
                result.problems += map(in_database, problems)
            except DAMAGED_DATABASE as error:
                result.problems.append(in_database(error))
        with suppress(*DAMAGED_DATABASE):
            result.events = db["events"].count
    result.problems = list(dict.fromkeys(result.problems))
    return result


def _page_problems(db: Database) -> Iterator[Reason]:
    for (text,) in db.execute(f"PRAGMA integrity_check({MAX_LISTED_PROBLEMS})").fetchall():
        if text != "ok":
            yield Reason(Damage.ERROR, error=text)


def _schema_problems(db: Database) -> Iterator[Reason]:
    for kind, name, table in sorted(_names_of_a_new_database() - _schema_names(db)):
        if kind == "column":
            yield Reason(Damage.COLUMN_MISSING, name=name, table=table)
        else:
            yield Reason(Damage.SCHEMA_MISSING, kind=kind, name=name)


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


def _foreign_key_problems(db: Database) -> Iterator[Reason]:
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check").fetchall():
        yield Reason(Damage.ROW_WITHOUT_PARENT, table=table, row=row, parent=parent)


def _ledger_problems(db: Database) -> Iterator[Reason]:
    """Ids are consecutive and rows are never deleted, so a gap is a loss."""
    before = 0
    for (number,) in db.execute("SELECT id FROM events ORDER BY id"):
        if number != before + 1:
            yield Reason(Damage.EVENTS_MISSING, first=before + 1, last=number - 1)
        before = number
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    if last and last[0] > before:
        yield Reason(Damage.EVENTS_MISSING, first=before + 1, last=last[0])
    for trigger in ("events_are_final", "events_stay"):
        query = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?"
        if not db.execute(query, [trigger]).fetchone():
            yield Reason(Damage.LEDGER_OPEN, trigger=trigger)


def _revision_number_problems(db: Database) -> Iterator[Reason]:
    rows = db.execute(
        "SELECT articles.id, revision, count(number), max(max(number), revision), (SELECT number "
        f"FROM revisions WHERE article = articles.id ORDER BY {NEWEST_FIRST} LIMIT 1) AS newest "
        "FROM articles LEFT JOIN revisions ON revisions.article = articles.id "
        "GROUP BY articles.id HAVING newest IS NOT revision OR count(number) <> max(number)"
    )
    for article, stated, count, highest, newest in rows:
        if count != highest:
            expected = highest or stated
            yield Reason(Damage.REVISIONS_MISSING, article=article, count=count, expected=expected)
        else:
            yield Reason(Damage.REVISION_NOT_NEWEST, article=article, stated=stated, newest=newest)


def _digest_problems(db: Database, result: Verified) -> Iterator[Reason]:
    for number, article, fingerprint, record, digest in db.execute(
        "SELECT number, article, fingerprint, record, digest FROM revisions"
    ):
        result.revisions += 1
        if revision_digest(fingerprint, record) != digest:
            yield Reason(Damage.REVISION_CHANGED, number=number, article=article)


def _run_problems(db: Database, applied: AppliedLines, result: Verified) -> Iterator[Reason]:
    """Compare the runs, verdicts and reviews of database and journal, in both directions."""
    if applied.offset:
        return  # the ids of the journal are not those of the database
    rows = db.execute("SELECT id, site, started_at, verdict FROM runs")
    stored = {row[0]: row[1:] for row in rows}
    evaluated = applied.evaluated()
    for run, line in sorted(applied.runs.items()):
        what = {"run": run, "site": line["site"], "started_at": line["started_at"]}
        if run not in stored:
            yield Reason(Damage.RUN_NOT_IN_DATABASE, **what)
            continue
        site, started_at, verdict = stored[run]
        if (line["site"], line["started_at"]) != (site, started_at):
            yield Reason(
                Damage.RUN_IS_ANOTHER, run=run, site=site, started_at=started_at,
                other_site=line["site"], other_started_at=line["started_at"],
            )  # fmt: skip
        elif verdict not in SETTLED_BY and not is_same_decision(run, site, verdict, applied):
            yield Reason(Damage.DECISIONS_DIFFER, **what)
        elif not verdict and run in evaluated:
            yield Reason(Damage.VERDICT_NOT_IN_DATABASE, **what)
    lost = unjournaled(db, applied)
    if lost.runs or lost.decisions:
        result.rebuildable = False
    yield from lost.problems(applied)
    if lost.older:
        result.notes.append(Reason(Damage.RUNS_BEFORE_JOURNAL, count=lost.older))
