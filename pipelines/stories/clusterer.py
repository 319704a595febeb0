"""Assign the articles of a home to stories: clusters of articles that print one text.

The shingle index proposes candidates; the rules are in joining.py. Each new and each edited article
is assigned.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

from pipelines.stories.first_publisher import MemberRecord, order_by_publication
from pipelines.stories.joining import MAX_CANDIDATES, MAX_HOLDERS, Match, StoryAssigner
from pipelines.stories.sentences import SHINGLE_RULES_VERSION, ShingledText, Sketch, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from storage.articles.revisions import last_revision
from storage.db.connection import Database
from storage.stories import repository as stories
from storage.stories.pending_shingles import delete_pending_positions, pending_positions
from storage.stories.shingle_index import (
    ShingleIndexReader,
    add_postings,
    add_stock_shingles,
    stock_shingles,
)

MAX_CACHED_TEXTS = 4096  # texts in memory per clusterer; beyond it the cache is cleared


class DatabaseStories:
    """The stories of a home: a StoryStore."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def story_of(self, article: int) -> int | None:
        return stories.story_of(self.db, article)

    def stories_of(self, articles: Collection[int]) -> dict[int, int]:
        return stories.stories_of(self.db, articles)

    def members(self, story: int) -> list[int]:
        return [member.article for member in stories.members(self.db, story)]

    def new_story(self) -> int:
        return stories.new_story(self.db)

    def assign_member(self, article: int, story: int) -> None:
        stories.assign_member(self.db, article, story)

    def remove_member(self, article: int) -> None:
        stories.remove_member(self.db, article)

    def merge_stories(self, gone: int, into: int) -> None:
        stories.merge_stories(self.db, gone, into)


class StoryClusterer(StoryAssigner):
    """Assigns the articles of a batch, one at a time. `close` writes the shingle index."""

    def __init__(self, db: Database) -> None:
        super().__init__(DatabaseStories(db), stock_shingles(db))
        self.db = db
        self._postings = ShingleIndexReader(db)  # caches; valid because only write_index writes
        self._unwritten: dict[int, set[int]] = defaultdict(set)  # min_shingle -> articles
        self._looked_up: tuple[Sketch, dict[int, set[int]]] = Sketch(()), {}  # with its holders
        self._texts: dict[int, ShingledText] = {}
        self._records: dict[int, MemberRecord] = {}
        self._consumed: list[int] = []  # articles whose precomputed positions were read

    def assign(self, article: int) -> list[Match]:
        """Assign an article by its newest revision; return its matches, the best first."""
        self._texts.pop(article, None)
        self._records.pop(article, None)
        return super().assign(article)

    def replace(self, old: int, new: int) -> None:
        """Replace a moved article's old row by its new one in its story."""
        story = self.stories.story_of(old)
        self.compare(old)  # an article that has moved matches no other
        self.stories.remove_member(old)
        left = [] if story is None else self.stories.members(story)
        if left == [new]:  # the two were one article: no story has lost a text
            self.stories.remove_member(new)
        elif story is not None and left:
            self.stories.assign_member(new, story)
        self.assign(new)

    def close(self) -> None:
        """Assign articles that matched by stock phrases only again, then write the index."""
        self.assign_doubtful()
        self.write_index()

    def write_index(self) -> None:
        """Write the shingles of all processed articles and the new stock phrases."""
        add_postings(self.db, ((n, a) for n, articles in self._unwritten.items() for a in articles))
        add_stock_shingles(self.db, self._new_stock)
        delete_pending_positions(self.db, self._consumed)
        self._unwritten.clear()

    def _text(self, article: int) -> ShingledText:
        if article not in self._texts:
            if len(self._texts) >= MAX_CACHED_TEXTS:
                self._texts.clear()
            record = self._record_of(article).record
            self._texts[article] = shingle_text(record, stock_phrase_shingles())
        return self._texts[article]

    def _sketch(self, article: int) -> Sketch:
        """Return the sketch that the crawl precomputed, or compute it from the text."""
        self._consumed.append(article)
        positions = pending_positions(self.db, article, SHINGLE_RULES_VERSION)
        return self._text(article).sketch if positions is None else Sketch(positions)

    def _candidates(self, article: int) -> list[int]:
        """Return the articles that share most of its min_shingles."""
        sketch = self._sketch(article)
        min_shingles = [n for n in sketch.min_shingles if n not in self._stock]
        stored = self._postings.find(min_shingles)
        holders = {
            n: self._unwritten.get(n, set()).union(stored.get(n, ()))
            for n in min_shingles
            if n in self._unwritten or n in stored
        }
        self._looked_up = sketch, holders
        shared: Counter[int] = Counter()
        for articles in holders.values():
            if len(articles) <= MAX_HOLDERS:
                shared.update(articles)
        del shared[article]
        ranked = sorted(shared.items(), key=lambda count: (-count[1], count[0]))
        return [candidate for candidate, _ in ranked[:MAX_CANDIDATES]]

    def _index(self, article: int) -> None:
        sketch, holders = self._looked_up
        for min_shingle in sketch.index_shingles(self._stock):
            if article not in holders.get(min_shingle, ()):
                self._unwritten[min_shingle].add(article)

    def _sites(self, articles: list[int]) -> dict[int, str]:
        return stories.sites_of(self.db, articles)

    def _record_of(self, article: int) -> MemberRecord:
        if article not in self._records:
            if len(self._records) >= MAX_CACHED_TEXTS:
                self._records.clear()
            member = stories.as_member(self.db, article)
            self._records[article] = member_record(self.db, member)
        return self._records[article]


def member_record(db: Database, member: stories.Member) -> MemberRecord:
    return MemberRecord(member, last_revision(db, member.article).record)


def ordered_members(db: Database, story: int) -> list[MemberRecord]:
    """Return a story's members, the first publisher first. Raise KeyError for an unknown id."""
    current = stories.current_story(db, story)
    members = [member_record(db, member) for member in stories.members(db, current)]
    return order_by_publication(members) if members else []
