"""Read-only access to a home from Python, with pandas data frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawlers.article_filter import narrowed, parse_article_query, published_query
from crawlers.event_filter import parse_event_filter
from crawlers.province_filter import chosen_provinces
from pipelines.changes.diff import diff as compare
from pipelines.stories.clusterer import ordered_members
from pipelines.stories.comparison import compare_members
from storage.articles.repository import get_article
from storage.articles.revisions import revision_pair, revisions
from storage.db.connection import open_read_only
from storage.events.filters import matching_events
from storage.exports.selection import select_articles
from storage.home import DATABASE_NAME, HomeError, check_database, home_path
from storage.periods import parse_days
from storage.runs.sites import site_names
from storage.search.counts import Group, Unit, count_articles
from storage.search.query_ast import Query
from storage.search.rank import Order, find
from storage.search.selection import matching_articles
from storage.stories.repository import MemberFilter, story_summaries
from storage.timezone import day_end, day_start
from tinwatch.notebook.frames import (
    ARTICLE,
    COUNT,
    DIFF,
    EVENT,
    HIT,
    MEMBER,
    STORY,
    article_row,
    frame,
    text_of,
)

if TYPE_CHECKING:
    import pandas as pd

ArticleId = str | int  # the id, or any URL of the article
Names = str | Sequence[str] | None
Day = str | date | None  # or a period: "last month"


class Archive:
    """An open home. Every method reads the current state of the database.

    docs/python.md has the columns and types. An article is identified by its id or any of its
    URLs. Methods raise KeyError for an unknown article, ValueError for an invalid query, and
    MissingExtra (an ImportError) without pandas.
    """

    def __init__(self, home: str | PathLike[str] | None = None) -> None:
        self.path = home_path(Path(home) if home is not None else None)
        check_database(self.path)
        file = self.path / DATABASE_NAME
        if not file.exists():
            raise HomeError(
                f"there is no database in {self.path}: name the folder of a home, for example "
                "that of tinwatch demo"
            )
        self.db = open_read_only(file)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<tinwatch home {self.path}>"

    def close(self) -> None:
        self.db.close()

    def articles(
        self,
        query: str | None = None,
        *,
        site: Names = None,
        province: Names = None,
        former_province: Names = None,
        first: Day = None,
        last: Day = None,
        since_event: int = 0,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return one row per article, with its newest text.

        A query matches any revision; all filters must match. `first` and `last` are days or periods
        of publication. Few `columns` save memory.
        """
        filters = self._filters(query, site, province, former_province, first, last)
        filters["since_event"] = since_event
        return self._articles(filters, columns, all_revisions=False)

    def count(
        self,
        query: str,
        by: Unit = "week",
        *,
        group: Group | None = None,
        site: Names = None,
        province: Names = None,
        former_province: Names = None,
        first: Day = None,
        last: Day = None,
    ) -> pd.DataFrame:
        """Return the number of articles per period that match a query; zeros are included.

        With `group`, one row per site or province and period.
        """
        parsed = self._query(query, site, province, former_province, first, last)
        counted = count_articles(self.db, parsed, by, group)
        names = ("first", "last", "group", "articles")
        return frame(
            (
                dict(zip(names, (str(a), str(b), name or None, number), strict=True))
                for a, b, name, number in counted.rows()
            ),
            COUNT,
        )

    def revisions(
        self,
        article: ArticleId | None = None,
        *,
        query: str | None = None,
        site: Names = None,
        province: Names = None,
        former_province: Names = None,
        first: Day = None,
        last: Day = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return one row per revision, oldest first: of one article, or of the filtered ones."""
        filters = self._filters(query, site, province, former_province, first, last)
        if article is not None:
            if any(filters.values()):
                raise ValueError("article and filters exclude each other")
            filters["article"] = get_article(self.db, str(article)).id
        return self._articles(filters, columns, all_revisions=True)

    def events(
        self,
        since: int = 0,
        *,
        kind: Names = None,
        site: Names = None,
        first: Day = None,
        last: Day = None,
        edit_class: Names = None,
        province: Names = None,
        former_province: Names = None,
        min_priority: float = 0.0,
        text: str | None = None,
    ) -> pd.DataFrame:
        """Return the events with an id above `since` that match. `detail` has the keys of the kind.

        The filters are those of `tinwatch events`; `first` and `last` are its --from and --to.
        """
        chosen = parse_event_filter(
            first=first,
            last=last,
            kinds=_several(kind),
            sites=self._sites(site),
            classes=_several(edit_class),
            province=_names(province),
            former_province=_names(former_province),
            min_priority=min_priority,
            text=text,
            stored_sites=site_names(self.db),
        )
        found = matching_events(self.db, chosen, since=since)
        return frame(
            ({**asdict(event), "class": event.detail.get("class")} for event in found), EVENT
        )

    def diff(self, article: ArticleId, a: int | None = None, b: int | None = None) -> pd.DataFrame:
        """Return the difference of two revisions, by default the newest two.

        One row per run of words; `op` is same, added or removed. Empty for a single revision.
        """
        stored_revisions = revisions(self.db, get_article(self.db, str(article)).id)
        if len(stored_revisions) == 1 and a is None and b is None:
            return frame([], DIFF)
        old, new = revision_pair(stored_revisions, a, b)
        return frame(
            (
                {"field": each.field, "part": number, "op": span.op, "text": span.text}
                for each in compare(old.record, new.record)
                for number, part in enumerate(each.parts)
                for span in part
            ),
            DIFF,
        )

    def stories(
        self,
        *,
        min_sites: int = 2,
        since: str = "",
        first: Day = None,
        last: Day = None,
        site: Names = None,
        province: Names = None,
        former_province: Names = None,
        text: str | None = None,
    ) -> pd.DataFrame:
        """Return texts that several sites published, newest first.

        The filters are those of `tinwatch stories`. `since`: only those that got an article at or
        after this time, as UTC text (2025-03-10 or 2025-03-10T18:30:00Z).
        """
        first_day, last_day = parse_days(first, last)
        members = MemberFilter(
            since=max(since, day_start(first_day)) if first_day else since,
            until=day_end(last_day) if last_day else "",
            provinces=chosen_provinces(_names(province), _names(former_province)),
            sites=self._sites(site),
            articles=matching_articles(self.db, parse_article_query(text)) if text else None,
        )
        rows = story_summaries(self.db, members, min_sites=min_sites)
        return frame((self._story(asdict(row)) for row in rows), STORY)

    def story(self, story: int) -> pd.DataFrame:
        """Return the articles of a story, the first publisher first. Raise KeyError.

        `attrs["why"]` is the reason why it counts as the first publisher.
        """
        found = compare_members(self.db, int(story)).to_dict()
        first = found["first"]
        others = ({**other, "first": False} for other in found["others"])
        result = frame([{**first, "first": True}, *others], MEMBER)
        result.attrs["why"] = first["why"]
        return result

    def search(
        self,
        query: str,
        *,
        most: int = 20,
        order: Order = "rank",
        site: Names = None,
        province: Names = None,
        former_province: Names = None,
        first: Day = None,
        last: Day = None,
    ) -> pd.DataFrame:
        """Return one row per article, best match first; order="newest" for the newest first."""
        parsed = self._query(query, site, province, former_province, first, last)
        hits = find(self.db, parsed, limit=most, order=order)
        rows = (
            {**asdict(hit), "snippet": "".join(text for text, _ in hit.snippet)} for hit in hits
        )
        return frame(rows, HIT)

    def text(self, article: ArticleId, revision: int | None = None) -> str:
        """Return lead and body as text, with an empty line between blocks. Raise KeyError.

        The newest revision by default.
        """
        stored = get_article(self.db, str(article))
        stored_revisions = revisions(self.db, stored.id)
        for each in stored_revisions:
            if each.number == (revision or stored.revision):
                return text_of(each.record.to_dict())
        raise KeyError(f"no revision {revision}; the article has {len(stored_revisions)}")

    def _articles(
        self, filters: dict[str, Any], columns: Sequence[str] | None, *, all_revisions: bool
    ) -> pd.DataFrame:
        with select_articles(
            self.db, self.path / "captures", revisions=all_revisions, **filters
        ) as found:
            return frame(map(article_row, found.rows()), ARTICLE, columns)

    def _filters(
        self,
        query: str | None,
        site: Names,
        province: Names,
        former_province: Names,
        first: Day,
        last: Day,
    ) -> dict[str, Any]:
        """Return the arguments of `select_articles`."""
        return {
            "query": published_query(query, first, last),
            "sites": self._sites(site),
            "provinces": chosen_provinces(_names(province), _names(former_province)),
        }

    def _query(
        self, query: str, site: Names, province: Names, former_province: Names, first: Day,
        last: Day,
    ) -> Query:  # fmt: skip
        return narrowed(
            parse_article_query(query),
            sites=self._sites(site),
            province=_names(province),
            former_province=_names(former_province),
            first=first,
            last=last,
            stored_sites=site_names(self.db),
        )

    def _sites(self, site: Names) -> tuple[str, ...]:
        """Return the names. Raise KeyError for one that this home does not have."""
        names, stored = _several(site), site_names(self.db)
        for name in names:
            if name not in stored:
                raise KeyError(f"no site {name!r} in this home; there are: {', '.join(stored)}")
        return names

    def _story(self, row: dict[str, Any]) -> dict[str, Any]:
        first = ordered_members(self.db, row["story"])[0]
        first_publisher = {"first_article": first.member.article, "first_site": first.member.site}
        return {**row, **first_publisher, "title": first.record.title}


def _several(names: Names) -> tuple[str, ...]:
    """Return the names; a list may be a Series or an array, which have no truth value."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)


def _names(names: Names) -> tuple[str, ...] | None:
    return _several(names) or None
