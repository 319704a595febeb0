"""The articles that a query finds, the best first: one hit an article, its best revision.

What is found as it is written comes before what is found by folding; within each by bm25, then
the newer day. Of a word that is all over the archive not every page is weighed: CANDIDATES.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from storage.search.matching import Form, Matching, check_names, in_titles, matching
from storage.search.schema import COLUMNS
from storage.search.snippets import Snippet, snippet
from storage.search.tree import Query

CANDIDATES = 2000  # of one form: the revisions read last, and those read last with it in the title
WEIGHTS = {"title": 8.0, "lead": 4.0, "body": 1.0, "captions": 1.0, "authors": 2.0}

Order = Literal["rank", "newest"]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, by the revision that fits best.

    newest: that revision is what the page says now. published: as in the record. snippet: pieces
    of the revision's text, and whether each is a found word. score: bm25, higher is better; an
    exact hit stands before others whatever its score.
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


_SOURCE = (
    "search_words CROSS JOIN search_revisions AS s ON s.revision = search_words.rowid "
    "CROSS JOIN articles AS a ON a.id = s.article WHERE search_words MATCH ? AND "
)
_FACTS = "search_revisions AS s JOIN articles AS a ON a.id = s.article WHERE "
_BM25 = f"-bm25(search_words, {', '.join(str(WEIGHTS[c]) for c in (*COLUMNS, *COLUMNS))})"


def find(
    db: Database, query: Query, *, most: int = 20, skip: int = 0, order: Order = "rank"
) -> list[Hit]:
    """Up to `most` hits behind the first `skip`. Raises QueryError for an unknown site or kind."""
    check_names(db, query)
    rows = _newest(db, query, skip + most) if order == "newest" else _ranked(db, query, skip + most)
    return [_hit(db, query, row) for row in rows[skip : skip + most]]


def count_hits(db: Database, query: Query) -> int:
    """How many articles the query finds. Raises QueryError as `find` does."""
    check_names(db, query)
    wanted = matching(query, "folded")
    source, parameters = source_of(wanted)
    row = db.execute(f"SELECT count(DISTINCT s.article) FROM {source}", parameters).fetchone()
    return int(row[0])


def source_of(wanted: Matching) -> tuple[str, list[object]]:
    """FROM and WHERE of a query over search_revisions AS s and articles AS a."""
    if wanted.words is None:
        return _FACTS + wanted.where, [*wanted.parameters]
    return _SOURCE + wanted.where, [wanted.words, *wanted.parameters]


def _ranked(db: Database, query: Query, enough: int) -> list[_Row]:
    if matching(query, "folded").words is None:
        return _newest(db, query, enough)
    found = _best(_candidates(db, query, "exact", enough))
    if len(found) < enough:
        known = {row.article for row in found}
        folded = _best(_candidates(db, query, "folded", enough))
        found += [row for row in folded if row.article not in known]
    return found


def _candidates(db: Database, query: Query, form: Form, enough: int) -> list[_Row]:
    wanted = matching(query, form)
    source, parameters = source_of(wanted)
    most = max(CANDIDATES, 2 * enough)
    asked = (
        f"SELECT s.revision, s.article, s.day, {_BM25} FROM {source} "
        "ORDER BY search_words.rowid DESC LIMIT ?"
    )
    rows = db.execute(asked, [*parameters, most]).fetchall()
    titles = in_titles(query, form)
    if len(rows) == most and titles is not None:
        narrower = f"{wanted.words} AND {titles}"
        rows += db.execute(asked, [narrower, *parameters[1:], most]).fetchall()
    return [_Row(form, *row) for row in rows]


def _best(rows: Iterable[_Row]) -> list[_Row]:
    """One an article. Scores within some percent of each other are decided by the day."""
    ordered = sorted(rows, key=lambda r: (_grade(r.score), r.day, r.revision), reverse=True)
    best: dict[int, _Row] = {}
    for row in ordered:
        best.setdefault(row.article, row)
    return list(best.values())


def _grade(score: float) -> float:
    return round(math.log(max(score, 1e-12)), 1)  # a word that most pages hold scores 1e-6


def _newest(db: Database, query: Query, enough: int) -> list[_Row]:
    wanted = matching(query, "folded")
    source, parameters = source_of(wanted)
    rows = db.execute(
        f"SELECT max(s.revision), s.article, max(s.day) AS newest, 0.0 FROM {source} "
        "GROUP BY s.article ORDER BY newest DESC, s.article DESC LIMIT ?",
        [*parameters, enough],
    ).fetchall()
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
