"""Assign articles to stories: clusters of articles that print one text.

The shingle index proposes candidates, the comparison of the texts decides (text_reuse.py). Each new
and each edited article is assigned. An article made of two other texts joins the story it shares
more with, and does not merge the two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from pipelines.stories.first_publisher import MemberRecord, order_by_publication
from pipelines.stories.sentences import SHINGLE_RULES_VERSION, ShingledText, Sketch, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from pipelines.stories.text_reuse import TextReuse, measure_reuse
from storage.articles.revisions import last_revision
from storage.db.connection import Database
from storage.models import EventKind
from storage.stories import repository as stories
from storage.stories.pending_shingles import delete_pending_positions, pending_positions
from storage.stories.shingle_index import (
    ShingleIndexReader,
    add_postings,
    add_stock_shingles,
    stock_shingles,
)

MAX_CANDIDATES = 40  # articles that one article is compared with
MIN_STOCK_TEXTS = 5  # partial matches that share a sentence make it a stock phrase
MAX_HOLDERS = 400  # a sentence that more articles contain proposes no candidates
MIN_MUTUAL_SHARE = 0.6  # of both texts, for merging two stories
MAX_CACHED_TEXTS = 4096  # texts in memory per clusterer; beyond it the cache is cleared


@dataclass(frozen=True, slots=True)
class Match:
    """Another article with the same text.

    Attributes:
        kept_syllables: syllables in common
        share: the smaller of the two shares of common text
    """

    article: int
    kept_syllables: int
    share: float

    @property
    def mutual(self) -> bool:
        return self.share >= MIN_MUTUAL_SHARE


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A story that was merged into another one, or that an article left.

    Attributes:
        kind: the event kind, story_merged or story_split
        other: the merged story
    """

    kind: str
    article: int
    story: int
    other: int | None = None


class StoryClusterer:
    """Assigns the articles of a batch, one at a time. `close` writes the shingle index."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.changes: list[StoryChange] = []
        self._index = ShingleIndexReader(db)  # caches; valid because only write_index writes
        self._unwritten: dict[int, set[int]] = defaultdict(set)  # min_shingle -> articles
        self._stock = stock_shingles(db)
        self._new_stock: set[int] = set()
        self._texts: dict[int, ShingledText] = {}
        self._doubtful: set[int] = set()  # articles that matched by stock phrases only
        self._consumed: list[int] = []  # articles whose precomputed positions were read

    def assign(self, article: int) -> list[Match]:
        """Assign an article by its newest revision; return its matches, the best first."""
        self._texts.pop(article, None)
        matches = self._matches(article)
        self._join(article, matches)
        return matches

    def add_to_index(self, article: int) -> None:
        """Add the article to the shingle index without assigning it."""
        self._matches(article)

    def replace(self, old: int, new: int) -> None:
        """Replace a moved article's old row by its new one in its story."""
        story = stories.story_of(self.db, old)
        stories.remove_member(self.db, old)
        if story is not None:
            stories.assign_member(self.db, new, story)
            self._remove_last_member(story)
        self.add_to_index(new)

    def close(self) -> None:
        """Assign articles that matched by stock phrases only again, then write the index."""
        reassigned: set[int] = set()
        while doubtful := self._doubtful - reassigned:
            reassigned |= doubtful
            for article in sorted(doubtful):
                if stories.story_of(self.db, article) is not None:
                    self.assign(article)
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
            record = last_revision(self.db, article).record
            self._texts[article] = shingle_text(record, stock_phrase_shingles())
        return self._texts[article]

    def _sketch(self, article: int) -> Sketch:
        """Return the sketch that the crawl precomputed, or compute it from the text."""
        self._consumed.append(article)
        positions = pending_positions(self.db, article, SHINGLE_RULES_VERSION)
        return self._text(article).sketch if positions is None else Sketch(positions)

    def _matches(self, article: int) -> list[Match]:
        """Return the articles that share its text, the best first, and index the article."""
        sketch = self._sketch(article)
        min_shingles = [n for n in sketch.min_shingles if n not in self._stock]
        stored = self._index.find(min_shingles)
        holders = {
            n: self._unwritten.get(n, set()).union(stored.get(n, ()))
            for n in min_shingles
            if n in self._unwritten or n in stored
        }
        candidates = self._candidates(article, holders)
        sites = stories.sites_of(self.db, [article, *candidates])
        if article not in sites:
            return []  # moved in the same batch; its new row is assigned instead
        compared = self._compared(article, [other for other in candidates if other in sites])
        self._stock |= (new_stock := _stock_shingles(compared) - self._stock)
        self._new_stock |= new_stock
        for min_shingle in sketch.index_shingles(self._stock):
            if article not in holders.get(min_shingle, ()):
                self._unwritten[min_shingle].add(article)
        return self._confirmed(article, compared, new_stock, sites)

    def _candidates(self, article: int, holders: dict[int, set[int]]) -> list[int]:
        """Return the articles that share most of its min_shingles."""
        shared: Counter[int] = Counter()
        for articles in holders.values():
            if len(articles) <= MAX_HOLDERS:
                shared.update(articles)
        del shared[article]
        ranked = sorted(shared.items(), key=lambda count: (-count[1], count[0]))
        return [candidate for candidate, _ in ranked[:MAX_CANDIDATES]]

    def _compared(self, article: int, candidates: list[int]) -> dict[int, TextReuse]:
        if not candidates:
            return {}
        text = self._text(article)
        return {other: measure_reuse(text, self._text(other), self._stock) for other in candidates}

    def _confirmed(
        self,
        article: int,
        compared: dict[int, TextReuse],
        new_stock: set[int],
        sites: dict[int, str],
    ) -> list[Match]:
        matches = []
        for other, shared in compared.items():
            one_site = sites[other] == sites[article]
            same = shared.same_text(one_site=one_site)
            if same and new_stock:
                shared = measure_reuse(self._text(article), self._text(other), self._stock)
                if not shared.same_text(one_site=one_site):
                    self._doubtful.add(other)
                    same = False
            if same:
                share = min(shared.share_of_first, shared.share_of_second)
                matches.append(Match(other, shared.kept_syllables, share))
        return sorted(matches, key=lambda m: (-m.kept_syllables, m.article))

    def _join(self, article: int, matches: list[Match]) -> None:
        """Put the article and its matches into one story."""
        current = stories.story_of(self.db, article)
        if current is None and not matches:
            return
        theirs = stories.stories_of(self.db, [m.article for m in matches])
        if current is not None and current not in theirs.values():
            self._leave(article, current)
            current = None
        if not matches:
            return
        best = matches[0]
        story = current or theirs.get(best.article)
        if story is None:
            story = stories.new_story(self.db)
            stories.assign_member(self.db, best.article, story)
        stories.assign_member(self.db, article, story)
        for match in matches:
            self._join_match(article, match, story, may_merge=best.mutual)
            story = stories.story_of(self.db, article) or story

    def _join_match(self, article: int, match: Match, story: int, *, may_merge: bool) -> None:
        """Add a match without a story to `story`, or merge its story into it."""
        other = stories.story_of(self.db, match.article)
        if other == story:
            return
        if other is None:
            if match.mutual or self._is_first(article, match.article):
                stories.assign_member(self.db, match.article, story)
        elif may_merge and match.mutual:
            into, merged = min(story, other), max(story, other)
            stories.merge_stories(self.db, merged, into)
            self.changes.append(StoryChange(EventKind.STORY_MERGED, article, into, merged))

    def _is_first(self, article: int, other: int) -> bool:
        """Return True if `article` was published before `other`.

        A late original joins its reprints to one story; a digest of two texts does not.
        """
        both = [self._record_of(article), self._record_of(other)]
        return order_by_publication(both)[0].member.article == article

    def _record_of(self, article: int) -> MemberRecord:
        return member_record(self.db, stories.as_member(self.db, article))

    def _leave(self, article: int, story: int) -> None:
        stories.remove_member(self.db, article)
        self._remove_last_member(story)
        self.changes.append(StoryChange(EventKind.STORY_SPLIT, article, story))

    def _remove_last_member(self, story: int) -> None:
        """Remove the only member of a story: it has no other article with its text."""
        remaining = stories.members(self.db, story)
        if len(remaining) == 1:
            stories.remove_member(self.db, remaining[0].article)


def _stock_shingles(compared: dict[int, TextReuse]) -> set[int]:
    """Return the sentences that many partial matches share: they are stock phrases."""
    texts = Counter(n for reuse in compared.values() if reuse.partial for n in reuse.min_shingles)
    return {n for n, count in texts.items() if count >= MIN_STOCK_TEXTS}


def member_record(db: Database, member: stories.Member) -> MemberRecord:
    """Return a member with its newest record."""
    return MemberRecord(member, last_revision(db, member.article).record)


def ordered_members(db: Database, story: int) -> list[MemberRecord]:
    """Return a story's members, the first publisher first. Raise KeyError for an unknown id."""
    current = stories.current_story(db, story)
    members = [member_record(db, member) for member in stories.members(db, current)]
    return order_by_publication(members) if members else []
