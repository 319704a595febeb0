"""SQLite export: a tinwatch database with only the selected articles.

It fills sites, runs, captures (rows, not bytes), articles, aliases, revisions, failed_checks,
events, stories and story_members, and rebuilds the search index. Other tables (queues,
boilerplate, reviews, saved searches) stay empty. The view `texts` has title and text of each
article, for people who do not want to unpack JSON.
"""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from storage.db.connection import open_database
from storage.exports.selection import Selection
from storage.search.reindex import rebuild_index

OF_SELECTION = "article IN (SELECT article FROM temp.selected)"
_SITES = "SELECT site FROM articles WHERE id IN (SELECT article FROM temp.selected)"
EVENTS = f"({OF_SELECTION} OR (article IS NULL AND site IN ({_SITES})))"
_STORIES = f"SELECT story FROM story_members WHERE {OF_SELECTION}"
TABLES = {  # referenced tables first
    "sites": f"name IN ({_SITES})",
    "runs": f"site IN ({_SITES})",
    "captures": (
        f"id IN (SELECT capture FROM revisions WHERE {OF_SELECTION} "
        f"UNION SELECT capture FROM failed_checks WHERE {OF_SELECTION})"
    ),
    "articles": "id IN (SELECT article FROM temp.selected)",
    "aliases": OF_SELECTION,
    "revisions": OF_SELECTION,
    "failed_checks": OF_SELECTION,
    "events": EVENTS,
    "stories": f"id IN ({_STORIES}) OR merged_into IN ({_STORIES})",
    "story_members": OF_SELECTION,
}

TEXTS = """
CREATE VIEW texts AS SELECT articles.id, site, articles.url, status,
  coalesce(substr(json_extract(record, '$.published'), 1, 10),
    date(first_seen, '+7 hours')) AS day,
  CASE WHEN json_extract(record, '$.published') IS NULL THEN 'first_seen' ELSE 'published' END
    AS day_source,
  json_extract(record, '$.title') AS title, json_extract(record, '$.lead') AS lead,
  (SELECT group_concat(block, char(10) || char(10)) FROM (
    SELECT json_extract(value, '$.text') AS block FROM json_each(record, '$.body') ORDER BY key
  )) AS text,
  articles.revision, observed_at
FROM articles JOIN revisions ON revisions.article = articles.id AND number = articles.revision
"""


def write(selection: Selection, file: Path) -> int:
    """Write the database and return its number of revisions: it always has all of them."""
    target = open_database(file)
    try:
        target.conn.execute("PRAGMA foreign_keys = OFF")
        target.conn.execute("BEGIN")
        counts = {table: _copy(selection, target, table) for table in TABLES}
        target.conn.commit()
        rebuild_index(target)
        target.execute(TEXTS)
        target.conn.execute("PRAGMA journal_mode = DELETE")  # a single file, without -wal and -shm
        target.conn.execute("VACUUM")
    finally:
        target.close()
    return counts["revisions"]


def _copy(selection: Selection, target: Database, table: str) -> int:
    columns = [row[1] for row in target.execute(f"PRAGMA table_info({table})")]
    rows = selection.db.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE {TABLES[table]} ORDER BY 1"
    )
    placeholders = ", ".join("?" * len(columns))
    count = 0
    for row in rows:
        target.conn.execute(f"INSERT INTO {table} VALUES ({placeholders})", row)
        count += 1
        if table == "articles":
            selection.on_progress()
    return count
