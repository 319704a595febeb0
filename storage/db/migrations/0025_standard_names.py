"""Renames tables, columns and the cause "reader" to standard terms.

The CHECK of revisions.cause is changed in the schema table: rebuilding revisions would copy the
text of every article. https://sqlite.org/lang_altertable.html#otheralter describes the procedure.
"""

from __future__ import annotations

from sqlite_utils import Database

from storage.db.migrations.statements import execute_all

SQL = """
ALTER TABLE sites RENAME COLUMN reader TO extractor_version;
ALTER TABLE revisions RENAME COLUMN reader TO extractor_version;

ALTER TABLE runs RENAME COLUMN night TO batch;
ALTER TABLE runs RENAME COLUMN swept TO listings_complete;
DROP INDEX runs_night;
CREATE INDEX runs_batch ON runs(batch);

ALTER TABLE nights RENAME TO batches;
ALTER TABLE batches RENAME COLUMN began_at TO started_at;
ALTER TABLE batches RENAME COLUMN goes_on TO resumable;
ALTER TABLE batches RENAME COLUMN passed_over TO skipped;

ALTER TABLE checks RENAME TO failed_checks;
DROP INDEX checks_article;
CREATE INDEX failed_checks_article ON failed_checks(article, observed_at);

ALTER TABLE held_events RENAME TO pending_events;
DROP INDEX held_events_run;
DROP INDEX held_events_site;
CREATE INDEX pending_events_run ON pending_events(run);
CREATE INDEX pending_events_site ON pending_events(site);

ALTER TABLE wanted RENAME TO retry_queue;

ALTER TABLE templates RENAME TO boilerplate_state;
ALTER TABLE template_lines RENAME TO boilerplate_lines;
ALTER TABLE boilerplate_lines RENAME COLUMN form TO line_hash;

ALTER TABLE passage_blocks RENAME TO shingle_blocks;
ALTER TABLE stock_passages RENAME TO stock_shingles;
ALTER TABLE stock_shingles RENAME COLUMN number TO shingle;
ALTER TABLE held_passages RENAME TO pending_shingles;
ALTER TABLE pending_shingles RENAME COLUMN places TO positions;
ALTER TABLE pending_shingles RENAME COLUMN rules TO rules_version;
ALTER TABLE passage_rules RENAME TO shingle_index_version;
ALTER TABLE shingle_index_version RENAME COLUMN rules TO rules_version;
ALTER TABLE unindexed RENAME TO shingle_index_queue;
"""
OLD_CHECK = "CHECK (cause IN ('site', 'reader')),  -- reader: our own rules changed"
NEW_CHECK = "CHECK (cause IN ('site', 'extractor')),  -- extractor: our own rules changed"


def migrate(db: Database) -> None:
    execute_all(db, SQL)
    _change_check_of_cause(db)
    db.execute("UPDATE revisions SET cause = 'extractor' WHERE cause = 'reader'")


def _change_check_of_cause(db: Database) -> None:
    (version,) = db.execute("PRAGMA schema_version").fetchone()
    db.execute("PRAGMA writable_schema = ON")
    changed = db.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) "
        "WHERE type = 'table' AND name = 'revisions' AND instr(sql, ?)",
        [OLD_CHECK, NEW_CHECK, OLD_CHECK],
    ).rowcount
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = RESET")  # also reads the schema again
    if changed != 1:
        raise ValueError("the table revisions is not as the first migration made it")
