"""Which story an article joins, wherever articles and stories are kept.

A home keeps them in its database (clusterer.py), a bulk dataset in Parquet files (bulk.py). The
rules are here: the comparison of texts decides (text_reuse.py), an article made of two other texts
joins the story it shares more with, and does not merge the two, and sentences that many otherwise
different texts share are stock phrases.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from pipelines.stories.first_publisher import MemberRecord, order_by_publication
from pipelines.stories.sentences import ShingledText
from pipelines.stories.text_reuse import TextReuse, measure_reuse
from storage.models import EventKind

MAX_CANDIDATES = 40  # articles that one article is compared with
MIN_STOCK_TEXTS = 5  # partial matches that share a sentence make it a stock phrase
MAX_HOLDERS = 400  # a sentence that more articles contain proposes no candidates
MIN_MUTUAL_SHARE = 0.6  # of both texts, for merging two stories


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


class StoryStore(Protocol):
    """Where stories are kept."""

    def story_of(self, article: int) -> int | None: ...

    def stories_of(self, articles: Collection[int]) -> dict[int, int]:
        """Return article -> story, for articles that belong to one."""

    def members(self, story: int) -> list[int]:
        """Return the articles of a story."""

    def new_story(self) -> int: ...

    def assign_member(self, article: int, story: int) -> None: ...

    def remove_member(self, article: int) -> None: ...

    def merge_stories(self, gone: int, into: int) -> None:
        """Move all members of `gone` to `into`."""


class StoryAssigner(ABC):
    """Assigns articles to stories, one at a time, in the order in which they were first seen."""

    def __init__(self, stories: StoryStore, stock: set[int]) -> None:
        self.stories = stories
        self.changes: list[StoryChange] = []
        self._stock = stock
        self._new_stock: set[int] = set()
        self._doubtful: set[int] = set()  # articles that matched by stock phrases only

    @abstractmethod
    def _candidates(self, article: int) -> list[int]:
        """Return the articles that share most of its sentences, at most MAX_CANDIDATES."""

    @abstractmethod
    def _text(self, article: int) -> ShingledText: ...

    @abstractmethod
    def _sites(self, articles: list[int]) -> dict[int, str]:
        """Return article -> site, for articles that exist."""

    @abstractmethod
    def _record_of(self, article: int) -> MemberRecord: ...

    @abstractmethod
    def _index(self, article: int) -> None:
        """Make the article a candidate of later ones, now that its stock phrases are known."""

    def assign(self, article: int) -> list[Match]:
        """Assign an article by its newest revision; return its matches, the best first."""
        matches = self._matches(article)
        self._join(article, matches)
        return matches

    def assign_doubtful(self) -> None:
        """Assign articles again that matched by stock phrases only."""
        reassigned: set[int] = set()
        while doubtful := self._doubtful - reassigned:
            reassigned |= doubtful
            for article in sorted(doubtful):
                if self.stories.story_of(article) is not None:
                    self.assign(article)

    def _matches(self, article: int) -> list[Match]:
        """Return the articles that share its text, the best first, and index the article."""
        candidates = self._candidates(article)
        sites = self._sites([article, *candidates])
        if article not in sites:
            return []  # moved in the same batch; its new row is assigned instead
        compared = self._compared(article, [other for other in candidates if other in sites])
        self._stock |= (new_stock := _stock_shingles(compared) - self._stock)
        self._new_stock |= new_stock
        self._index(article)
        return self._confirmed(article, compared, new_stock, sites)

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
        current = self.stories.story_of(article)
        if current is None and not matches:
            return
        theirs = self.stories.stories_of([m.article for m in matches])
        if current is not None and current not in theirs.values():
            self._leave(article, current)
            current = None
        if not matches:
            return
        best = matches[0]
        story = current or theirs.get(best.article)
        if story is None:
            story = self.stories.new_story()
            self.stories.assign_member(best.article, story)
        self.stories.assign_member(article, story)
        for match in matches:
            self._join_match(article, match, story, may_merge=best.mutual)
            story = self.stories.story_of(article) or story

    def _join_match(self, article: int, match: Match, story: int, *, may_merge: bool) -> None:
        """Add a match without a story to `story`, or merge its story into it."""
        other = self.stories.story_of(match.article)
        if other == story:
            return
        if other is None:
            if match.mutual or self._is_first(article, match.article):
                self.stories.assign_member(match.article, story)
        elif may_merge and match.mutual:
            into, merged = min(story, other), max(story, other)
            self.stories.merge_stories(merged, into)
            self.changes.append(StoryChange(EventKind.STORY_MERGED, article, into, merged))

    def _is_first(self, article: int, other: int) -> bool:
        """Return True if `article` was published before `other`.

        A late original joins its reprints to one story; a digest of two texts does not.
        """
        both = [self._record_of(article), self._record_of(other)]
        return order_by_publication(both)[0].member.article == article

    def _leave(self, article: int, story: int) -> None:
        self.stories.remove_member(article)
        self._remove_last_member(story)
        self.changes.append(StoryChange(EventKind.STORY_SPLIT, article, story))

    def _remove_last_member(self, story: int) -> None:
        """Remove the only member of a story: it has no other article with its text."""
        remaining = self.stories.members(story)
        if len(remaining) == 1:
            self.stories.remove_member(remaining[0])


def _stock_shingles(compared: dict[int, TextReuse]) -> set[int]:
    """Return the sentences that many partial matches share: they are stock phrases."""
    texts = Counter(n for reuse in compared.values() if reuse.partial for n in reuse.min_shingles)
    return {n for n, count in texts.items() if count >= MIN_STOCK_TEXTS}
