"""Candidates for reprints in a bulk dataset, by joining shingles in DuckDB within bounded memory.

Articles are numbered in the order in which they were first captured. An article's candidates are
those before it that share most of its sentences, as a home finds them in its index. Intermediate
tables are in a DuckDB file in a temporary folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from storage.bulk.dataset import DatasetFolder
from storage.bulk.duckdb_tables import connect, parquet_table
from storage.db.connection import utc_text
from storage.extras import optional_extra
from storage.models import Article, Block, Source
from storage.stories.repository import Member

with optional_extra("bulk"):
    import pyarrow as pa
    import pyarrow.parquet as pq

CHUNK_ARTICLES = 500_000  # joined at once
FETCHED_ROWS = 20_000
_text = pa.string()
STORIES = pa.schema([
    ("story", pa.int64()), ("rank", pa.int32()), ("article", pa.int64()), ("site", _text),
    ("key", _text), ("url", _text), ("title", _text), ("published", _text),
    ("first_seen", _text),
])  # fmt: skip
PAIRS = pa.schema([
    ("article", pa.int64()), ("other", pa.int64()), ("kept_syllables", pa.int32()),
    ("share", pa.float32()),
])  # fmt: skip
ARTICLE_COLUMNS = (
    "newest.n, newest.article, newest.site, a.key, a.url, a.title, a.published, a.time_known, "
    "a.source, newest.first_seen"
)
NO_TEXT = Article(
    site="", key="", url=None, title="", title_folded="", lead=None, dateline=None, body=(),
    captions=(), published=None, published_as_printed=None, updated=None, updated_as_printed=None,
    time_known=None, authors=(), byline_as_printed=None, source=None, source_as_printed=None,
    section=None, tags=(), images=(), language="vi",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DatasetArticle:
    """An article with what stories need of its newest capture.

    Attributes:
        number: its place in the order of first captures
        article: its number in the dataset
        record: only title, date and source are set
    """

    number: int
    article: int
    member: Member
    record: Article


class StoryJoin:
    """Candidates and texts of a dataset. `names`: site -> the publisher's name."""

    def __init__(
        self, dataset: DatasetFolder, work: Path, memory_gigabytes: float, names: dict[str, str]
    ) -> None:
        self.dataset = dataset
        self.names = names
        self.db = connect(work, memory_gigabytes, dataset)

    def close(self) -> None:
        self.db.close()

    def _table(self, table: str) -> str:
        return parquet_table(self.dataset, table)

    def number_articles(self) -> int:
        """Number the articles; return how many there are. A newest capture stands for each."""
        self.db.execute(
            "CREATE TABLE newest AS SELECT article, site, first_seen, capture, "
            "row_number() OVER (ORDER BY first_seen, article)::INTEGER AS n FROM ("
            "SELECT article, min(site) AS site, min(captured_at) AS first_seen, "
            "(max(epoch(captured_at)::HUGEINT * 9223372036854775808 + capture) "
            "% 9223372036854775808)::BIGINT AS capture "
            f"FROM {self._table('shingles')} GROUP BY article)"
        )
        return int(self._one("SELECT count(*) FROM newest"))

    def find_candidates(self, most: int, most_holders: int) -> int:
        """Find the candidates of all articles, `most` of each; return the number of pairs.

        A shingle that more than `most_holders` articles have proposes none.
        """
        self._unnest("lookups", "shingles")
        self._unnest("held", "indexed")
        self.db.execute(
            "CREATE TABLE postings AS SELECT n, shingle FROM held WHERE shingle NOT IN "
            f"(SELECT shingle FROM held GROUP BY shingle HAVING count(*) > {most_holders:d})"
        )
        self.db.execute("DROP TABLE held")
        self.db.execute("CREATE TABLE pairs (n INTEGER, other INTEGER, rank INTEGER)")
        last = int(self._one("SELECT coalesce(max(n), 0) FROM newest"))
        for start in range(0, last + 1, CHUNK_ARTICLES):
            self.db.execute(
                "INSERT INTO pairs SELECT n, other, rank FROM (SELECT n, other, "
                "row_number() OVER (PARTITION BY n ORDER BY shared DESC, other) AS rank FROM ("
                "SELECT l.n AS n, p.n AS other, count(*) AS shared "
                "FROM lookups l JOIN postings p ON l.shingle = p.shingle "
                "WHERE p.n < l.n AND l.n >= ? AND l.n < ? GROUP BY l.n, p.n)) WHERE rank <= ?",
                [start, start + CHUNK_ARTICLES, most],
            )
        self.db.execute("DROP TABLE lookups")
        self.db.execute("DROP TABLE postings")
        return int(self._one("SELECT count(*) FROM pairs"))

    def _unnest(self, table: str, column: str) -> None:
        self.db.execute(
            f"CREATE TABLE {table} AS SELECT n, unnest({column}) AS shingle "
            f"FROM {self._table('shingles')} JOIN newest USING (capture)"
        )

    def split_pairs(self, most_pairs: int) -> int:
        """Put the pairs into chunks of about `most_pairs`, in the order of the articles.

        A chunk has the texts of all articles in its pairs. Return the number of chunks.
        """
        self.db.execute(
            "CREATE TABLE chunks AS SELECT n, ((end_pair - 1) // ?)::INTEGER AS chunk FROM ("
            "SELECT n, sum(number) OVER (ORDER BY n) AS end_pair "
            "FROM (SELECT n, count(*) AS number FROM pairs GROUP BY n))",
            [most_pairs],
        )
        self.db.execute(
            f"CREATE TABLE texts AS SELECT chunk, {ARTICLE_COLUMNS}, a.lead, a.body "
            f"FROM {self._table('articles')} a JOIN newest ON a.capture = newest.capture "
            "JOIN (SELECT chunk, n FROM chunks UNION "
            "SELECT chunk, other FROM pairs JOIN chunks USING (n)) needed ON needed.n = newest.n "
            "ORDER BY chunk, newest.n"
        )
        return int(self._one("SELECT count(DISTINCT chunk) FROM chunks"))

    def chunk_numbers(self) -> list[int]:
        rows = self.db.execute("SELECT DISTINCT chunk FROM chunks ORDER BY chunk").fetchall()
        return [chunk for (chunk,) in rows]

    def chunk_of(self, number: int) -> int | None:
        """Return the chunk with the candidates of an article; None if it has none."""
        row = self.db.execute("SELECT chunk FROM chunks WHERE n = ?", [number]).fetchone()
        return None if row is None else int(row[0])

    def chunk_candidates(self, chunk: int) -> dict[int, list[int]]:
        """Return article -> candidates of a chunk, the best first, both in order."""
        first, last = self.db.execute(
            "SELECT min(n), max(n) FROM chunks WHERE chunk = ?", [chunk]
        ).fetchone()
        return self.candidates_of(first, last)

    def candidates_of(self, first: int, last: int) -> dict[int, list[int]]:
        """Return article -> candidates of the articles from `first` to `last`."""
        rows = self.db.execute(
            "SELECT n, list(other ORDER BY rank) FROM pairs WHERE n BETWEEN ? AND ? "
            "GROUP BY n ORDER BY n",
            [first, last],
        )
        return dict(rows.fetchall())

    def chunk_articles(self, chunk: int) -> dict[int, DatasetArticle]:
        """Return the articles of a chunk by their numbers."""
        columns = "n, article, site, key, url, title, published, time_known, source, first_seen"
        rows = self.db.execute(f"SELECT {columns} FROM texts WHERE chunk = ?", [chunk])
        return {row[0]: self._article(*row) for row in rows.fetchall()}

    def chunk_texts(self, chunk: int) -> pa.Table:
        """Return the texts of a chunk in the columns of TEXTS."""
        return self.db.execute(
            "SELECT n, lead, body FROM texts WHERE chunk = ? ORDER BY n", [chunk]
        ).to_arrow_table()

    def stories(self, members: dict[int, list[int]]) -> Iterator[list[DatasetArticle]]:
        """Yield the members of each story (story -> numbers of articles), in the order of both."""
        pairs = [(story, number) for story, numbers in members.items() for number in numbers]
        columns = zip(*pairs, strict=True) if pairs else ([], [])
        listed = pa.table([pa.array(column, pa.int32()) for column in columns], ["story", "n"])
        self.db.register("members", listed)
        rows = self.db.execute(
            f"SELECT story, {ARTICLE_COLUMNS} FROM {self._table('articles')} a "
            "JOIN newest ON a.capture = newest.capture JOIN members ON members.n = newest.n "
            "ORDER BY story, newest.n"
        )
        chunks = iter(lambda: rows.fetchmany(FETCHED_ROWS), [])
        fetched = (row for chunk in chunks for row in chunk)
        for _, of_story in groupby(fetched, itemgetter(0)):
            yield [self._article(*row[1:]) for row in of_story]

    def _article(self, number: int, article: int, site: str, key: str, url: str | None,
                 title: str, published: str | None, time_known: bool | None,
                 source: dict[str, Any] | None, first_seen: Any) -> DatasetArticle:  # fmt: skip
        member = Member(number, site, self.names.get(site, site), url, utc_text(first_seen), "live")
        record = replace(
            NO_TEXT, site=site, key=key, url=url, title=title, published=published,
            time_known=time_known, source=Source(**source) if source else None,
        )  # fmt: skip
        return DatasetArticle(number, article, member, record)

    def _one(self, query: str) -> Any:
        row = self.db.execute(query).fetchone()
        assert row is not None
        return row[0]


def text_of(lead: str | None, body: list[dict[str, Any]] | None) -> Article:
    """Return a row of TEXTS as a record of which only the text is set."""
    blocks = (Block(b["kind"], b["text"], tuple(b["cells"] or ())) for b in body or ())
    return replace(NO_TEXT, lead=lead, body=tuple(blocks))


class ResultFile:
    """A result beside the tables of a dataset, written row by row, there whole or not at all."""

    def __init__(self, dataset: DatasetFolder, name: str, work: Path, schema: pa.Schema) -> None:
        self.dataset, self.name, self.schema = dataset, name, schema
        self.rows = 0
        self._waiting: list[dict[str, Any]] = []
        self._path = work / name
        self._file = pq.ParquetWriter(self._path, schema, compression="zstd")

    def add(self, row: dict[str, Any]) -> None:
        self._waiting.append(row)
        self.rows += 1
        if len(self._waiting) == FETCHED_ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()
        self.dataset.put(self.name, self._path)

    def _flush(self) -> None:
        if self._waiting:
            self._file.write_table(pa.Table.from_pylist(self._waiting, self.schema))
        self._waiting.clear()
