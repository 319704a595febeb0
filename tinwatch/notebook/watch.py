"""A home as Python sees it: questions answered with pandas data frames, and nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from crawlers.province_filter import chosen_provinces
from pipelines.changes.diff import diff as compare
from pipelines.stories.clusterer import ordered_members
from pipelines.stories.comparison import view
from storage.articles.repository import get_article, revision_pair, revisions
from storage.db.connection import open_read_only
from storage.events.ledger import events
from storage.exports.selection import chosen
from storage.home import HomeError, home_path
from storage.runs.sites import site_names
from storage.search.parser import parse_query
from storage.search.rank import Order, find
from storage.stories.repository import story_rows
from tinwatch.notebook.frames import (
    ARTICLE,
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

Names = str | int  # of an article: its id, or any URL it was found under


class OpenHome:
    """An open home. Every method reads what the database holds at that moment.

    Columns and their types are in docs/python.md. An article is named by its id or any URL it was
    found under; one that is not there raises KeyError, a query that cannot be read ValueError with
    a hint. Data frames need pandas: without it their methods raise MissingExtra, an ImportError.
    """

    def __init__(self, home: str | PathLike[str] | None = None) -> None:
        self.path = home_path(Path(home) if home is not None else None)
        file = self.path / "tinwatch.db"
        if not file.exists():
            raise HomeError(
                f"there is no database in {self.path}: name the folder of a home, such as the one "
                "that tinwatch demo makes"
            )
        self.db = open_read_only(file)

    def __enter__(self) -> OpenHome:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<tinwatch home {self.path}>"

    def close(self) -> None:
        self.db.close()

    def articles(
        self,
        query: str | None = None,
        *,
        site: str | None = None,
        province: str | None = None,
        former_province: str | None = None,
        since_event: int = 0,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """A row an article, with its newest text: those that a query finds in any revision, and
        that the other filters let through. Naming few `columns` spares memory."""
        asked = _asked(query, site, province, former_province) | {"since_event": since_event}
        return self._articles(asked, columns, every=False)

    def revisions(
        self,
        article: Names | None = None,
        *,
        query: str | None = None,
        site: str | None = None,
        province: str | None = None,
        former_province: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """A row a revision, oldest first: of one article, or of all that the filters choose."""
        asked = _asked(query, site, province, former_province)
        if article is not None:
            if any(value is not None for value in asked.values()):
                raise ValueError("an article and filters exclude each other: name one of them")
            asked["article"] = get_article(self.db, str(article)).id
        return self._articles(asked, columns, every=True)

    def events(
        self, since: int = 0, *, kind: str | None = None, site: str | None = None
    ) -> pd.DataFrame:
        """The ledger above the event id `since`, in order. `detail` has what the kind adds."""
        self._known(site)
        found = events(self.db, since=since, kind=kind, site=site)
        return frame(
            ({**asdict(event), "class": event.detail.get("class")} for event in found), EVENT
        )

    def diff(self, article: Names, a: int | None = None, b: int | None = None) -> pd.DataFrame:
        """What differs between two revisions, by default the newest two: a row a run of words,
        `op` being same, added or removed. Empty where the article has one revision."""
        kept = revisions(self.db, get_article(self.db, str(article)).id)
        if len(kept) == 1 and a is None and b is None:
            return frame([], DIFF)
        old, new = revision_pair(kept, a, b)
        return frame(
            (
                {"field": each.field, "part": number, "op": span.op, "text": span.text}
                for each in compare(old.record, new.record)
                for number, part in enumerate(each.parts)
                for span in part
            ),
            DIFF,
        )

    def stories(self, *, min_sites: int = 2, since: str = "") -> pd.DataFrame:
        """Texts that stand on several sites, the newest first. `since`: only those that grew at or
        after this moment, as UTC text (2025-03-10 or 2025-03-10T18:30:00Z)."""
        rows = story_rows(self.db, since=since, min_sites=min_sites)
        return frame((self._story(asdict(row)) for row in rows), STORY)

    def story(self, story: int) -> pd.DataFrame:
        """The articles of one story, the first publisher in front; `attrs["why"]` says why it is
        the first. Raises KeyError."""
        found = view(self.db, int(story)).as_json()
        first = found["first"]
        others = ({**other, "first": False} for other in found["others"])
        made = frame([{**first, "first": True}, *others], MEMBER)
        made.attrs["why"] = first["why"]
        return made

    def search(self, query: str, *, most: int = 20, order: Order = "rank") -> pd.DataFrame:
        """A row an article, the best first, or the newest with order "newest"."""
        hits = find(self.db, parse_query(query), most=most, order=order)
        rows = (
            {**asdict(hit), "snippet": "".join(text for text, _ in hit.snippet)} for hit in hits
        )
        return frame(rows, HIT)

    def text(self, article: Names, revision: int | None = None) -> str:
        """Lead and body of an article as one text, an empty line between two blocks; the newest
        revision's by default. Raises KeyError."""
        known = get_article(self.db, str(article))
        for kept in revisions(self.db, known.id):
            if kept.number == (revision or known.revision):
                return text_of(kept.record.as_json())
        raise KeyError(f"no revision {revision}; the article has {known.revision}, from 1 on")

    def _articles(
        self, asked: dict[str, Any], columns: Sequence[str] | None, *, every: bool
    ) -> pd.DataFrame:
        self._known(asked["site"])
        query = asked.pop("query")
        if query is not None:
            asked["query"] = parse_query(query)
        with chosen(self.db, self.path / "captures", revisions=every, **asked) as found:
            return frame(map(article_row, found.rows()), ARTICLE, columns)

    def _known(self, site: str | None) -> None:
        names = site_names(self.db)
        if site is not None and site not in names:
            raise KeyError(f"no site {site!r} in this home; there are: {', '.join(names)}")

    def _story(self, row: dict[str, Any]) -> dict[str, Any]:
        first = ordered_members(self.db, row["story"])[0]
        said = {"first_article": first.member.article, "first_site": first.member.site}
        return {**row, **said, "title": first.record.title}


def _asked(
    query: str | None, site: str | None, province: str | None, former: str | None
) -> dict[str, Any]:
    return {"query": query, "site": site, "provinces": chosen_provinces(province, former)}
