"""The articles that a query finds, the best first: one hit an article, its best revision.

What is found as it is written comes before what is found by folding; within each, where the words
stand side by side before where they do not; then by bm25, then the newer day. Of words that are
all over the archive bm25 says little and takes long: where more than WEIGHED revisions match,
those with all words in the title come first, the newer day before.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import product
from typing import Literal

from sqlite_utils import Database

from storage.search.fts_query import (
    Form,
    FtsQuery,
    as_one_phrase,
    fts_query_of,
    restricted_to_title,
)
from storage.search.indexer import COLUMNS
from storage.search.prefixes import expand_prefixes
from storage.search.query_ast import Query
from storage.search.site_filters import resolve_sites
from storage.search.snippets import Snippet, snippet

MAX_SCORED_REVISIONS = 5000  # revisions, at most, that are weighed by bm25 ...
MIN_NEWEST_READ = 1000  # ... and of more than that, those of which the newest are shown
MAX_SORTED_REVISIONS = 50_000  # revisions, at most, that are sorted by their day to find the newest
COLUMN_WEIGHTS = {"title": 8.0, "lead": 4.0, "body": 1.0, "captions": 1.0, "authors": 2.0}

Order = Literal["rank", "newest"]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, by the revision that fits best.

    newest: that revision is what the page says now. published: as in the record. snippet: pieces
    of the revision's text, and whether each is a found word. score: bm25, higher is better, 0 of
    what was not weighed; an exact hit stands before others whatever its score.
    """

    article: int
    revision: int
    newest: bool
    site: str
    title: str
    url: str | None
    published: str | None
    status: str
    snippet: Snippet
    score: float


@dataclass(frozen=True, slots=True)
class _Row:
    form: Form
    revision: int
    article: int
    day: str
    score: float


_Found = tuple[int, int, str, float]  # revision, article, day, score

_WORDS = "search_words CROSS JOIN search_revisions AS s ON s.revision = search_words.rowid "
# The id of a revision is known before its row of search_revisions is looked up.
_ID_OF_WORDS = "+search_words.rowid"
_ARTICLES = "CROSS JOIN articles AS a ON a.id = s.article "
_LAST = "ORDER BY search_words.rowid DESC"
_BEST = "ORDER BY 4 DESC"
_BM25 = f"-bm25(search_words, {', '.join(str(COLUMN_WEIGHTS[c]) for c in COLUMNS)}, 0.0)"


def find(
    db: Database, query: Query, *, most: int = 20, skip: int = 0, order: Order = "rank"
) -> list[Hit]:
    """Up to `most` hits behind the first `skip`. Raises QueryError for an unknown site or kind."""
    query = resolve_sites(db, query)
    rows = _newest(db, query, skip + most) if order == "newest" else _ranked(db, query, skip + most)
    return [_hit(db, query, row) for row in rows[skip : skip + most]]


def count_hits(db: Database, query: Query) -> int:
    """How many articles the query finds. Raises QueryError as `find` does."""
    source, parameters = from_clause(folded_fts_query(db, resolve_sites(db, query)))
    row = db.execute(f"SELECT count(DISTINCT s.article) FROM {source}", parameters).fetchone()
    return int(row[0])


def folded_fts_query(db: Database, query: Query) -> FtsQuery:
    """What to ask for all that a query at home finds, in whatever form it is written."""
    return fts_query_of(expand_prefixes(db, query, "folded"), "folded")


def from_clause(wanted: FtsQuery) -> tuple[str, list[object]]:
    """FROM and WHERE of a query over search_revisions AS s and articles AS a."""
    where, parameters = wanted.where() if wanted.words is None else wanted.where(_ID_OF_WORDS)
    articles = _ARTICLES if "a." in where else ""  # a lookup a row, for what needs it
    if wanted.words is None:
        return f"search_revisions AS s {articles}WHERE {where}", parameters
    return f"{_WORDS}{articles}WHERE search_words MATCH ? AND {where}", [wanted.words, *parameters]


def _ranked(db: Database, query: Query, enough: int) -> list[_Row]:
    if fts_query_of(query, "folded").words is None:
        return _newest(db, query, enough)
    together = as_one_phrase(query)
    found: dict[int, _Row] = {}
    forms: tuple[Form, ...] = ("exact", "folded")
    for form, asked in product(forms, (together, query) if together else (query,)):
        if len(found) < enough:
            for row in _tier(db, asked, form, enough):
                found.setdefault(row.article, row)
    return list(found.values())


def _tier(db: Database, query: Query, form: Form, enough: int) -> list[_Row]:
    """The hits of one form, the best first, at least `enough` where there are so many."""
    query = expand_prefixes(db, query, form)
    wanted = fts_query_of(query, form)
    most = max(MIN_NEWEST_READ, 4 * enough)
    last = _rows(db, wanted, "0.0", _LAST, max(MAX_SCORED_REVISIONS + 1, most))
    if len(last) < 2:
        return _by_day(form, last)
    if len(last) <= MAX_SCORED_REVISIONS:
        return _by_score(form, _rows(db, wanted, _BM25, _BEST, 4 * enough))
    titles = restricted_to_title(query)
    found: list[_Row] = []
    if titles is not None:
        found = _by_day(form, _rows(db, fts_query_of(titles, form), "0.0", _LAST, most))
    if len({row.article for row in found}) < enough:
        found += _by_day(form, last[:most])
    return found


def is_common(db: Database, wanted: FtsQuery) -> bool:
    """Whether more revisions match than are sorted by their day."""
    source, parameters = from_clause(wanted)
    asked = f"SELECT count(*) FROM (SELECT 1 FROM {source} LIMIT ?)"
    return (
        int(db.execute(asked, [*parameters, MAX_SORTED_REVISIONS + 1]).fetchone()[0])
        > MAX_SORTED_REVISIONS
    )


def _rows(db: Database, wanted: FtsQuery, score: str, order: str, most: int) -> list[_Found]:
    source, parameters = from_clause(wanted)
    asked = f"SELECT s.revision, s.article, s.day, {score} FROM {source} {order} LIMIT ?"
    return db.execute(asked, [*parameters, most]).fetchall()


def _by_score(form: Form, rows: list[_Found]) -> list[_Row]:
    """Scores within some percent of each other are decided by the day."""
    rows.sort(key=lambda row: (_grade(row[3]), row[2], row[0]), reverse=True)
    return [_Row(form, *row) for row in rows]


def _by_day(form: Form, rows: list[_Found]) -> list[_Row]:
    rows.sort(key=lambda row: (row[2], row[0]), reverse=True)
    return [_Row(form, *row) for row in rows]


def _grade(score: float) -> float:
    return round(math.log(max(score, 1e-12)), 1)  # a word that most pages hold scores 1e-6


def _newest(db: Database, query: Query, enough: int) -> list[_Row]:
    """By the day of the newest revision that fits.

    Where very many fit, the days are walked down and each page is asked; else all are sorted.
    """
    wanted = folded_fts_query(db, query)
    if is_common(db, wanted) and not any(term.prefix for term in query.terms()):
        words = "" if wanted.words is None else (
            "CROSS JOIN search_words ON search_words.rowid = s.revision "
            "AND search_words MATCH ? "
        )  # fmt: skip
        where, parameters = wanted.where()
        asked = (
            "SELECT s.revision, s.article, s.day, 0.0 FROM search_revisions AS s "
            "INDEXED BY search_revisions_day CROSS JOIN articles AS a ON a.id = s.article "
            f"{words}WHERE {where} ORDER BY s.day DESC, s.revision DESC"
        )
        if wanted.words is not None:
            parameters = [wanted.words, *parameters]
        found: dict[int, _Row] = {}
        for row in db.execute(asked, parameters):
            found.setdefault(row[1], _Row("folded", *row))
            if len(found) == enough:
                break
        return list(found.values())
    source, parameters = from_clause(wanted)
    rows = db.execute(
        f"SELECT max(s.revision), s.article, max(s.day) AS newest, 0.0 FROM {source} "
        "GROUP BY s.article ORDER BY newest DESC, max(s.revision) DESC LIMIT ?",
        [*parameters, enough],
    )
    return [_Row("folded", *row) for row in rows]


def _hit(db: Database, query: Query, row: _Row) -> Hit:
    number, record, newest, site, url, status = db.execute(
        "SELECT number, record, articles.revision, site, url, status FROM revisions "
        "JOIN articles ON articles.id = article WHERE revisions.id = ?",
        [row.revision],
    ).fetchone()
    data = json.loads(record)
    return Hit(
        article=row.article,
        revision=number,
        newest=number == newest,
        site=site,
        title=data["title"],
        url=url,
        published=data["published"],
        status=status,
        snippet=snippet(data, query.terms(), row.form),
        score=row.score,
    )
