"""A query at home: its sites are looked up, and those of a province or a kind put in its place."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator

from sqlite_utils import Database

from storage.search.filters import Filter, QueryError
from storage.search.query_ast import And, Node, Not, Or, Query, Term

_SITES_OF = {
    "provinces": "SELECT name FROM sites WHERE province IN (SELECT value FROM json_each(?))",
    "kind": "SELECT name FROM sites WHERE kind IN (SELECT value FROM json_each(?))",
}


def at_home(db: Database, query: Query) -> Query:
    """The query with sites in the place of provinces and kinds.

    Raises QueryError for a site or a kind of site that this home does not have.
    """
    _check_names(db, query)
    return Query(query.text, _placed(db, query.root))


def _placed(db: Database, node: Node) -> Node:
    match node:
        case Filter() if node.name in _SITES_OF:
            rows = db.execute(_SITES_OF[node.name], [json.dumps(node.values)])
            return Filter("site", tuple(sorted(row[0] for row in rows)))
        case Not(child):
            return Not(_placed(db, child))
        case And(children):
            return And(tuple(_placed(db, child) for child in children))
        case Or(children):
            return Or(tuple(_placed(db, child) for child in children))
        case _:
            return node


def _check_names(db: Database, query: Query) -> None:
    for node in _filters(query.root):
        if node.name not in ("site", "kind"):
            continue
        column = "name" if node.name == "site" else "kind"
        known = sorted({row[0] for row in db.execute(f"SELECT {column} FROM sites")})
        for value in node.values:
            if value not in known:
                near = difflib.get_close_matches(value, known, n=3, cutoff=0.5) or known[:6]
                hint = f"is it {' or '.join(near)}?" if near else "no site was read yet"
                raise QueryError(f"this home has no {node.name} {value!r}; {hint}")


def _filters(node: Node) -> Iterator[Filter]:
    match node:
        case Filter():
            yield node
        case Not(child):
            yield from _filters(child)
        case And(children) | Or(children):
            for child in children:
                yield from _filters(child)
        case Term():
            pass
