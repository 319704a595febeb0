"""The list of stories, a page at a time: newest member first, without reading all stories."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from storage.provinces.lookup import IN_PROVINCES, sql_provinces

LOOKED = 2000  # newest members that one page may look at


@dataclass(frozen=True, slots=True)
class StoryLine:
    """`newest`: id of the member that came last; times are UTC text."""

    story: int
    newest: int
    articles: int
    sites: int
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """`before`: where the next page begins; None at the end."""

    lines: tuple[StoryLine, ...]
    before: int | None


def story_page(
    db: Database,
    *,
    before: int | None = None,
    min_sites: int = 2,
    site: str = "",
    provinces: frozenset[str] | None = None,
    most: int = 20,
) -> StoryPage:
    """Stories whose newest member has an id below `before`, the newest first.

    provinces: former ones; a story counts where any member is on a site of one, as with `site`.
    A page may be short, or empty, and still not be the last: it looks at LOOKED members.
    """
    top = before if before is not None else 2**62
    looked = [
        row[0]
        for row in db.execute(
            "SELECT article FROM story_members WHERE article < ? ORDER BY article DESC LIMIT ?",
            [top, LOOKED],
        )
    ]
    if not looked:
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
        {"last": looked[-1], "top": top, "min_sites": min_sites, "site": site, "most": most,
         "provinces": sql_provinces(provinces)},
    ).fetchall()  # fmt: skip
    lines = tuple(StoryLine(*row) for row in rows)
    if len(lines) == most:
        return StoryPage(lines, lines[-1].newest)
    return StoryPage(lines, looked[-1] if len(looked) == LOOKED else None)
