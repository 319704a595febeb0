"""Candidates for reprints in a bulk dataset, by joining shingles in DuckDB within bounded memory.

Articles are numbered in the order in which they were first captured. An article's candidates are
those before it that share most of its sentences, as a home finds them in its index. Intermediate
tables are in a DuckDB file in a temporary folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
TEXT_COLUMNS = (
    "n, article, site, key, url, title, lead, body, published, time_known, source, first_seen"
)


@dataclass(frozen=True, slots=True)
class DatasetArticle:
    """An article with what stories need of its newest capture.

    Attributes:
        number: its place in the order of first captures
        article: its number in the dataset
        record: only text, title, date and source are set
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

    def load_texts(self) -> None:
        """Keep the texts of the articles that are in a pair."""
        self.db.execute(
            f"CREATE TABLE texts AS SELECT {TEXT_COLUMNS} FROM (SELECT newest.n, newest.article, "
            "newest.site, a.key, a.url, a.title, a.lead, a.body, a.published, a.time_known, "
            "a.source, newest.first_seen "
            f"FROM {self._table('articles')} a JOIN newest ON a.capture = newest.capture "
            "WHERE newest.n IN (SELECT n FROM pairs UNION SELECT other FROM pairs)) ORDER BY n"
        )

    def chunks(self, size: int) -> Iterator[dict[int, list[int]]]:
        """Yield article -> candidates, the best first, `size` articles at once, in order."""
        starts = self.db.execute(
            "SELECT min(n), max(n) FROM (SELECT n, (row_number() OVER (ORDER BY n) - 1) // ? AS c "
            "FROM (SELECT DISTINCT n FROM pairs)) GROUP BY c ORDER BY c",
            [size],
        ).fetchall()
        for first, last in starts:
            yield self.candidates(first, last)

    def candidates(self, first: int, last: int) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        rows = self.db.execute(
            "SELECT n, other FROM pairs WHERE n BETWEEN ? AND ? ORDER BY n, rank", [first, last]
        )
        for number, other in rows.fetchall():
            found.setdefault(number, []).append(other)
        return found

    def articles(self, numbers: list[int]) -> Iterator[DatasetArticle]:
        """Yield the articles of pairs with these numbers."""
        rows = self.db.execute(
            f"SELECT {TEXT_COLUMNS} FROM texts WHERE n IN (SELECT unnest(?))", [numbers]
        )
        while row := rows.fetchone():
            yield self._article(*row)

    def _article(self, number: int, article: int, site: str, key: str, url: str | None,
                 title: str, lead: str | None, body: list[dict[str, Any]], published: str | None,
                 time_known: bool | None, source: dict[str, Any] | None, first_seen: Any,
                 ) -> DatasetArticle:  # fmt: skip
        member = Member(number, site, self.names.get(site, site), url, utc_text(first_seen), "live")
        record = Article(
            site=site, key=key, url=url, title=title, title_folded="", lead=lead, dateline=None,
            body=tuple(Block(b["kind"], b["text"], tuple(b["cells"] or ())) for b in body),
            captions=(), published=published, published_as_printed=None, updated=None,
            updated_as_printed=None, time_known=time_known, authors=(), byline_as_printed=None,
            source=Source(**source) if source else None, source_as_printed=None, section=None,
            tags=(), images=(), language="vi",
        )  # fmt: skip
        return DatasetArticle(number, article, member, record)

    def write(self, name: str, rows: list[dict[str, Any]], schema: pa.Schema) -> None:
        """Write a result beside the tables of the dataset, whole or not at all."""
        output = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows, schema), output, compression="zstd")
        self.dataset.write(name, output.getvalue().to_pybytes())

    def _one(self, query: str) -> Any:
        row = self.db.execute(query).fetchone()
        assert row is not None
        return row[0]
