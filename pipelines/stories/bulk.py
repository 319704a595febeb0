"""Stories of a bulk dataset: candidates by a join of shingles, then the rules of joining.py.

FOLDER/stories.parquet        the members of each story, the first publisher first
FOLDER/story_pairs.parquet    pairs of articles with one text
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines.stories.chunk_comparison import (
    NOT_COMPARED,
    Chunk,
    ChunkComparison,
    Compare,
    compare_here,
    records_of,
    write_chunk,
)
from pipelines.stories.first_publisher import MemberRecord, order_by_publication
from pipelines.stories.joining import MAX_CANDIDATES, MAX_HOLDERS, Match, StoryAssigner, connected
from pipelines.stories.sentences import ShingledText, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from pipelines.stories.text_reuse import TextReuse, measure_reuse
from storage.bulk.dataset import DatasetFolder
from storage.bulk.duckdb_tables import disk_errors
from storage.bulk.story_join import PAIRS, STORIES, DatasetArticle, ResultFile, StoryJoin
from storage.models import Article

CHUNK_PAIRS = 5000  # of articles, compared by one task
CHUNKS_FOLDER = "_stories"  # texts for the tasks, while they run
Progress = Callable[[int, int], None]
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
    """Assigns the articles of a dataset, by their numbers in StoryJoin.

    Texts are compared beforehand, in chunks and in any number of processes (chunk_comparison.py),
    with the stock phrases that are known by then. Where another one has been found since, the
    comparison is repeated here, so that the result is that of one process.
    """

    def __init__(self, join: StoryJoin) -> None:
        self.memory = MemoryStories()
        super().__init__(self.memory, set())
        self.join = join
        self._chunk: int | None = None
        self._candidates_of: dict[int, list[int]] = {}
        self._articles: dict[int, DatasetArticle] = {}
        self._records: dict[int, Article] = {}
        self._texts: dict[int, ShingledText] = {}
        self._comparison = NOT_COMPARED
        self._stock_before: frozenset[int] = frozenset()
        self._grown: set[int] = set()  # stock phrases since then
        self._grown_at = 0
        # Pairs of which the article with the higher number was published first: the dates of both
        # are at hand only while their chunk is loaded.
        self._reversed: set[tuple[int, int]] = set()

    @property
    def stock(self) -> frozenset[int]:
        """The stock phrases that have been found, as their min_shingles."""
        return frozenset(self._stock)

    def assign_chunk(
        self, chunk: int, comparison: ChunkComparison, stock: frozenset[int]
    ) -> Iterator[tuple[DatasetArticle, DatasetArticle, Match]]:
        """Assign the articles of a chunk; yield pairs. `stock`: of the comparison."""
        self._load(chunk)
        self._comparison, self._stock_before, self._grown_at = comparison, stock, -1
        for number in self._candidates_of:
            for match in self.assign(number):
                yield self._articles[number], self._articles[match.article], match
        self._comparison = NOT_COMPARED

    def assign(self, article: int) -> list[Match]:
        """Find the earlier numbered articles with the same text; form_stories() does the rest."""
        if article not in self._candidates_of:
            self._load(self.join.chunk_of(article))
        self.compare(article)
        matches = [self._pairs[article][other] for other in self._partners(article)]
        for match in matches:
            if super()._is_first(article, match.article):
                self._reversed.add((match.article, article))
        return sorted(matches, key=lambda m: (-m.kept_syllables, m.article))

    def _assign_again(self, article: int) -> None:
        """Compare an article and its later matches once more."""
        later = [other for other in self._pairs.get(article, {}) if other > article]
        for number in (article, *later):
            self.assign(number)

    def form_stories(self) -> None:
        for group in connected({number: self._joined(number) for number in sorted(self._pairs)}):
            if len(group) > 1:
                story = self.memory.new_story()
                for number in group:
                    self.memory.assign_member(number, story)

    def _partners(self, article: int) -> list[int]:
        return [other for other in super()._partners(article) if other < article]

    def _known(self, article: int) -> dict[int, Match]:
        return self._pairs.get(article, {})

    def _is_first(self, article: int, other: int) -> bool:
        low, high = sorted((article, other))
        return article == (high if (low, high) in self._reversed else low)

    def _order(self, article: int) -> tuple[str, str, str]:
        return f"{article:012d}", "", ""

    def _load(self, chunk: int | None) -> None:
        if chunk == self._chunk:
            return
        self._chunk = chunk
        self._texts, self._records = {}, {}
        self._candidates_of = {} if chunk is None else self.join.chunk_candidates(chunk)
        self._articles = {} if chunk is None else self.join.chunk_articles(chunk)

    def _compared(self, article: int, candidates: list[int]) -> dict[int, TextReuse]:
        comparison = self._comparison
        if comparison is NOT_COMPARED:
            return super()._compared(article, candidates)
        if self._grown_at != len(self._stock):
            self._grown, self._grown_at = self._stock - self._stock_before, len(self._stock)
        found = {}
        for other in candidates:
            sentences = comparison.min_shingles[article] | comparison.min_shingles[other]
            if sentences.isdisjoint(self._grown):
                found[other] = comparison.reuse[article, other]
            else:
                found[other] = measure_reuse(self._text(article), self._text(other), self._stock)
        return found

    def _candidates(self, article: int) -> list[int]:
        return self._candidates_of.get(article, [])

    def _text(self, article: int) -> ShingledText:
        if not self._records and self._chunk is not None:
            self._records = records_of(self.join.chunk_texts(self._chunk))
        if article not in self._texts:
            self._texts[article] = shingle_text(self._records[article], stock_phrase_shingles())
        return self._texts[article]

    def _sites(self, articles: list[int]) -> dict[int, str]:
        known = self._articles
        return {number: known[number].member.site for number in articles if number in known}

    def _record_of(self, article: int) -> MemberRecord:
        found = self._articles[article]
        return MemberRecord(found.member, found.record)

    def _index(self, article: int) -> None:
        """All articles are candidates of later ones: the join has found them."""


def cluster_dataset(
    folder: str,
    names: dict[str, str],
    memory_gigabytes: float,
    compare: Compare = compare_here,
    progress: Progress = lambda done, total: None,
) -> FoundStories:
    """Write the stories of a dataset into it. Raise InputError if there is none.

    Args:
        names: site -> the publisher's name
        compare: compares the texts of chunks, in other processes or here
        progress: called with the number of chunks done, and of all
    """
    dataset = DatasetFolder(folder)
    dataset.check()
    if not dataset.fs.exists(dataset.full("shingles")):  # no article was read
        return FoundStories(0, 0, 0, 0, 0)
    with TemporaryDirectory(prefix="tinwatch-") as work:
        join = StoryJoin(dataset, Path(work), memory_gigabytes, names)
        try:
            with disk_errors():
                return _cluster(join, Path(work), compare, progress)
        finally:
            join.close()
            dataset.remove(CHUNKS_FOLDER)


def _cluster(join: StoryJoin, work: Path, compare: Compare, progress: Progress) -> FoundStories:
    join.dataset.remove(CHUNKS_FOLDER)
    articles = join.number_articles()
    candidates = join.find_candidates(MAX_CANDIDATES, MAX_HOLDERS)
    chunks = join.split_pairs(CHUNK_PAIRS)
    clusterer = DatasetClusterer(join)
    pairs = ResultFile(join.dataset, PAIRS_FILE, work, PAIRS)
    submitted = (_chunk(join, number, clusterer.stock) for number in join.chunk_numbers())
    for done, (chunk, comparison) in enumerate(compare(submitted), start=1):
        for one, other, match in clusterer.assign_chunk(chunk.number, comparison, chunk.stock):
            pairs.add(
                {"article": one.article, "other": other.article,
                 "kept_syllables": match.kept_syllables, "share": match.share}
            )  # fmt: skip
        join.dataset.remove_file(chunk.name)
        progress(done, chunks)
    clusterer.assign_doubtful()
    clusterer.form_stories()
    pairs.close()
    stories = ResultFile(join.dataset, STORIES_FILE, work, STORIES)
    members = clusterer.memory.all()
    for number, of_story in enumerate(join.stories(members), start=1):
        by_number = {one.number: one for one in of_story}
        ordered = order_by_publication([MemberRecord(one.member, one.record) for one in of_story])
        for rank, member in enumerate(ordered, start=1):
            stories.add(_row(number, rank, by_number[member.member.article]))
    stories.close()
    return FoundStories(articles, candidates, pairs.rows, len(members), stories.rows)


def _chunk(join: StoryJoin, number: int, stock: frozenset[int]) -> Chunk:
    """Write the texts of a chunk where the workers find them."""
    name = f"{CHUNKS_FOLDER}/{number:06d}.parquet"
    candidates = join.chunk_candidates(number)
    write_chunk(join.dataset, name, join.chunk_texts(number), candidates)
    return Chunk(number, join.dataset.url, name, stock)


def _row(story: int, rank: int, one: DatasetArticle) -> dict[str, Any]:
    return {
        "story": story, "rank": rank, "article": one.article, "site": one.member.site,
        "key": one.record.key, "url": one.member.url, "title": one.record.title,
        "published": one.record.published, "first_seen": one.member.first_seen,
    }  # fmt: skip
