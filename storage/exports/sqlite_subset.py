"""A database of the chosen articles alone, with tinwatch's own tables.

Filled are: sites, runs, captures (the rows, not the bytes), articles, aliases, revisions, checks,
events, stories and story_members; the index of words is made anew. What is no part of the
articles' story (queues, templates, what the team noted for itself) stays empty.
"""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from storage.db.connection import open_database
from storage.exports.selection import Chosen
from storage.search.reindex import rebuild_index

OURS = "article IN (SELECT article FROM temp.chosen)"
_SITES = "SELECT site FROM articles WHERE id IN (SELECT article FROM temp.chosen)"
EVENTS = f"({OURS} OR (article IS NULL AND site IN ({_SITES})))"
_STORIES = f"SELECT story FROM story_members WHERE {OURS}"
TABLES = {  # in the order in which one refers to the other
    "sites": f"name IN ({_SITES})",
    "runs": f"site IN ({_SITES})",
    "captures": (
        f"id IN (SELECT capture FROM revisions WHERE {OURS} "
        f"UNION SELECT capture FROM checks WHERE {OURS})"
    ),
    "articles": "id IN (SELECT article FROM temp.chosen)",
    "aliases": OURS,
    "revisions": OURS,
    "checks": OURS,
    "events": EVENTS,
    "stories": f"id IN ({_STORIES}) OR merged_into IN ({_STORIES})",
    "story_members": OURS,
}


def write(chosen: Chosen, file: Path) -> int:
    """Returns the number of revisions: a database always holds every one."""
    made = open_database(file)
    try:
        made.conn.execute("PRAGMA foreign_keys = OFF")
        made.conn.execute("BEGIN")
        written = {table: _copy(chosen, made, table) for table in TABLES}
        made.conn.commit()
        rebuild_index(made)
        made.conn.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        made.conn.execute("VACUUM")
    finally:
        made.close()
    return written["revisions"]


def _copy(chosen: Chosen, made: Database, table: str) -> int:
    columns = [row[1] for row in made.execute(f"PRAGMA table_info({table})")]
    rows = chosen.db.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE {TABLES[table]} ORDER BY 1"
    )
    marks = ", ".join("?" * len(columns))
    done = 0
    for row in rows:
        made.conn.execute(f"INSERT INTO {table} VALUES ({marks})", row)
        done += 1
        if table == "articles":
            chosen.tell()
    return done
