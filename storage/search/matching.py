"""A query as SQLite takes it: an expression for FTS5, and conditions beside it.

A query is asked in two forms: "exact" takes every word as it is written, "folded" in every way of
writing it. What is left out (NOT) is left out as it was meant in both: a word with marks only as
it is written, a word without any in every way.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from storage.search.filters import Filter, QueryError
from storage.search.folding import as_written, search_fold
from storage.search.schema import COLUMNS, EXACT
from storage.search.tree import And, Node, Not, Or, Query, Term

Form = Literal["exact", "folded", "meant"]


@dataclass(frozen=True, slots=True)
class Matching:
    """`words`: an expression for search_words, None where only facts are asked for.

    `where`: SQL over search_revisions AS s and articles AS a, with its parameters.
    """

    words: str | None
    where: str
    parameters: tuple[object, ...]


def matching(query: Query, form: Form) -> Matching:
    children = _parts(query.root)
    wanted = [c for c in children if _is_text(c) and not isinstance(c, Not)]
    unwanted = [c for c in children if _is_text(c) and isinstance(c, Not)] if wanted else []
    rest = [c for c in children if c not in wanted and c not in unwanted]
    words = _expression(And((*wanted, *unwanted)), form) if wanted else None
    parameters: list[object] = []
    conditions = [_condition(child, form, parameters) for child in rest]
    return Matching(words, " AND ".join(conditions) or "1", tuple(parameters))


def _parts(node: Node) -> tuple[Node, ...]:
    """What must all be true, an AND within an AND included."""
    if not isinstance(node, And):
        return (node,)
    return tuple(part for child in node.children for part in _parts(child))


def _is_text(node: Node) -> bool:
    match node:
        case Filter():
            return False
        case Term():
            return True
        case Not(child):
            return _is_text(child)
        case And(children) | Or(children):
            return all(_is_text(child) for child in children)


def _expression(node: Node, form: Form) -> str:
    """FTS5's own language. Every word stands in quotes, so nothing that is typed is syntax."""
    match node:
        case Term():
            return term_words(node, form)
        case Or(children):
            return "(" + " OR ".join(_expression(child, form) for child in children) + ")"
        case And(children):
            wanted = [_expression(c, form) for c in children if not isinstance(c, Not)]
            found = "(" + " AND ".join(wanted) + ")"
            for child in children:
                if isinstance(child, Not):
                    found = f"({found} NOT {_expression(child.child, 'meant')})"
            return found
        case _:
            raise TypeError(f"no words: {node}")


def is_exact(term: Term, form: Form) -> bool:
    """Whether a term is looked for as it is written, in this form of the query."""
    if form == "meant":
        return term.exact or search_fold(term.text) != term.text.lower()
    return term.exact or form == "exact"


def term_words(term: Term, form: Form) -> str:
    """FTS5's expression for one term."""
    exact = is_exact(term, form)
    text = as_written(term.text) if exact else search_fold(term.text)
    if term.column is None:
        columns = "{" + " ".join(EXACT if exact else COLUMNS) + "}"
    else:
        columns = f"{term.column}_exact" if exact else term.column
    quoted = text.replace('"', '""')
    return f'({columns} : "{quoted}"{" *" if term.prefix else ""})'


def in_titles(query: Query, form: Form) -> str | None:
    """The same words, all of them in the title; None for a query whose words have a field."""
    terms = query.terms()
    if not terms or any(term.column for term in terms):
        return None
    return " AND ".join(
        term_words(Term(t.text, "title", t.prefix, t.exact), form) for t in dict.fromkeys(terms)
    )


def side_by_side(query: Query) -> Term | None:
    """The words of a query as one phrase; None where it is not just two words or more.

    A word of Vietnamese is often written as two syllables: who types "dang bo" means "Đảng bộ".
    """
    terms = [part for part in _parts(query.root) if isinstance(part, Term)]
    if len(terms) < 2 or tuple(terms) != query.terms():
        return None
    if any(term.column or term.prefix or term.exact for term in terms):
        return None
    return Term(" ".join(term.text for term in terms))


def _condition(node: Node, form: Form, parameters: list[object]) -> str:
    match node:
        case Filter():
            return _filter(node, parameters)
        case Not(child):
            return f"NOT {_condition(child, 'meant', parameters)}"
        case _ if _is_text(node):
            parameters.append(_expression(node, form))
            return "s.revision IN (SELECT rowid FROM search_words WHERE search_words MATCH ?)"
        case And(children):
            both = " AND ".join(_condition(child, form, parameters) for child in children)
            return f"({both})"
        case Or(children):
            either = " OR ".join(_condition(child, form, parameters) for child in children)
            return f"({either})"
        case Term():
            raise TypeError("a term is text")


_FILTERS = {
    "site": "a.site IN (SELECT value FROM json_each(?))",
    "provinces": "a.site IN (SELECT name FROM sites WHERE province IN "
    "(SELECT value FROM json_each(?)))",
    "kind": "a.site IN (SELECT name FROM sites WHERE kind IN (SELECT value FROM json_each(?)))",
    "status": "a.status IN (SELECT value FROM json_each(?))",
    "from": "s.day >= (SELECT value FROM json_each(?))",
    "to": "s.day <= (SELECT value FROM json_each(?))",
}


def _filter(node: Filter, parameters: list[object]) -> str:
    parameters.append(json.dumps(node.values))
    return _FILTERS[node.name]


def check_names(db: Database, query: Query) -> None:
    """Raises QueryError for a site or a kind of site that this home does not have."""
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
