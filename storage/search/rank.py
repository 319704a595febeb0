"""Ranking of search hits: one hit per article, with its best revision.

Exact matches rank before folded matches; within each, phrase matches before others; then by bm25,
then by date, newest first. For words that are common in the archive bm25 is slow and says little:
if more than MAX_SCORED_REVISIONS revisions match, title matches rank first, newest first.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import product
from typing import Literal

from sqlite_utils import Database

from storage.db.revision_order import IN_TIME, NEWEST_FIRST
from storage.search.fts_query import (
    Form,
    FtsQuery,
    as_one_phrase,
    fts_query_of,
    restricted_to_title,
)
from storage.search.indexer import COLUMNS
from storage.search.prefixes import expand_prefixes
from storage.search.query_ast import Query, is_words_only
from storage.search.resolution import resolve
from storage.search.snippets import Snippet, snippet
from storage.timezone import day_of_article

MAX_SCORED_REVISIONS = 5000  # more matches than this are not scored by bm25
SAMPLED_REVISIONS = 4096  # the newest ones, from which the number of matches is estimated
SURELY_COMMON = 4  # an estimate this many times as high as MAX_SCORED_REVISIONS is not verified
MIN_NEWEST_READ = 1000  # revisions that are then read, newest ids first, and sorted by date
TITLES_READ = 10  # title matches that are then read, times the number of hits wanted
MAX_TESTED_REVISIONS = 6_000  # for hits by date; if too few of the newest match, all are sorted
FIRST_TESTED = 4  # times the number of hits wanted
TESTED_GROWTH = 8  # factor of the next attempt
MAX_ID_GAP = 10_000  # revisions that were read together have ids near each other
MAX_RANGES = 20  # of ids; one range with all of them instead of more
COLUMN_WEIGHTS = {"title": 8.0, "lead": 4.0, "body": 1.0, "captions": 1.0, "authors": 2.0}

Order = Literal["rank", "newest"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching article, with its best matching revision.

    Attributes:
        newest: whether that revision is the article's current one
        published: as in the record
        day, day_source: as day_of_article returns them
        snippet: pieces of the revision's text, and whether each is a match
        score: bm25, higher is better; 0 if not scored. Exact hits rank first whatever their score.
    """

    article: int
    revision: int
    newest: bool
    site: str
    title: str
    url: str | None
    published: str | None
    day: str
    day_source: str
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


MatchRow = tuple[int, int, str, float]  # revision, article, day, score

_FTS_JOIN = "search_words CROSS JOIN search_revisions AS s ON s.revision = search_words.rowid "
# FTS5 returns the revision id before the row of search_revisions is looked up; `+` keeps SQLite
# from treating it as an index term.
_FTS_ROWID = "+search_words.rowid"
ARTICLES_JOIN = "CROSS JOIN articles AS a ON a.id = s.article "
_NEWEST_FIRST = "ORDER BY search_words.rowid DESC"
_BEST_FIRST = "ORDER BY 4 DESC"
_BM25 = f"-bm25(search_words, {', '.join(str(COLUMN_WEIGHTS[c]) for c in COLUMNS)}, 0.0)"


def find(
    db: Database, query: Query, *, limit: int = 20, offset: int = 0, order: Order = "rank"
) -> list[Hit]:
    """Return up to `limit` hits after the first `offset`.

    Raise QueryError for an unknown site or kind.
    """
    query = resolve(db, query)
    enough = offset + limit
    rows = _newest(db, query, enough) if order == "newest" else _ranked(db, query, enough)
    return [_hit(db, query, row) for row in rows[offset:enough]]


def count_hits(db: Database, query: Query) -> int:
    """Return the number of matching articles. Raise QueryError as `find` does."""
    source, parameters = from_clause(folded_fts_query(db, resolve(db, query)))
    row = db.execute(f"SELECT count(DISTINCT s.article) FROM {source}", parameters).fetchone()
    return int(row[0])


def probably_matches_more_than(db: Database, query: Query, number: int) -> bool:
    """Guess whether more revisions match, from the newest ones. Raise QueryError as `find` does."""
    return _estimated_matches(db, folded_fts_query(db, resolve(db, query))) > number


def folded_fts_query(db: Database, query: Query) -> FtsQuery:
    """Compile a query with resolved sites so that it matches every spelling."""
    return fts_query_of(expand_prefixes(db, query, "folded"), "folded")


def from_clause(fts: FtsQuery, join: str = "") -> tuple[str, list[object]]:
    """Return FROM and WHERE over search_revisions AS s and articles AS a, with parameters.

    join: a further table, joined last
    """
    where, parameters = fts.where() if fts.match is None else fts.where(_FTS_ROWID)
    articles = ARTICLES_JOIN if "a." in where else ""  # join only if a condition needs it
    if fts.match is None:
        return f"search_revisions AS s {articles}{join}WHERE {where}", parameters
    source = f"{_FTS_JOIN}{articles}{join}WHERE search_words MATCH ? AND {where}"
    return source, [fts.match, *parameters]


def _ranked(db: Database, query: Query, enough: int) -> list[_Row]:
    if fts_query_of(query, "folded").match is None:
        return _newest(db, query, enough)
    phrase = as_one_phrase(query)
    best_rows: dict[int, _Row] = {}
    forms: tuple[Form, ...] = ("exact", "folded")
    for form, variant in product(forms, (phrase, query) if phrase else (query,)):
        if len(best_rows) < enough:
            for row in _tier(db, variant, form, enough):
                best_rows.setdefault(row.article, row)
    return list(best_rows.values())


def _tier(db: Database, query: Query, form: Form, enough: int) -> list[_Row]:
    """Return the hits of one form, best first, at least `enough` if there are as many."""
    query = expand_prefixes(db, query, form)
    fts = fts_query_of(query, form)
    limit = max(MIN_NEWEST_READ, 4 * enough)
    estimate = _estimated_matches(db, fts) if is_words_only(query.root) else None
    if estimate is not None and estimate <= MAX_SCORED_REVISIONS:
        # bm25 reads the postings twice; counting the matches beforehand would read them once more.
        scored = _rows(db, fts, _BM25, "", MAX_SCORED_REVISIONS + 1)
        if len(scored) <= MAX_SCORED_REVISIONS:
            scored.sort(key=lambda row: row[3], reverse=True)
            return _by_score(db, form, scored[: 4 * enough])
    enough_for_common = MAX_SCORED_REVISIONS + 1
    if estimate is not None and estimate > SURELY_COMMON * MAX_SCORED_REVISIONS:
        enough_for_common = min(limit, enough_for_common)
    newest_matches = _rows(db, fts, "0.0", _NEWEST_FIRST, max(enough_for_common, limit))
    if len(newest_matches) < 2:
        return _by_day(db, form, newest_matches)
    if len(newest_matches) < enough_for_common:
        return _by_score(db, form, _rows(db, fts, _BM25, _BEST_FIRST, 4 * enough))
    title_query = restricted_to_title(query)
    rows: list[_Row] = []
    if title_query is not None:
        rows = _by_day(
            db,
            form,
            _rows(db, fts_query_of(title_query, form), "0.0", _NEWEST_FIRST, TITLES_READ * enough),
        )
    if len({row.article for row in rows}) < enough:
        rows += _by_day(db, form, newest_matches[:limit])
    return rows


def _estimated_matches(db: Database, fts: FtsQuery) -> int:
    """Estimate the number of revisions with the words by the newest ones.

    Only a guess: sites are read one after the other, and words have their times.
    """
    (newest,) = db.execute("SELECT coalesce(max(revision), 0) FROM search_revisions").fetchone()
    if fts.match is None or not newest:
        return int(newest)
    (matching,) = db.execute(
        "SELECT count(*) FROM search_words WHERE search_words MATCH ? AND rowid > ?",
        [fts.match, newest - SAMPLED_REVISIONS],
    ).fetchone()
    return int(matching * newest / min(newest, SAMPLED_REVISIONS))


def _rows(db: Database, fts: FtsQuery, score: str, order: str, limit: int) -> list[MatchRow]:
    source, parameters = from_clause(fts)
    sql = f"SELECT s.revision, s.article, s.day, {score} FROM {source} {order} LIMIT ?"
    return db.execute(sql, [*parameters, limit]).fetchall()


def _by_score(db: Database, form: Form, rows: list[MatchRow]) -> list[_Row]:
    """Sort by rounded log score, then by date: scores within some percent count as equal."""
    position = _positions_in_time(db, rows)
    rows.sort(key=lambda row: (_rounded_log(row[3]), row[2], position.get(row[0], row[0])))
    return [_Row(form, *row) for row in reversed(rows)]


def _by_day(db: Database, form: Form, rows: list[MatchRow]) -> list[_Row]:
    position = _positions_in_time(db, rows)
    rows.sort(key=lambda row: (row[2], position.get(row[0], row[0])), reverse=True)
    return [_Row(form, *row) for row in rows]


def _positions_in_time(db: Database, rows: list[MatchRow]) -> dict[int, int]:
    """Return what orders the revisions of each article that has several in `rows`: in time.

    A capture may be taken in late, so the order of their ids is not that of their times. Each gets
    the id that it would have then.
    """
    ids: dict[int, list[int]] = {}
    for row in rows:
        ids.setdefault(row[1], []).append(row[0])
    several = [id_ for same in ids.values() if len(same) > 1 for id_ in same]
    ordered = db.execute(
        "SELECT article, id FROM revisions WHERE id IN (SELECT value FROM json_each(?)) "
        f"ORDER BY article, {IN_TIME}",
        [json.dumps(several)],
    ).fetchall()
    in_id_order = sorted(ordered)
    return {row[1]: position[1] for row, position in zip(ordered, in_id_order, strict=True)}


def _rounded_log(score: float) -> float:
    return round(math.log(max(score, 1e-12)), 1)  # a word on most pages scores 1e-6


def _newest(db: Database, query: Query, enough: int) -> list[_Row]:
    """Return hits by the date of their newest matching revision.

    The newest revisions of all are tested, more and more of them: for a word that one text in a
    hundred has, two thousand. If that finds too few, all matches are sorted.
    """
    fts = folded_fts_query(db, query)
    number = FIRST_TESTED * enough
    while fts.match is not None and number <= MAX_TESTED_REVISIONS:
        candidates = _newest_revisions(db, fts, number)
        rows = _articles_once(matching_of(db, fts.match, candidates))
        if len(rows) >= enough or len(candidates) < number:
            return [_latest(db, fts, row) for row in rows[:enough]]
        number *= TESTED_GROWTH
    source, parameters = from_clause(fts)
    found = db.execute(
        f"SELECT max(s.revision), s.article, max(s.day) AS newest, 0.0 FROM {source} "
        "GROUP BY s.article ORDER BY newest DESC, max(s.revision) DESC LIMIT ?",
        [*parameters, enough],
    )
    return [_latest(db, fts, _Row("folded", *row)) for row in found]


def _latest(db: Database, fts: FtsQuery, row: _Row) -> _Row:
    """Return the hit of the article's newest matching revision in time of the same day."""
    candidates: list[MatchRow] = db.execute(
        "SELECT revisions.id, revisions.article, day, 0.0 FROM revisions "
        "JOIN search_revisions ON revision = revisions.id "
        f"WHERE revisions.article = ? AND day = ? ORDER BY {NEWEST_FIRST}",
        [row.article, row.day],
    ).fetchall()
    if len(candidates) > 1 and fts.match is not None:
        candidates = matching_of(db, fts.match, candidates)
    return _Row(row.form, *candidates[0])


def _newest_revisions(db: Database, fts: FtsQuery, number: int) -> list[MatchRow]:
    """Return the newest revisions that meet the conditions beside the words, newest first."""
    where, parameters = fts.where()
    articles = ARTICLES_JOIN if "a." in where else ""
    return db.execute(
        "SELECT s.revision, s.article, s.day, 0.0 FROM search_revisions AS s "
        f"INDEXED BY search_revisions_day {articles}WHERE {where} "
        "ORDER BY s.day DESC, s.revision DESC LIMIT ?",
        [*parameters, number],
    ).fetchall()


def matching_of(db: Database, match: str, candidates: list[MatchRow]) -> list[MatchRow]:
    """Return the candidates that match. FTS5 reads the range of their ids at once."""
    if not candidates:
        return []
    ids = sorted(row[0] for row in candidates)
    matching = {
        revision
        for first, last in _ranges(ids)
        for (revision,) in db.execute(
            "SELECT rowid FROM search_words WHERE search_words MATCH ? AND rowid BETWEEN ? AND ? "
            "AND +rowid IN (SELECT value FROM json_each(?))",
            [match, first, last, json.dumps(ids)],
        )
    }
    return [row for row in candidates if row[0] in matching]


def _ranges(ids: list[int]) -> list[tuple[int, int]]:
    """Return the first and last id of each group of sorted ids that lie near each other."""
    starts = [0, *(n for n in range(1, len(ids)) if ids[n] - ids[n - 1] > MAX_ID_GAP)]
    if len(starts) > MAX_RANGES:
        return [(ids[0], ids[-1])]
    ends = [*(start - 1 for start in starts[1:]), -1]
    return [(ids[start], ids[end]) for start, end in zip(starts, ends, strict=True)]


def _articles_once(matches: list[MatchRow]) -> list[_Row]:
    newest: dict[int, _Row] = {}
    for match in matches:
        newest.setdefault(match[1], _Row("folded", *match))
    return list(newest.values())


def _hit(db: Database, query: Query, row: _Row) -> Hit:
    number, record, newest, site, url, first_seen, status = db.execute(
        "SELECT number, record, articles.revision, site, url, first_seen, status FROM revisions "
        "JOIN articles ON articles.id = article WHERE revisions.id = ?",
        [row.revision],
    ).fetchone()
    data = json.loads(record)
    day, day_source = day_of_article(data["published"], first_seen)
    return Hit(
        article=row.article,
        revision=number,
        newest=number == newest,
        site=site,
        title=data["title"],
        url=url,
        published=data["published"],
        day=day,
        day_source=day_source,
        status=status,
        snippet=snippet(data, query.terms(), row.form),
        score=row.score,
    )
