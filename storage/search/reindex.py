"""Rebuilding the search index and checking it against the revisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from storage.db.connection import (
    DAMAGED_DATABASE,
    finish_index_rebuild,
    request_index_rebuild,
    snapshot,
    temporary_tables_allowed,
    transaction,
)
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason
from storage.search.indexer import (
    COLUMNS,
    INDEX_NAME,
    day_of,
    empty_index,
    index_missing_revisions,
    record_tokens,
    tokens_checksum,
)


def rebuild_index(db: Database, on_progress: Callable[[], None] = lambda: None) -> int:
    """Rebuild the index in batches, while others may write. Return its number of revisions.

    Until it is done a search finds only what is indexed so far. An interrupted rebuild is finished
    when the home is opened again. `on_progress` is called once per revision.
    """
    with transaction(db):
        empty_index(db)
        request_index_rebuild(db, INDEX_NAME)
    last: int | None = 0
    while last is not None:
        with transaction(db):
            last = index_missing_revisions(db, last, on_progress=on_progress)
    with transaction(db):
        db.execute("INSERT INTO search_words (search_words) VALUES ('optimize')")
        finish_index_rebuild(db, INDEX_NAME)
    return int(db["search_revisions"].count)


NAMES = " ".join((*COLUMNS, "site"))


@dataclass(slots=True)
class IndexSums:
    """Sums over all tokens of the index. One changed bit of the index changes at least one.

    Attributes:
        tokens: their number
        revisions: sum of the ids of their revisions
        positions: sum of their positions in their columns, from 0
        columns: sum of the positions of their columns' names in NAMES, from 1
        words: sum of their hashes
    """

    tokens: int = 0
    revisions: int = 0
    positions: int = 0
    columns: int = 0
    words: int = 0

    def add(self, revision: int, tokens: Iterable[bytes]) -> None:
        """Add the tokens that were indexed of a revision (record_tokens)."""
        for column, text in zip((*COLUMNS, "site"), tokens, strict=True):
            words = text.decode().split()
            count = len(words)
            self.tokens += count
            self.revisions += count * revision
            self.positions += count * (count - 1) // 2
            self.columns += count * (1 + NAMES.index(column))
            self.words += sum(map(hash, words))


def index_inconsistencies(db: Database) -> Iterator[Reason]:
    """Yield a problem for each kind of difference between the index and the revisions."""
    with temporary_tables_allowed(db), snapshot(db):
        try:
            problems = _inconsistencies(db)
        except DAMAGED_DATABASE as error:
            problems = [Reason(Damage.ERROR, error=str(error))]
    for problem in problems:
        yield Reason(Damage.IN_SEARCH_INDEX, problem=problem)


def _inconsistencies(db: Database) -> list[Reason]:
    missing, different, expected = 0, 0, IndexSums()
    for revision, expected_article, record, first_seen, article, day, checksum in db.execute(
        "SELECT revisions.id, revisions.article, record, first_seen, s.article, s.day, s.checksum "
        "FROM revisions JOIN articles ON articles.id = revisions.article "
        "LEFT JOIN search_revisions AS s ON s.revision = revisions.id"
    ):
        is_current = _is_current(revision, record, first_seen, day, checksum, expected)
        if article is None:
            missing += 1
        elif not is_current or article != expected_article:
            different += 1
    orphaned = _count(db, "SELECT count(*) FROM search_revisions WHERE revision NOT IN "
                     "(SELECT id FROM revisions)")  # fmt: skip
    half_indexed = _count(db, "SELECT count(*) FROM (SELECT rowid FROM search_words EXCEPT "
                     "SELECT revision FROM search_revisions)") + _count(
        db, "SELECT count(*) FROM search_revisions WHERE revision NOT IN "
            "(SELECT rowid FROM search_words)")  # fmt: skip
    counts = {
        Damage.NOT_INDEXED: missing,
        Damage.INDEXED_ONLY: orphaned,
        Damage.INDEXED_OTHERWISE: different,
        Damage.HALF_INDEXED: half_indexed,
    }
    problems = [Reason(code, count=count) for code, count in counts.items() if count]
    if not problems and _index_sums(db) != expected:
        problems = [Reason(Damage.INDEX_DIFFERS)]
    return problems


def _is_current(
    revision: int, record: str, first_seen: str, day: str, checksum: int, sums: IndexSums
) -> bool:
    """Whether a revision is indexed as it is; add its tokens to `sums`."""
    try:
        data = json.loads(record)
        tokens = record_tokens(data)
        sums.add(revision, tokens)
        return tokens_checksum(tokens) == checksum and day_of(data, first_seen) == day
    except (ValueError, KeyError, TypeError):
        return False


def _index_sums(db: Database) -> IndexSums:
    """Read the whole index: SQLite's own check compares a contentless one with nothing."""
    for kind in ("instance", "row"):
        db.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.index_{kind} "
            f"USING fts5vocab('main', 'search_words', '{kind}')"
        )
    tokens, revisions, positions, columns = db.execute(
        'SELECT count(*), coalesce(sum(doc), 0), coalesce(sum("offset"), 0), '
        "coalesce(sum(instr(?, col)), 0) FROM temp.index_instance",
        [NAMES],
    ).fetchone()
    # Each word is looked up, as by a search, which finds it in another way than a scan.
    words = db.execute(
        "SELECT term, found.cnt FROM temp.index_row AS words "
        "CROSS JOIN temp.index_row AS found USING (term)"
    )
    hashes = sum(hash(word) * count for word, count in words)
    return IndexSums(tokens, revisions, positions, columns, hashes)


def _count(db: Database, query: str) -> int:
    return int(db.execute(query).fetchone()[0])
