"""Resolution of province and kind filters to the sites registered in this home."""

from __future__ import annotations

import difflib
import json

from sqlite_utils import Database

from storage.messages.reasons_query import QueryReason
from storage.reasons import Reason
from storage.search.filters import Filter, QueryError
from storage.search.query_ast import Node, Query, with_children

_SITES_OF = {
    "provinces": "SELECT name FROM sites WHERE province IN (SELECT value FROM json_each(?))",
    "kind": "SELECT name FROM sites WHERE kind IN (SELECT value FROM json_each(?))",
}


def resolve_sites(db: Database, query: Query) -> Query:
    """Return the query with province and kind filters replaced by site filters.

    Raise QueryError for a site or a kind of site that this home does not have.
    """
    return Query(query.text, _resolved(db, query.root))


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
