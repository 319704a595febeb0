"""A query as SQLite takes it: an expression for FTS5, and conditions beside it.

A query is asked in two forms: "exact" takes every word as it is written, "folded" in every way of
writing it. What is left out (NOT) is left out as it was meant in both: a word with marks only as
it is written, a word without any in every way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Literal

from storage.search.filters import Filter
from storage.search.query_ast import And, Node, Not, Or, Query, Term, terms_of
from storage.search.tokenizer import phrase, site_word
from storage.text.folding import search_fold

Form = Literal["exact", "folded", "meant"]
NOTHING = '"__"'  # an expression that no page fits


@dataclass(frozen=True, slots=True)
class Matching:
    """`words`: an expression for search_words, None where only facts are asked for.

    `rest`: what is asked beside them, all of which must be true, in the form `form`.
    """

    words: str | None
    rest: tuple[Node, ...]
    form: Form

    def where(self, revision: str = "s.revision") -> tuple[str, list[object]]:
        """The rest as SQL over search_revisions AS s and articles AS a, with its parameters.

        `revision`: the id of the revision that is asked about, as SQL has it.
        """
        parameters: list[object] = []
        conditions = [_condition(node, self.form, revision, parameters) for node in self.rest]
        return " AND ".join(conditions) or "1", parameters


def matching(query: Query, form: Form) -> Matching:
    """What to ask for a query that went through `at_home`."""
    children = _parts(query.root)
    wanted = [c for c in children if _is_text(c) and not isinstance(c, Not)]
    if not any(terms_of(c) for c in wanted):  # sites alone are found faster by their articles
        wanted = []
    unwanted = [c for c in children if _is_text(c) and isinstance(c, Not)] if wanted else []
    rest = tuple(c for c in children if c not in wanted and c not in unwanted)
    words = _expression(And((*wanted, *unwanted)), form) if wanted else None
    return Matching(words, rest, form)


def _parts(node: Node) -> tuple[Node, ...]:
    """What must all be true, an AND within an AND included."""
    if not isinstance(node, And):
        return (node,)
    return tuple(part for child in node.children for part in _parts(child))


def _is_text(node: Node) -> bool:
    """Whether the index of words knows it: words, and sites."""
    match node:
        case Filter():
            return node.name == "site"
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
            return _term_words(node, form)
        case Filter():
            sites = " OR ".join(f'"{site_word(site)}"' for site in node.values)
            return f"({sites})" if sites else NOTHING
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


def _term_words(term: Term, form: Form) -> str:
    """FTS5's expression for one term."""
    if term.begun:
        words = "(" + " OR ".join(f'"{word}"' for word in term.begun) + ")"
    else:
        words = f'"{phrase(term.text, is_exact(term, form))}"{" *" if term.prefix else ""}'
    return f"({term.column} : {words})" if term.column else f"({words})"


def in_titles(query: Query) -> Query | None:
    """The same query, with all of its words in the title; None where they have a field."""
    terms = tuple(dict.fromkeys(query.terms()))
    if not terms or any(term.column for term in terms):
        return None
    titled = (replace(term, column="title") for term in terms)
    kept = (part for part in _parts(query.root) if not _is_implied(part))
    return Query(query.text, And((*titled, *kept)))


def _is_implied(node: Node) -> bool:
    """Whether it is true wherever all the words of its query are."""
    match node:
        case Term():
            return True
        case And(children):
            return all(_is_implied(child) for child in children)
        case Or(children):
            return any(_is_implied(child) for child in children)
        case Filter() | Not():
            return False


def side_by_side(query: Query) -> Query | None:
    """The same query, with its words as one phrase; None where it is not just words, two or more.

    A word of Vietnamese is often written as two syllables: who types "dang bo" means "Đảng bộ".
    """
    parts = _parts(query.root)
    terms = [part for part in parts if isinstance(part, Term)]
    if len(terms) < 2 or tuple(terms) != query.terms():
        return None
    if any(term.column or term.prefix or term.exact for term in terms):
        return None
    together = Term(" ".join(term.text for term in terms))
    return Query(query.text, And((together, *(p for p in parts if not isinstance(p, Term)))))


def _condition(node: Node, form: Form, revision: str, parameters: list[object]) -> str:
    match node:
        case Filter():
            return _filter(node, revision, parameters)
        case Not(child):
            return f"NOT {_condition(child, 'meant', revision, parameters)}"
        case _ if _is_text(node) and terms_of(node):
            parameters.append(_expression(node, form))
            return f"{revision} IN (SELECT rowid FROM search_words WHERE search_words MATCH ?)"
        case And(children):
            both = (_condition(child, form, revision, parameters) for child in children)
            return f"({' AND '.join(both)})"
        case Or(children):
            either = (_condition(child, form, revision, parameters) for child in children)
            return f"({' OR '.join(either)})"
        case Term():
            raise TypeError("a term is text")


_FILTERS = {
    "site": "a.site IN (SELECT value FROM json_each(?))",
    "from": "s.day >= (SELECT value FROM json_each(?))",
    "to": "s.day <= (SELECT value FROM json_each(?))",
}


# Most articles are live: each is asked. Of the others there are few: they are gathered once.
_STATUS_OF_MOST = "a.status IN (SELECT value FROM json_each(?))"
_STATUS_OF_FEW = (
    "IN (SELECT revisions.id FROM articles CROSS JOIN revisions "
    "ON revisions.article = articles.id WHERE status IN (SELECT value FROM json_each(?)))"
)


def _filter(node: Filter, revision: str, parameters: list[object]) -> str:
    parameters.append(json.dumps(node.values))
    if node.name == "status":
        return _STATUS_OF_MOST if "live" in node.values else f"{revision} {_STATUS_OF_FEW}"
    return _FILTERS[node.name]
