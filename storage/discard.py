"""Undoing a run: what it read is taken back, as if the site had not been read that night."""

from __future__ import annotations

from sqlite_utils import Database


def discard_run(db: Database, run: int) -> None:
    """Takes back a run's held events, its revisions and the articles that it found first.

    Only for the newest run of a site: later ones would stand on what is taken away.

    Captures stay: they are what the site sent, whatever we made of it.
    """
    db.execute("DELETE FROM held_events WHERE run = ?", [run])
    found_first = "SELECT id FROM articles WHERE first_run = :run"
    for table in ("aliases", "passages", "revisions", "checks", "held_events"):
        db.execute(f"DELETE FROM {table} WHERE article IN ({found_first})", {"run": run})
    db.execute("DELETE FROM articles WHERE first_run = ?", [run])
    db.execute("DELETE FROM revisions WHERE run = ?", [run])
    newest = "(SELECT max(number) FROM revisions WHERE revisions.article = articles.id)"
    db.execute(f"UPDATE articles SET revision = {newest} WHERE revision <> {newest}")
