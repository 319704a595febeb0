"""The words of the index that begin so: what a query with * asks for, word by word.

FTS5 itself would gather the pages of all words that begin so before it gives the first: half a
second for two letters in a large home. Asked for the words one by one it gives pages at once.
"""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from storage.search.filters import Filter
from storage.search.fts_query import Form, is_exact
from storage.search.query_ast import And, Node, Not, Or, Query, Term
from storage.search.tokenizer import phrase

MOST = 300  # words; of more than that FTS5 finds the pages itself

_VOCABULARY = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_vocabulary "
    "USING fts5vocab(main, search_words, instance)"
)
_NEXT = "SELECT term FROM temp.search_vocabulary WHERE term >= ? LIMIT 1"
_BEHIND = "\x01"  # no letter of a word comes before it, so that term + this is the next place


def with_beginnings(db: Database, query: Query, form: Form) -> Query:
    """The query with the words that its beginnings stand for, in this form of it."""
    if not _has_beginning(query.root):
        return query
    db.execute(_VOCABULARY)
    return Query(query.text, _with(db, query.root, form))


def _has_beginning(node: Node) -> bool:
    match node:
        case Term():
            return node.prefix
        case Not(child):
            return _has_beginning(child)
        case And(children) | Or(children):
            return any(_has_beginning(child) for child in children)
        case Filter():
            return False


def _with(db: Database, node: Node, form: Form) -> Node:
    match node:
        case Term(prefix=True):
            start = phrase(node.text, is_exact(node, form))
            return node if " " in start else replace(node, begun=_begun(db, start))
        case Not(child):
            return Not(_with(db, child, "meant"))
        case And(children):
            return And(tuple(_with(db, child, form) for child in children))
        case Or(children):
            return Or(tuple(_with(db, child, form) for child in children))
        case _:
            return node


def _begun(db: Database, start: str) -> tuple[str, ...]:
    """() where there are too many."""
    found: list[str] = []
    place = start
    while len(found) <= MOST:
        row = db.execute(_NEXT, [place]).fetchone()
        if row is None or not row[0].startswith(start):
            return tuple(found)
        found.append(row[0])
        place = row[0] + _BEHIND
    return ()
