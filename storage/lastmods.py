"""What sitemaps say of articles (`lastmod`), kept with the reading that it was said of."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Lastmod:
    """doubted: the text had changed, and the sitemap did not say so before it was read."""

    text: str
    fingerprint: str
    reader: str
    doubted: bool = False


def lastmod(db: Database, article: int) -> Lastmod | None:
    row = db.execute(
        "SELECT lastmod, fingerprint, reader, doubted FROM lastmods WHERE article = ?", [article]
    ).fetchone()
    return Lastmod(row[0], row[1], row[2], bool(row[3])) if row else None


def keep_lastmod(db: Database, article: int, said: Lastmod) -> None:
    db.execute(
        "INSERT OR REPLACE INTO lastmods VALUES (?, ?, ?, ?, ?)",
        [article, said.text, said.fingerprint, said.reader, said.doubted],
    )


def still_as_read(db: Database, article: int, text: str) -> None:
    """A 304 came: what the sitemap says now belongs to the same reading."""
    db.execute("UPDATE lastmods SET lastmod = ? WHERE article = ?", [text, article])


def lastmods_of(db: Database, site: str) -> dict[int, str]:
    """Article -> what the sitemap said when it was last read."""
    rows = db.execute(
        "SELECT article, lastmod FROM lastmods JOIN articles ON articles.id = article "
        "WHERE site = ?",
        [site],
    )
    return dict(rows.fetchall())
