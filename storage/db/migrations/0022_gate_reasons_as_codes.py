"""Turns the sentences of runs and batches that version 0.1.0 stored into reasons."""

from __future__ import annotations

import json

from sqlite_utils import Database

from storage.db.migrations.run_sentences import as_json, reason_of


def migrate(db: Database) -> None:
    query = "SELECT DISTINCT reason FROM runs WHERE reason IS NOT NULL"
    for (text,) in db.execute(query).fetchall():
        db.execute("UPDATE runs SET reason = ? WHERE reason = ?", [as_json(reason_of(text)), text])
    for name, skipped, errors in db.execute(
        "SELECT name, passed_over, errors FROM nights"
    ).fetchall():
        db.execute(
            "UPDATE nights SET passed_over = ?, errors = ? WHERE name = ?",
            [_by_site(skipped), _by_site(errors), name],
        )


def _by_site(text: str) -> str:
    return json.dumps({s: reason_of(t) for s, t in json.loads(text).items()}, ensure_ascii=False)
