"""Which story an article joins, wherever articles and stories are kept.

A home keeps them in its database (clusterer.py), a bulk dataset in Parquet files (bulk.py). The
rules are here: the comparison of texts decides (text_reuse.py), an article made of two other texts
joins the story it shares more with, and does not merge the two, and sentences that many otherwise
different texts share are stock phrases. The order in which articles arrive makes no difference.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Protocol

from pipelines.stories.first_publisher import MemberRecord, order_by_publication
from pipelines.stories.sentences import ShingledText
from pipelines.stories.text_reuse import TextReuse, measure_reuse
from storage.models import EventKind

MAX_CANDIDATES = 40  # articles that one article is compared with
MIN_STOCK_TEXTS = 5  # partial matches that share a sentence make it a stock phrase
MAX_HOLDERS = 400  # a sentence that more articles contain proposes no candidates
MIN_MUTUAL_SHARE = 0.6  # of both texts; from there on they are always in one story


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
    """Groups articles into stories. The result depends on their texts, not on their order.

    Two articles with the same text are in one story if the text is the main part of both
    (Match.mutual). Another article joins the story of the earlier one that it shares most with. So
    a late original joins its reprints to one story, and a digest of two texts joins one of them.
    """

    def __init__(self, stories: StoryStore, stock: set[int]) -> None:
        self.stories = stories
        self.changes: list[StoryChange] = []
        self.reclustered: set[int] = set()  # articles whose stories were stored again
        self._stock = stock
        self._new_stock: set[int] = set()
        self._doubtful: set[int] = set()  # articles that matched by stock phrases only
        self._pairs: dict[int, dict[int, Match]] = {}  # article -> other -> match, both ways
        self._compared_all: set[int] = set()  # articles whose matches are all in _pairs

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
        self.compare(article)
        self._settle(article)
        matches = self._pairs[article].values()
        return sorted(matches, key=lambda m: (-m.kept_syllables, m.article))

    def assign_doubtful(self) -> None:
        """Compare articles again that matched by stock phrases only."""
        done: set[int] = set()
        while doubtful := self._doubtful - done:
            done |= doubtful
            for article in sorted(doubtful):
                self._assign_again(article)

    def _assign_again(self, article: int) -> None:
        """Compare an article once more, and store the stories that this changes."""
        self.compare(article)
        if self.stories.story_of(article) is not None:
            self._settle(article)

    def compare(self, article: int) -> None:
        """Find the articles with the same text, and index the article."""
        known = self._partners(article)
        for other in known:
            del self._pairs[other][article], self._pairs[article][other]
        self._pairs.setdefault(article, {})
        self._compared_all.add(article)
        for match in self._matches(article, known):
            self._pairs[article][match.article] = match
            self._pairs.setdefault(match.article, {})[article] = replace(match, article=article)

    def _partners(self, article: int) -> list[int]:
        """Return the known matches of an article that are compared with it again."""
        return list(self._pairs.get(article, {}))

    def _matches(self, article: int, known: list[int]) -> list[Match]:
        """Return the articles that share its text, and index the article.

        `known`: those that had its text before.
        """
        candidates = list(dict.fromkeys([*self._candidates(article), *known]))
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
        return matches

    def _known(self, article: int) -> dict[int, Match]:
        """Return the matches of an article by their articles."""
        if article not in self._compared_all:
            self.compare(article)
        return self._pairs[article]

    def _joined(self, article: int) -> set[int]:
        """Return the articles that are in its story because they share its text."""
        matches = self._known(article)
        joined = {other for other, match in matches.items() if match.mutual}
        if len(joined) == len(matches) or any(self._is_first(o, article) for o in joined):
            return joined
        earlier = [m for o, m in matches.items() if o not in joined and self._is_first(o, article)]
        if earlier:
            best = min(earlier, key=lambda m: (-m.kept_syllables, self._order(m.article)))
            joined.add(best.article)
        return joined

    def _is_first(self, article: int, other: int) -> bool:
        """Return True if `article` was published before `other`."""
        both = [self._record_of(article), self._record_of(other)]
        return order_by_publication(both)[0].member.article == article

    def _order(self, article: int) -> tuple[str, str, str]:
        one = self._record_of(article)
        return one.member.first_seen, one.member.site, one.record.key

    def _settle(self, article: int) -> None:
        """Store the stories that an article whose matches are new changes."""
        matches = self._pairs[article]
        old = self._companions(article)
        if not matches and not old:
            return
        if not old and not any(self._is_first(article, other) for other in matches):
            joined = self._joined(article)  # an article that comes last changes no other's story
            self._store([{article}.union(joined, *map(self._companions, joined))], article)
            return
        mutual = {other for other, match in matches.items() if match.mutual}
        if mutual and old == {article, *mutual} and len(mutual) == len(matches):
            return  # an edit that changes no story
        self._store(self._groups({article, *old, *matches}), article)

    def _companions(self, article: int) -> set[int]:
        """Return the members of an article's story; none if it has no story."""
        story = self.stories.story_of(article)
        return set() if story is None else set(self.stories.members(story))

    def _groups(self, articles: set[int]) -> list[set[int]]:
        """Return the stories that these articles, and those in a story with them, make now."""
        found: set[int] = set()
        while waiting := articles - found:
            for article in sorted(waiting):
                found.add(article)
                articles |= self._companions(article)
                self._known(article)
            for article in sorted(found):  # a comparison finds matches of others, too
                articles |= self._joined(article)
        return connected({article: self._joined(article) for article in sorted(found)})

    def _store(self, groups: list[set[int]], article: int) -> None:
        """Store groups of articles as stories, each with the number that most of it had.

        `article`: because of which they are stored. No other article of an old story of a group's
        members is left out.
        """
        before = self.stories.stories_of(set().union(*groups))
        group_of: dict[int, int] = {}  # number -> index of its group
        for story in sorted(set(before.values())):
            index = _index_of_group(groups, self.stories.members(story))
            if index is not None:
                group_of[story] = index
        for index, group in enumerate(groups):
            numbers = sorted(story for story, other in group_of.items() if other == index)
            if len(group) > 1:
                self._store_story(group, numbers, before, article)
            else:
                self._store_single(min(group), before, group_of, article)
        self.reclustered |= set().union(*groups)

    def _store_story(
        self, group: set[int], numbers: list[int], before: dict[int, int], article: int
    ) -> None:
        story = numbers[0] if numbers else self.stories.new_story()
        for other in numbers[1:]:
            self.stories.merge_stories(other, story)
            by = article if article in group else min(group)
            self.changes.append(StoryChange(EventKind.STORY_MERGED, by, story, other))
        for member in sorted(group):
            self.stories.assign_member(member, story)
            if member in before and before[member] not in numbers:
                left = before[member]
                self.changes.append(StoryChange(EventKind.STORY_SPLIT, member, left))

    def _store_single(
        self, member: int, before: dict[int, int], group_of: dict[int, int], article: int
    ) -> None:
        if member in before:
            self.stories.remove_member(member)
            if member == article or before[member] in group_of:
                self.changes.append(StoryChange(EventKind.STORY_SPLIT, member, before[member]))


def connected(edges: dict[int, set[int]]) -> list[set[int]]:
    """Return the connected components of a graph, each with the lowest of its nodes first."""
    both: defaultdict[int, set[int]] = defaultdict(set)
    for node, others in edges.items():
        for other in others:
            both[node].add(other)
            both[other].add(node)
    groups: list[set[int]] = []
    found: set[int] = set()
    for node in sorted(edges):
        if node in found:
            continue
        group, waiting = {node}, [node]
        while waiting:
            added = both[waiting.pop()] - group
            group |= added
            waiting += added
        found |= group
        groups.append(group)
    return groups


def _index_of_group(groups: list[set[int]], members: list[int]) -> int | None:
    """Return the index of the group that keeps the number of a story; None if it has ended.

    It holds two of the members, the first seen first, or the first one.
    """
    counts = [
        (len(group.intersection(members)), members[0] in group) if len(group) > 1 else (0, False)
        for group in groups
    ]
    best = max(counts)
    return counts.index(best) if best[0] > 1 or best[1] else None


def _stock_shingles(compared: dict[int, TextReuse]) -> set[int]:
    """Return the sentences that many partial matches share: they are stock phrases."""
    texts = Counter(n for reuse in compared.values() if reuse.partial for n in reuse.min_shingles)
    return {n for n, count in texts.items() if count >= MIN_STOCK_TEXTS}
