"""Stories: groups of articles with the same text. An article without a duplicate has no row."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from storage.db.site_filter import IN_SITES, sql_sites
from storage.messages.reasons_lookups import LookupReason, NotFound
from storage.provinces.lookup import sql_provinces
from storage.reasons import Reason


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, with the facts that decide which site published it first."""

    article: int
    site: str
    site_title: str
    url: str | None
    first_seen: str
    status: str


# SQL: whether a member, of the tables articles and sites, meets the conditions of a MemberFilter
MEMBER_MATCHES = (
    "first_seen >= :since AND (:until = '' OR first_seen < :until) "
    f"AND {IN_SITES.format(site='site')} "
    "AND (:provinces IS NULL OR province IN (SELECT value FROM json_each(:provinces))) "
    "AND (:articles IS NULL OR articles.id IN (SELECT value FROM json_each(:articles)))"
)


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Conditions that one member of a story must meet; each default sets none.

    Attributes:
        since, until: it was first seen at or after, and before, these times (UTC text)
        provinces: it is of one of these former provinces (slugs)
        sites: it is on one of these sites; () for all
        articles: it is one of these
    """

    since: str = ""
    until: str = ""
    provinces: frozenset[str] | None = None
    sites: Collection[str] = ()
    articles: Iterable[int] | None = None

    def parameters(self) -> dict[str, str | None]:
        """Return the parameters of MEMBER_MATCHES."""
        return {
            "since": self.since,
            "until": self.until,
            "sites": sql_sites(self.sites or None),
            "provinces": sql_provinces(self.provinces),
            "articles": None if self.articles is None else json.dumps(list(self.articles)),
        }


EVERY_MEMBER = MemberFilter()
MEMBER = (
    "SELECT articles.id, site, sites.title, url, first_seen, articles.status "
    "FROM articles JOIN sites ON sites.name = site "
)


def story_of(db: Database, article: int) -> int | None:
    """Return the story of an article, or None."""
    row = db.execute("SELECT story FROM story_members WHERE article = ?", [article]).fetchone()
    return int(row[0]) if row else None


def stories_of(db: Database, articles: Iterable[int]) -> dict[int, int]:
    """Return article -> story, for articles that belong to one."""
    rows = db.execute(
        "SELECT article, story FROM story_members "
        "WHERE article IN (SELECT value FROM json_each(?))",
        [json.dumps(list(articles))],
    )
    return dict(rows.fetchall())


def members(db: Database, story: int) -> list[Member]:
    """Return the members of a story, first seen first."""
    rows = db.execute(
        f"{MEMBER} JOIN story_members ON article = articles.id WHERE story = ? "
        "ORDER BY first_seen, articles.id",
        [story],
    )
    return [Member(*row) for row in rows]


def as_member(db: Database, article: int) -> Member:
    """Return an article as the only member of its own story."""
    return Member(*db.execute(f"{MEMBER} WHERE articles.id = ?", [article]).fetchone())


def new_story(db: Database) -> int:
    cursor = db.execute("INSERT INTO stories (merged_into) VALUES (NULL)")
    return int(cursor.lastrowid or 0)


def assign_member(db: Database, article: int, story: int) -> None:
    db.execute("INSERT OR REPLACE INTO story_members VALUES (?, ?)", [article, story])


def remove_member(db: Database, article: int) -> None:
    db.execute("DELETE FROM story_members WHERE article = ?", [article])


def merge_stories(db: Database, gone: int, into: int) -> None:
    """Move all members of `gone` to `into`. The old id stays as a redirect."""
    db.execute("UPDATE story_members SET story = ? WHERE story = ?", [into, gone])
    db.execute("UPDATE stories SET merged_into = ? WHERE id = ? OR merged_into = ?",
               [into, gone, gone])  # fmt: skip


def current_story(db: Database, story: int) -> int:
    """Follow merges and return the current story of an id. Raise KeyError for an unknown id."""
    row = db.execute("SELECT merged_into FROM stories WHERE id = ?", [story]).fetchone()
    if row is None:
        raise NotFound(Reason(LookupReason.NO_STORY, story=story))
    return int(row[0] or story)


@dataclass(frozen=True, slots=True)
class StorySummary:
    """Totals of a story. `since` and `until`: when its first and last member was first seen."""

    story: int
    articles: int
    sites: int
    since: str
    until: str


def story_summaries(
    db: Database, chosen: MemberFilter = EVERY_MEMBER, *, min_sites: int = 1
) -> list[StorySummary]:
    """Return stories with a member that the filter chooses, newest first."""
    rows = db.execute(
        "SELECT story, count(*), count(DISTINCT site), min(first_seen), max(first_seen) AS newest "
        "FROM story_members JOIN articles ON articles.id = article "
        "JOIN sites ON sites.name = site GROUP BY story HAVING count(DISTINCT site) >= :min_sites "
        f"AND max({MEMBER_MATCHES}) ORDER BY newest DESC, story DESC",
        {"min_sites": min_sites, **chosen.parameters()},
    )
    return [StorySummary(*row) for row in rows]


def sites_of(db: Database, articles: list[int]) -> dict[int, str]:
    """Return article -> site, without moved and deleted articles."""
    rows = db.execute(
        "SELECT id, site FROM articles WHERE status <> 'moved' "
        "AND id IN (SELECT value FROM json_each(?))",
        [json.dumps(articles)],
    )
    return dict(rows.fetchall())
