"""Paged list of stories, by newest member, without reading all stories."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from storage.provinces.lookup import IN_PROVINCES, sql_provinces

MAX_MEMBERS_READ = 2000  # per page


@dataclass(frozen=True, slots=True)
class ListedStory:
    """A story in the list.

    Attributes:
        newest: id of the newest member
        since, until: when the first and last member was first seen (UTC text)
    """

    story: int
    newest: int
    articles: int
    sites: int
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of stories. `before` is the cursor of the next page, or None on the last page."""

    lines: tuple[ListedStory, ...]
    before: int | None


def story_page(
    db: Database,
    *,
    before: int | None = None,
    min_sites: int = 2,
    site: str = "",
    provinces: frozenset[str] | None = None,
    limit: int = 20,
) -> StoryPage:
    """Return stories whose newest member has an id below `before`, newest first.

    A page reads MAX_MEMBERS_READ members, so it may be short or empty without being the last.

    Args:
        site: only stories with a member on this site
        provinces: only stories with a member in one of these former provinces
    """
    top = before if before is not None else 2**62
    member_ids = [
        row[0]
        for row in db.execute(
            "SELECT article FROM story_members WHERE article < ? ORDER BY article DESC LIMIT ?",
            [top, MAX_MEMBERS_READ],
        )
    ]
    if not member_ids:
        return StoryPage((), None)
    rows = db.execute(
        "SELECT recent.story, newest, count(*) AS articles, count(DISTINCT articles.site) AS n, "
        "min(first_seen), max(first_seen) FROM (SELECT story, max(article) AS newest "
        "FROM story_members WHERE article >= :last AND article < :top GROUP BY story) AS recent "
        "JOIN story_members AS m ON m.story = recent.story "
        "JOIN articles ON articles.id = m.article "
        "GROUP BY recent.story HAVING max(m.article) = newest AND n >= :min_sites "
        "AND (:site = '' OR max(articles.site = :site)) "
        f"AND max({IN_PROVINCES.format(site='articles.site')}) ORDER BY newest DESC LIMIT :most",
        {"last": member_ids[-1], "top": top, "min_sites": min_sites, "site": site, "most": limit,
         "provinces": sql_provinces(provinces)},
    ).fetchall()  # fmt: skip
    lines = tuple(ListedStory(*row) for row in rows)
    if len(lines) == limit:
        return StoryPage(lines, lines[-1].newest)
    return StoryPage(lines, member_ids[-1] if len(member_ids) == MAX_MEMBERS_READ else None)
