"""Indexes for the articles whose address led to another one, and for the addresses of one."""

from __future__ import annotations

from sqlite_utils import Database


def migrate(db: Database) -> None:
    db.execute(
        "CREATE INDEX failed_checks_redirects ON failed_checks("
        "CASE WHEN json_valid(detail) THEN json_extract(detail, '$.params.url') END) "
        "WHERE outcome = 'redirect'"
    )
    db.execute("CREATE INDEX aliases_article ON aliases(article)")
