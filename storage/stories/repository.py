"""Stories: which articles are one text. An article that no other one shares has no row here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with what decides who printed it first."""

    article: int
    site: str
    site_title: str
    url: str | None
    first_seen: str
    status: str


MEMBER = (
    "SELECT articles.id, site, sites.title, url, first_seen, articles.status "
    "FROM articles JOIN sites ON sites.name = site "
)


def story_of(db: Database, article: int) -> int | None:
    row = db.execute("SELECT story FROM story_members WHERE article = ?", [article]).fetchone()
    return int(row[0]) if row else None


def stories_of(db: Database, articles: Iterable[int]) -> dict[int, int]:
    """article -> story, of those that have one."""
    rows = db.execute(
        "SELECT article, story FROM story_members "
        "WHERE article IN (SELECT value FROM json_each(?))",
        [json.dumps(list(articles))],
    )
    return dict(rows.fetchall())


def members(db: Database, story: int) -> list[Member]:
    rows = db.execute(
        f"{MEMBER} JOIN story_members ON article = articles.id WHERE story = ? "
        "ORDER BY first_seen, articles.id",
        [story],
    )
    return [Member(*row) for row in rows]


def as_member(db: Database, article: int) -> Member:
    """An article as if it were a story of its own."""
    return Member(*db.execute(f"{MEMBER} WHERE articles.id = ?", [article]).fetchone())


def new_story(db: Database) -> int:
    cursor = db.execute("INSERT INTO stories (merged_into) VALUES (NULL)")
    return int(cursor.lastrowid or 0)


def put_member(db: Database, article: int, story: int) -> None:
    db.execute("INSERT OR REPLACE INTO story_members VALUES (?, ?)", [article, story])


def drop_member(db: Database, article: int) -> None:
    db.execute("DELETE FROM story_members WHERE article = ?", [article])


def merge_stories(db: Database, gone: int, into: int) -> None:
    """All members of `gone` belong to `into` from now on; the old id leads there for ever."""
    db.execute("UPDATE story_members SET story = ? WHERE story = ?", [into, gone])
    db.execute("UPDATE stories SET merged_into = ? WHERE id = ? OR merged_into = ?",
               [into, gone, gone])  # fmt: skip


def living_story(db: Database, story: int) -> int:
    """The story that this id stands for today. Raises KeyError for an id that never was."""
    row = db.execute("SELECT merged_into FROM stories WHERE id = ?", [story]).fetchone()
    if row is None:
        raise KeyError(f"no story {story}: tinwatch stories lists them")
    return int(row[0] or story)


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One line of the list: `since` and `until` are when its first and last member was seen."""

    story: int
    articles: int
    sites: int
    since: str
    until: str


def story_rows(
    db: Database,
    *,
    since: str = "",
    min_sites: int = 1,
    provinces: frozenset[str] | None = None,
) -> list[StoryRow]:
    """Stories with a member first seen at or after `since` (UTC text), the newest first.

    `provinces`: only those with a member on a site of one of them (former slugs).
    """
    named = sorted(provinces or ())
    chosen = "1" if provinces is None else f"max(province IN ({','.join('?' * len(named))}))"
    rows = db.execute(
        "SELECT story, count(*), count(DISTINCT site), min(first_seen), max(first_seen) AS newest "
        "FROM story_members JOIN articles ON articles.id = article "
        "JOIN sites ON sites.name = site GROUP BY story "
        f"HAVING count(DISTINCT site) >= ? AND newest >= ? AND {chosen} "
        "ORDER BY newest DESC, story DESC",
        [min_sites, since, *named],
    )
    return [StoryRow(*row) for row in rows]


def sites_of(db: Database, articles: list[int]) -> dict[int, str]:
    """article -> site, of those that stand for themselves: discarded and moved ones do not."""
    marks = ",".join("?" * len(articles))
    rows = db.execute(
        f"SELECT id, site FROM articles WHERE status <> 'moved' AND id IN ({marks})", articles
    )
    return dict(rows.fetchall())
