"""The abstract syntax tree of a query: terms, filters, NOT, AND, OR."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from storage.search.filters import Filter


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to search for.

    Attributes:
        column: column of the FTS5 index, or None for all columns
        prefix: whether the last word is a prefix (`chuyển*`)
        exact: match only this spelling, with diacritics (`=Đảng`)
        expansions: for a prefix, the index tokens that start with it; empty if FTS5 expands it
    """

    text: str
    column: str | None = None
    prefix: bool = False
    exact: bool = False
    expansions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


Node = Term | Filter | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its source text and its AST."""

    text: str
    root: Node

    def terms(self) -> tuple[Term, ...]:
        """Return the positive terms of the query, without those under NOT."""
        return tuple(terms_of(self.root))


def terms_of(node: Node) -> list[Term]:
    """Return the positive terms under a node, without those under NOT."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, And | Or):
        return [term for child in node.children for term in terms_of(child)]
    return []


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return the operands of nested ANDs as one flat tuple."""
    if not isinstance(node, And):
        return (node,)
    return tuple(part for child in node.children for part in parts_of(child))


def leaves(node: Node) -> Iterator[Term | Filter]:
    """Yield all terms and filters under a node, also those under NOT."""
    match node:
        case Not(child):
            yield from leaves(child)
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case _:
            yield node


def with_children(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return the node with its children changed; a term or filter, which has none, as it is."""
    match node:
        case Not(child):
            return Not(change(child))
        case And(children):
            return And(tuple(map(change, children)))
        case Or(children):
            return Or(tuple(map(change, children)))
    return node


def is_words_only(node: Node) -> bool:
    """Whether a node has neither a filter nor a prefix."""
    return all(isinstance(leaf, Term) and not leaf.prefix for leaf in leaves(node))


def with_filters(query: Query, *filters: Filter) -> Query:
    """Return the query restricted by additional filters."""
    return Query(query.text, And((query.root, *filters))) if filters else query
