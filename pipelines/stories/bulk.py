"""Stories of a bulk dataset: candidates by a join of shingles, then the rules of joining.py.

FOLDER/stories.parquet        the members of each story, the first publisher first
FOLDER/story_pairs.parquet    pairs of articles with one text
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines.stories.first_publisher import MemberRecord, order_by_publication
from pipelines.stories.joining import MAX_CANDIDATES, MAX_HOLDERS, StoryAssigner
from pipelines.stories.sentences import ShingledText, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from storage.bulk.dataset import DatasetFolder
from storage.bulk.story_join import PAIRS, STORIES, DatasetArticle, StoryJoin

CHUNK_ARTICLES = 2000  # compared with their candidates at once
MAX_CACHED_TEXTS = 20_000
STORIES_FILE, PAIRS_FILE = "stories.parquet", "story_pairs.parquet"


@dataclass(frozen=True, slots=True)
class FoundStories:
    """Totals. `candidates`: pairs that were compared."""

    articles: int
    candidates: int
    pairs: int
    stories: int
    members: int


@dataclass(slots=True)
class MemoryStories:
    """Stories in memory: a StoryStore."""

    _story: dict[int, int] = field(default_factory=dict)
    _members: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _newest: int = 0

    def story_of(self, article: int) -> int | None:
        return self._story.get(article)

    def stories_of(self, articles: Collection[int]) -> dict[int, int]:
        return {a: self._story[a] for a in articles if a in self._story}

    def members(self, story: int) -> list[int]:
        return sorted(self._members[story])

    def new_story(self) -> int:
        self._newest += 1
        return self._newest

    def assign_member(self, article: int, story: int) -> None:
        self.remove_member(article)
        self._story[article] = story
        self._members[story].add(article)

    def remove_member(self, article: int) -> None:
        story = self._story.pop(article, None)
        if story is not None:
            self._members[story].discard(article)

    def merge_stories(self, gone: int, into: int) -> None:
        for article in self.members(gone):
            self.assign_member(article, into)

    def all(self) -> dict[int, list[int]]:
        """Return story -> its members, both in order."""
        return {
            story: self.members(story) for story in sorted(self._members) if self._members[story]
        }


class DatasetClusterer(StoryAssigner):
    """Assigns the articles of a dataset, by their numbers in StoryJoin."""

    def __init__(self, join: StoryJoin) -> None:
        self.kept = MemoryStories()
        super().__init__(self.kept, set())
        self.join = join
        self.pairs: list[dict[str, Any]] = []
        self._candidates_of: dict[int, list[int]] = {}
        self._articles: dict[int, DatasetArticle] = {}
        self._texts: dict[int, ShingledText] = {}

    def assign_all(self, progress: Callable[[int], None] = lambda done: None) -> None:
        done = 0
        for chunk in self.join.chunks(CHUNK_ARTICLES):
            self._candidates_of = chunk
            self._load({*chunk, *(other for others in chunk.values() for other in others)})
            for number in chunk:
                for match in self.assign(number):
                    both = self._article(number).article, self._article(match.article).article
                    self.pairs.append(
                        {"article": both[0], "other": both[1],
                         "kept_syllables": match.kept_syllables, "share": match.share}
                    )  # fmt: skip
            done += len(chunk)
            progress(done)
        self.assign_doubtful()

    def ordered(self, members: list[int]) -> list[DatasetArticle]:
        """Return the members of a story, the first publisher first."""
        self._load({*members})
        records = order_by_publication([self._record_of(number) for number in members])
        return [self._article(one.member.article) for one in records]

    def _load(self, numbers: set[int]) -> None:
        if len(self._articles) > MAX_CACHED_TEXTS:
            self._articles.clear()
            self._texts.clear()
        missing = sorted(numbers - self._articles.keys())
        self._articles |= {one.number: one for one in self.join.articles(missing)}

    def _article(self, number: int) -> DatasetArticle:
        if number not in self._articles:
            self._articles |= {one.number: one for one in self.join.articles([number])}
        return self._articles[number]

    def _candidates(self, article: int) -> list[int]:
        if article not in self._candidates_of:
            self._candidates_of |= {article: [], **self.join.candidates(article, article)}
        return self._candidates_of[article]

    def _text(self, article: int) -> ShingledText:
        if article not in self._texts:
            record = self._article(article).record
            self._texts[article] = shingle_text(record, stock_phrase_shingles())
        return self._texts[article]

    def _sites(self, articles: list[int]) -> dict[int, str]:
        return {number: self._article(number).member.site for number in articles}

    def _record_of(self, article: int) -> MemberRecord:
        one = self._article(article)
        return MemberRecord(one.member, one.record)

    def _index(self, article: int) -> None:
        """All articles are candidates of later ones: the join has found them."""


def cluster_dataset(
    folder: str,
    names: dict[str, str],
    memory_gigabytes: float,
    progress: Callable[[int], None] = lambda done: None,
) -> FoundStories:
    """Write the stories of a dataset into it. Raise InputError if there is none.

    `names`: site -> the publisher's name. `progress` is called with the number of articles done.
    """
    dataset = DatasetFolder(folder)
    dataset.check()
    if not dataset.fs.exists(dataset.full("shingles")):  # no article was read
        return FoundStories(0, 0, 0, 0, 0)
    with TemporaryDirectory(prefix="tinwatch-") as work:
        join = StoryJoin(dataset, Path(work), memory_gigabytes, names)
        try:
            return _cluster(join, progress)
        finally:
            join.close()


def _cluster(join: StoryJoin, progress: Callable[[int], None]) -> FoundStories:
    articles = join.number_articles()
    candidates = join.find_candidates(MAX_CANDIDATES, MAX_HOLDERS)
    join.load_texts()
    clusterer = DatasetClusterer(join)
    clusterer.assign_all(progress)
    rows: list[dict[str, Any]] = []
    stories = clusterer.kept.all()
    for number, members in enumerate(stories.values(), start=1):
        rows += [
            _row(number, rank, one) for rank, one in enumerate(clusterer.ordered(members), start=1)
        ]
    join.write(STORIES_FILE, rows, STORIES)
    join.write(PAIRS_FILE, clusterer.pairs, PAIRS)
    return FoundStories(articles, candidates, len(clusterer.pairs), len(stories), len(rows))


def _row(story: int, rank: int, one: DatasetArticle) -> dict[str, Any]:
    return {
        "story": story, "rank": rank, "article": one.article, "site": one.member.site,
        "key": one.record.key, "url": one.member.url, "title": one.record.title,
        "published": one.record.published, "first_seen": one.member.first_seen,
    }  # fmt: skip
