"""Compilation of a query AST to an FTS5 MATCH expression and SQL conditions.

A query is run in two forms: "exact" matches every word with its diacritics, "folded" without.
Terms under NOT are compiled in the form "meant": a word with diacritics matches exactly, a word
without diacritics matches every spelling.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Literal

from storage.search.filters import Filter
from storage.search.query_ast import And, Node, Not, Or, Query, Term, leaves, parts_of, terms_of
from storage.search.tokenizer import phrase_tokens, site_word
from storage.text.folding import search_fold

Form = Literal["exact", "folded", "meant"]
MATCH_NOTHING = '"__"'  # an FTS5 expression that matches no row


@dataclass(frozen=True, slots=True)
class FtsQuery:
    """A query compiled for SQLite.

    Attributes:
        match: MATCH expression for search_words, or None if the query has only filters
        conditions: the other nodes, all of which must hold, compiled in the form `form`
    """

    match: str | None
    conditions: tuple[Node, ...]
    form: Form

    def where(self, revision: str = "s.revision") -> tuple[str, list[object]]:
        """Return `conditions` as SQL over search_revisions AS s and articles AS a, with parameters.

        `revision` is the SQL expression of the revision id.
        """
        parameters: list[object] = []
        clauses = [_condition(node, self.form, revision, parameters) for node in self.conditions]
        return " AND ".join(clauses) or "1", parameters


def fts_query_of(query: Query, form: Form) -> FtsQuery:
    """Compile a query that went through `resolve`."""
    parts = parts_of(query.root)
    positive = [c for c in parts if _is_text(c) and not isinstance(c, Not)]
    if not any(terms_of(c) for c in positive):  # for sites alone, the articles table is faster
        positive = []
    negated = [c for c in parts if _is_text(c) and isinstance(c, Not)] if positive else []
    conditions = tuple(c for c in parts if c not in positive and c not in negated)
    match_expression = _expression(And((*positive, *negated)), form) if positive else None
    return FtsQuery(match_expression, conditions, form)


def _is_text(node: Node) -> bool:
    """Whether the FTS5 index can answer the node: terms and sites."""
    return all(isinstance(leaf, Term) or leaf.name == "site" for leaf in leaves(node))


def _expression(node: Node, form: Form) -> str:
    """Return an FTS5 expression. Every token is quoted, so user input is never FTS5 syntax."""
    match node:
        case Term():
            return _term_expression(node, form)
        case Filter():
            sites = " OR ".join(f'"{site_word(site)}"' for site in node.values)
            return f"({sites})" if sites else MATCH_NOTHING
        case Or(children):
            return "(" + " OR ".join(_expression(child, form) for child in children) + ")"
        case And(children):
            positive = [_expression(c, form) for c in children if not isinstance(c, Not)]
            expression = "(" + " AND ".join(positive) + ")"
            for child in children:
                if isinstance(child, Not):
                    expression = f"({expression} NOT {_expression(child.child, 'meant')})"
            return expression
        case _:
            raise TypeError(f"not a text node: {node}")


def is_exact(term: Term, form: Form) -> bool:
    """Whether a term matches only its own spelling in this form of the query."""
    if form == "meant":
        return term.exact or search_fold(term.text) != term.text.lower()
    return term.exact or form == "exact"


def _term_expression(term: Term, form: Form) -> str:
    """Return the FTS5 expression of one term."""
    if term.expansions:
        tokens = "(" + " OR ".join(f'"{word}"' for word in term.expansions) + ")"
    else:
        tokens = f'"{phrase_tokens(term.text, is_exact(term, form))}"{" *" if term.prefix else ""}'
    return f"({term.column} : {tokens})" if term.column else f"({tokens})"


def restricted_to_title(query: Query) -> Query | None:
    """Return the query with all terms restricted to the title, or None if any has a field."""
    terms = tuple(dict.fromkeys(query.terms()))
    if not terms or any(term.column for term in terms):
        return None
    title_terms = (replace(term, column="title") for term in terms)
    conditions = (part for part in parts_of(query.root) if not _is_implied(part))
    return Query(query.text, And((*title_terms, *conditions)))


def _is_implied(node: Node) -> bool:
    """Whether the node holds whenever all terms of its query match."""
    match node:
        case Term():
            return True
        case And(children):
            return all(_is_implied(child) for child in children)
        case Or(children):
            return any(_is_implied(child) for child in children)
        case Filter() | Not():
            return False


def as_one_phrase(query: Query) -> Query | None:
    """Return the query with its words as one phrase, or None unless it is two or more plain words.

    A Vietnamese word is often written as two syllables: "dang bo" means "Đảng bộ".
    """
    parts = parts_of(query.root)
    terms = [part for part in parts if isinstance(part, Term)]
    if len(terms) < 2 or tuple(terms) != query.terms():
        return None
    if any(term.column or term.prefix or term.exact for term in terms):
        return None
    joined = Term(" ".join(term.text for term in terms))
    return Query(query.text, And((joined, *(p for p in parts if not isinstance(p, Term)))))


def _condition(node: Node, form: Form, revision: str, parameters: list[object]) -> str:
    match node:
        case Filter():
            return _filter_condition(node, revision, parameters)
        case Not(child):
            return f"NOT {_condition(child, 'meant', revision, parameters)}"
        case _ if _is_text(node) and terms_of(node):
            parameters.append(_expression(node, form))
            return f"{revision} IN (SELECT rowid FROM search_words WHERE search_words MATCH ?)"
        case And(children):
            operands = (_condition(child, form, revision, parameters) for child in children)
            return f"({' AND '.join(operands)})"
        case Or(children):
            operands = (_condition(child, form, revision, parameters) for child in children)
            return f"({' OR '.join(operands)})"
        case Term():
            raise TypeError("a term is text")


_FILTERS = {
    "site": "a.site IN (SELECT value FROM json_each(?))",
    "from": "s.day >= (SELECT value FROM json_each(?))",
    "to": "s.day <= (SELECT value FROM json_each(?))",
}


# Most articles are live, so the status of each match is looked up. Other statuses are rare, so
# their revisions are selected once.
_LIVE_STATUS = "a.status IN (SELECT value FROM json_each(?))"
_RARE_STATUS = (
    "IN (SELECT revisions.id FROM articles CROSS JOIN revisions "
    "ON revisions.article = articles.id WHERE status IN (SELECT value FROM json_each(?)))"
)


def _filter_condition(node: Filter, revision: str, parameters: list[object]) -> str:
    if node.name == "ids":
        parameters.extend(map(int, node.values))
        return f"{revision.removeprefix('+')} BETWEEN ? AND ?"
    parameters.append(json.dumps(node.values))
    if node.name == "status":
        return _LIVE_STATUS if "live" in node.values else f"{revision} {_RARE_STATUS}"
    return _FILTERS[node.name]
