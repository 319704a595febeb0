"""Resolution of the filters of a query by what this home holds.

Provinces and kinds become the sites registered here. Days become the ids of their revisions, too.
"""

from __future__ import annotations

import difflib
import json

from sqlite_utils import Database

from storage.messages.reasons_query import QueryReason
from storage.reasons import Reason
from storage.search.filters import Filter, QueryError
from storage.search.query_ast import Node, Query, parts_of, with_children, with_filters

MAX_BOUNDED = 100_000  # revisions of the days wanted; the ids of more are not looked up

_SITES_OF = {
    "provinces": "SELECT name FROM sites WHERE province IN (SELECT value FROM json_each(?))",
    "kind": "SELECT name FROM sites WHERE kind IN (SELECT value FROM json_each(?))",
}


def resolve(db: Database, query: Query) -> Query:
    """Return the query with province and kind filters replaced by site filters, days with ids.

    Raise QueryError for a site or a kind of site that this home does not have.
    """
    return _with_ids(db, Query(query.text, _resolved(db, query.root)))


def _with_ids(db: Database, query: Query) -> Query:
    """Return the query with the lowest and the highest id of the revisions of the days wanted.

    FTS5 then reads that part of its index only: ids rise with the days of most articles.
    """
    days = [p for p in parts_of(query.root) if isinstance(p, Filter) and p.name in ("from", "to")]
    if not days:
        return query
    first = max((p.values[0] for p in days if p.name == "from"), default="")
    last = min((p.values[0] for p in days if p.name == "to"), default="Z")
    number, *ends = db.execute(
        "SELECT count(*), coalesce(min(revision), 0), coalesce(max(revision), 0) FROM (SELECT "
        "revision FROM search_revisions WHERE day BETWEEN ? AND ? LIMIT ?)",
        [first, last, MAX_BOUNDED + 1],
    ).fetchone()
    return (
        query if number > MAX_BOUNDED else with_filters(query, Filter("ids", tuple(map(str, ends))))
    )


def _resolved(db: Database, node: Node) -> Node:
    if not isinstance(node, Filter):
        return with_children(node, lambda child: _resolved(db, child))
    if node.name in ("site", "kind") and not node.checked:
        _check_values(db, node)
    if node.name not in _SITES_OF:
        return node
    rows = db.execute(_SITES_OF[node.name], [json.dumps(node.values)])
    return Filter("site", tuple(sorted(row[0] for row in rows)))


def _check_values(db: Database, node: Filter) -> None:
    column = "name" if node.name == "site" else "kind"
    names = sorted({row[0] for row in db.execute(f"SELECT {column} FROM sites")})
    for value in node.values:
        if value not in names:
            near = difflib.get_close_matches(value, names, n=3, cutoff=0.5) or names[:6]
            raise QueryError(_unknown_value(node.name, value, near))


def _unknown_value(name: str, value: str, near: list[str]) -> Reason:
    """Return the reason for an unknown value.

    `name` is site or kind; `near` holds similar values of this home, or some of them.
    """
    if near:
        codes = {"site": QueryReason.UNKNOWN_SITE_NEAR, "kind": QueryReason.UNKNOWN_KIND_NEAR}
        return Reason(codes[name], value=value, near=near)
    codes = {"site": QueryReason.UNKNOWN_SITE, "kind": QueryReason.UNKNOWN_KIND}
    return Reason(codes[name], value=value)
