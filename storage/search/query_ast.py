"""The tree of a query."""

from __future__ import annotations

from dataclasses import dataclass

from storage.search.filters import Filter


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. `column`: of the index, None for all. `exact`: only as it is written.

    `begun`: of a prefix, the words of the index that begin so; () where FTS5 is to find them.
    """

    text: str
    column: str | None = None
    prefix: bool = False
    exact: bool = False
    begun: tuple[str, ...] = ()


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
    """A query as it was written, and its tree."""

    text: str
    root: Node

    def terms(self) -> tuple[Term, ...]:
        """The words and phrases that are looked for, without those to be left out."""
        return tuple(terms_of(self.root))


def terms_of(node: Node) -> list[Term]:
    """The words and phrases that are looked for in this part of a query."""
    if isinstance(node, Term):
        return [node]
    if isinstance(node, And | Or):
        return [term for child in node.children for term in terms_of(child)]
    return []


def narrowed(query: Query, *filters: Filter) -> Query:
    """The same query within what the filters let through."""
    return Query(query.text, And((query.root, *filters))) if filters else query
