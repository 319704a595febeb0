"""Stories: an article is put to those whose text it shares, as it comes and as it is edited.

The index proposes, the texts decide (reuse.py). A story is a text, so an article made of two
others' texts joins the one it has more of and does not make them one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from pipelines.stories.first_publisher import MemberRecord, order_by_publication
from pipelines.stories.sentences import SHINGLE_RULES_VERSION, ShingledText, Sketch, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from pipelines.stories.text_reuse import TextReuse, measure_reuse
from storage.articles.repository import last_revision
from storage.db.connection import Database
from storage.stories import repository as stories
from storage.stories.pending_shingles import held_places, let_go
from storage.stories.shingle_index import PassageReader, add_passages, add_stock, stock_passages

MAX_CANDIDATES = 40  # texts that one article is compared with
MIN_STOCK_TEXTS = 5  # other texts in which a passage may stand, by itself, and still tell something
MAX_HOLDERS = 400  # articles that one passage may propose
MIN_MUTUAL_SHARE = 0.6  # share of both texts that makes one story of two
MAX_CACHED_TEXTS = 4096  # texts of a night that are not read twice


@dataclass(frozen=True, slots=True)
class Match:
    """Another article with the same text: syllables in common, and the smaller of both shares."""

    article: int
    kept: int
    share: float

    @property
    def mutual(self) -> bool:
        return self.share >= MIN_MUTUAL_SHARE


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A story that became part of another one, or that an article left. `kind` is the event's."""

    kind: str  # story_merged | story_split
    article: int
    story: int
    other: int | None = None


class StoryClusterer:
    """Places the articles of a night, one after the other; `close` writes the index."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.changes: list[StoryChange] = []
        self._index = PassageReader(db)  # written at the end only
        self._fresh: dict[int, set[int]] = defaultdict(set)  # passage -> articles, unwritten
        self._stock = stock_passages(db)
        self._learned: set[int] = set()
        self._texts: dict[int, ShingledText] = {}
        self._doubted: set[int] = set()  # articles that matched by stock phrases only
        self._used: list[int] = []  # articles whose held passages were looked up

    def place(self, article: int) -> list[Match]:
        """Puts an article where its newest revision belongs; returns whose text it shares."""
        self._texts.pop(article, None)
        found = self._matches(article)
        self._join(article, found)
        return found

    def remember(self, article: int) -> None:
        """Only makes the article findable."""
        self._matches(article)

    def replace(self, old: int, new: int) -> None:
        """The article moved: its new row stands in its story, the old one no longer does."""
        story = stories.story_of(self.db, old)
        stories.drop_member(self.db, old)
        if story is not None:
            stories.put_member(self.db, new, story)
        self.remember(new)

    def close(self) -> None:
        """Looks again at what stood together by stock phrases only, and writes the passages."""
        seen: set[int] = set()
        while again := self._doubted - seen:
            seen |= again
            for article in sorted(again):
                if stories.story_of(self.db, article) is not None:
                    self.place(article)
        self.write()

    def write(self) -> None:
        """Writes the passages of what it has looked at."""
        add_passages(self.db, ((n, a) for n, found in self._fresh.items() for a in found))
        add_stock(self.db, self._learned)
        let_go(self.db, self._used)
        self._fresh.clear()

    def _text(self, article: int) -> ShingledText:
        if article not in self._texts:
            if len(self._texts) >= MAX_CACHED_TEXTS:
                self._texts.clear()
            record = last_revision(self.db, article).record
            self._texts[article] = shingle_text(record, stock_phrase_shingles())
        return self._texts[article]

    def _sketch(self, article: int) -> Sketch:
        """Its crawl has worked it out; only where candidates hold the same is the text needed."""
        self._used.append(article)
        held = held_places(self.db, article, SHINGLE_RULES_VERSION)
        return self._text(article).sketch if held is None else Sketch(held)

    def _matches(self, article: int) -> list[Match]:
        """Whose text it shares, the most first. Its own passages are remembered on the way."""
        sketch = self._sketch(article)
        numbers = [n for n in sketch.numbers if n not in self._stock]
        hits = self._index.find(numbers)
        holders = {
            n: self._fresh.get(n, set()).union(hits.get(n, ()))
            for n in numbers
            if n in self._fresh or n in hits
        }
        candidates = self._candidates(article, holders)
        sites = stories.sites_of(self.db, [article, *candidates])
        if article not in sites:
            return []  # it moved on the same night: its new address stands for it
        compared = self._compared(article, [other for other in candidates if other in sites])
        self._stock |= (learned := _common(compared) - self._stock)
        self._learned |= learned
        for number in sketch.kept(self._stock):
            if article not in holders.get(number, ()):
                self._fresh[number].add(article)
        return self._confirmed(article, compared, learned, sites)

    def _candidates(self, article: int, holders: dict[int, set[int]]) -> list[int]:
        """Who holds the most of its passages. A passage of very many tells nothing."""
        counted: Counter[int] = Counter()
        for found in holders.values():
            if len(found) <= MAX_HOLDERS:
                counted.update(found)
        del counted[article]
        ordered = sorted(counted.items(), key=lambda c: (-c[1], c[0]))
        return [a for a, _ in ordered[:MAX_CANDIDATES]]

    def _compared(self, article: int, chosen: list[int]) -> dict[int, TextReuse]:
        if not chosen:
            return {}
        mine = self._text(article)
        return {other: measure_reuse(mine, self._text(other), self._stock) for other in chosen}

    def _confirmed(
        self,
        article: int,
        compared: dict[int, TextReuse],
        learned: set[int],
        sites: dict[int, str],
    ) -> list[Match]:
        found = []
        for other, shared in compared.items():
            one_site = sites[other] == sites[article]
            same = shared.same_text(one_site=one_site)
            if same and learned:
                shared = measure_reuse(self._text(article), self._text(other), self._stock)
                if not shared.same_text(one_site=one_site):
                    self._doubted.add(other)
                    same = False
            if same:
                share = min(shared.share_of_first, shared.share_of_second)
                found.append(Match(other, shared.kept, share))
        return sorted(found, key=lambda m: (-m.kept, m.article))

    def _join(self, article: int, found: list[Match]) -> None:
        current = stories.story_of(self.db, article)
        if current is None and not found:
            return
        theirs = stories.stories_of(self.db, [m.article for m in found])
        if current is not None and current not in theirs.values():
            self._leave(article, current)
            current = None
        if not found:
            return
        best = found[0]
        story = current or theirs.get(best.article)
        if story is None:
            story = stories.new_story(self.db)
            stories.put_member(self.db, best.article, story)
        stories.put_member(self.db, article, story)
        for match in found:
            self._bring(article, match, story, whole=best.mutual)
            story = stories.story_of(self.db, article) or story

    def _bring(self, article: int, match: Match, story: int, *, whole: bool) -> None:
        """What becomes of another match: alone it joins, as a story's member it may merge them."""
        other = stories.story_of(self.db, match.article)
        if other == story:
            return
        if other is None:
            if match.mutual or self._is_first(article, match.article):
                stories.put_member(self.db, match.article, story)
        elif whole and match.mutual:
            into, gone = min(story, other), max(story, other)
            stories.merge_stories(self.db, gone, into)
            self.changes.append(StoryChange("story_merged", article, into, gone))

    def _is_first(self, article: int, other: int) -> bool:
        """An original that comes late brings its reprints together; a digest of two does not."""
        both = [self._printed(article), self._printed(other)]
        return order_by_publication(both)[0].member.article == article

    def _printed(self, article: int) -> MemberRecord:
        return member_record(self.db, stories.as_member(self.db, article))

    def _leave(self, article: int, story: int) -> None:
        stories.drop_member(self.db, article)
        left = stories.members(self.db, story)
        if len(left) == 1:
            stories.drop_member(self.db, left[0].article)
        self.changes.append(StoryChange("story_split", article, story))


def _common(compared: dict[int, TextReuse]) -> set[int]:
    """Passages that it shares with many a text of which it shares little else: stock phrases."""
    held = Counter(n for shared in compared.values() if shared.partial for n in shared.numbers)
    return {n for n, texts in held.items() if texts >= MIN_STOCK_TEXTS}


def member_record(db: Database, member: stories.Member) -> MemberRecord:
    """A member with its newest record."""
    return MemberRecord(member, last_revision(db, member.article).record)


def ordered_members(db: Database, story: int) -> list[MemberRecord]:
    """A story's members, the first publisher in front, the others by date. Raises KeyError."""
    living = stories.living_story(db, story)
    found = [member_record(db, member) for member in stories.members(db, living)]
    return order_by_publication(found) if found else []
