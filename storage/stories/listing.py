"""Paged list of stories, by newest member, without reading all stories."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from storage.stories.repository import EVERY_MEMBER, MEMBER_MATCHES, MemberFilter

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
    chosen: MemberFilter = EVERY_MEMBER,
    *,
    before: int | None = None,
    min_sites: int = 2,
    limit: int = 20,
) -> StoryPage:
    """Return stories with a chosen member whose newest member has an id below `before`.

    The newest come first. A page reads MAX_MEMBERS_READ members, so it may be short or empty
    without being the last.
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
        "JOIN articles ON articles.id = m.article JOIN sites ON sites.name = site "
        "GROUP BY recent.story HAVING max(m.article) = newest AND n >= :min_sites "
        f"AND max({MEMBER_MATCHES}) ORDER BY newest DESC LIMIT :most",
        {"last": member_ids[-1], "top": top, "min_sites": min_sites, "most": limit,
         **chosen.parameters()},
    ).fetchall()  # fmt: skip
    lines = tuple(ListedStory(*row) for row in rows)
    if len(lines) == limit:
        return StoryPage(lines, lines[-1].newest)
    return StoryPage(lines, member_ids[-1] if len(member_ids) == MAX_MEMBERS_READ else None)
