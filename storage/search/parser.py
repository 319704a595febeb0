"""What a person asks, read into a tree. Whatever is wrong with it is said as a hint.

    dang bo   "Đảng bộ tỉnh"   chuyển*   =Đảng   mương OR kênh   -lũ   title:(cầu cống)

Words side by side must all be there. AND binds closer than OR. docs/search.md explains the rest.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from storage.messages.reasons_query import QueryReason
from storage.reasons import Reason
from storage.search.filters import FILTERS, Filter, QueryError
from storage.search.query_ast import And, Node, Not, Or, Query, Term, narrowed

LONGEST = 1000  # characters
MOST_TERMS = 50
SHORTEST_BEGINNING = 2  # letters before a *: one letter begins a tenth of all words
DEEPEST = 20  # parentheses within parentheses

TEXT_FIELDS = {"title": "title", "lead": "lead", "body": "body",
               "caption": "captions", "author": "authors"}  # fmt: skip
FIELDS = (*TEXT_FIELDS, *FILTERS)

__all__ = ["Filter", "Query", "QueryError", "Term", "narrowed", "parse_query"]


def parse_query(text: str) -> Query:
    """The tree of a query. Raises QueryError, whose reason is a hint for a person."""
    if len(text) > LONGEST:
        raise QueryError(Reason(QueryReason.QUERY_TOO_LONG, size=len(text), limit=LONGEST))
    return Query(text, _Parser(_tokens(_plain(text))).whole())


_QUOTES = re.compile("[\u201c-\u201f\u00ab\u00bb\u300c\u300d\uff02]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def _plain(text: str) -> str:
    """Typographic quotes as straight ones; nothing that no keyboard types."""
    text = _CONTROLS.sub(" ", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", _QUOTES.sub('"', text))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # ( ) AND OR NOT field term
    text: str = ""
    quoted: bool = False
    prefix: bool = False
    exact: bool = False


_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[()])|(?P<minus>[-\u2212](?=[^\s)*]))"
    r'|(?P<field>[^\W\d_][\w-]{0,30}):(?=["(=\w])'
    r'|(?P<exact>=?)(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s()"]+))(?P<star>\*?))'
)
_OPERATORS = ("AND", "OR", "NOT")


def _tokens(text: str) -> list[_Token]:
    text = text.rstrip()
    found: list[_Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match is not None  # what is neither bracket nor quotation is a word
        place = match.end()
        token = _token(match)
        if token is not None:
            found.append(token)
    if sum(token.kind == "term" for token in found) > MOST_TERMS:
        raise QueryError(Reason(QueryReason.TOO_MANY_TERMS, limit=MOST_TERMS))
    return found


def _token(match: re.Match[str]) -> _Token | None:
    if match["bracket"]:
        return _Token(match["bracket"])
    if match["minus"]:
        return _Token("NOT", "-")
    if match["field"]:
        return _Token("field", match["field"])
    exact, prefix = bool(match["exact"]), bool(match["star"])
    if match["phrase"] is not None:
        if not match["end"]:
            raise QueryError(Reason(QueryReason.QUOTATION_OPEN, quote=match["phrase"][:30]))
        return _word(match["phrase"], quoted=True, prefix=prefix, exact=exact)
    word = match["word"]
    if word in _OPERATORS and not exact:
        return _Token(word, word)
    bare = word.rstrip("*")
    if bare.endswith(":") and bare[:-1].lower() in FIELDS:
        raise QueryError(_no_value(bare[:-1].lower()))
    return _word(bare, quoted=False, prefix=word.endswith("*"), exact=exact)


def _word(text: str, *, quoted: bool, prefix: bool, exact: bool) -> _Token | None:
    """None for what holds no letter or digit: a dash or a comma between words."""
    if not any(c.isalnum() for c in text):
        if quoted or prefix:
            code = QueryReason.QUOTATION_EMPTY if quoted else QueryReason.STAR_WITHOUT_WORD
            raise QueryError(Reason(code))
        return None
    if prefix and len(text.split()[-1]) < SHORTEST_BEGINNING:
        raise QueryError(Reason(QueryReason.PREFIX_TOO_SHORT, word=text, limit=SHORTEST_BEGINNING))
    return _Token("term", text, quoted, prefix, exact)


@dataclass(slots=True)
class _Parser:
    tokens: list[_Token]
    place: int = 0
    depth: int = 0
    columns: list[str | None] = field(default_factory=lambda: [None])

    def whole(self) -> Node:
        if not self.tokens:
            raise QueryError(Reason(QueryReason.QUERY_EMPTY))
        node = self.either()
        if self.place < len(self.tokens):
            raise QueryError(Reason(QueryReason.PARENTHESIS_NOT_OPENED))
        _check_positive(node)
        return node

    def kind(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else "end"

    def take(self) -> _Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def either(self) -> Node:
        children = [self.every()]
        while self.kind() == "OR":
            self.take()
            children.append(self.every())
        return children[0] if len(children) == 1 else Or(tuple(children))

    def every(self) -> Node:
        children = [self.one()]
        while self.kind() not in ("OR", ")", "end"):
            if self.kind() == "AND":
                self.take()
            children.append(self.one())
        return children[0] if len(children) == 1 else And(tuple(children))

    def one(self) -> Node:
        kind = self.kind()
        if kind in ("end", ")", "AND", "OR"):
            before = self.tokens[self.place - 1].text if self.place else ""
            raise QueryError(_missing(kind, before))
        token = self.take()
        if kind == "NOT":
            return self.negated()
        if kind == "(":
            return self.bracket()
        if kind == "field":
            return self.in_field(token.text)
        return Term(token.text, self.columns[-1], token.prefix, token.exact)

    def negated(self) -> Node:
        if self.kind() == "NOT":
            raise QueryError(Reason(QueryReason.DOUBLE_NOT))
        return Not(self.one())

    def bracket(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise QueryError(Reason(QueryReason.TOO_DEEP, limit=DEEPEST))
        if self.kind() == ")":
            raise QueryError(Reason(QueryReason.PARENTHESES_EMPTY))
        node = self.either()
        if self.kind() != ")":
            raise QueryError(Reason(QueryReason.PARENTHESIS_NOT_CLOSED))
        self.take()
        self.depth -= 1
        return node

    def in_field(self, written: str) -> Node:
        name = written.lower()
        if name not in FIELDS:
            raise QueryError(_unknown_field(written))
        if self.kind() not in ("term", "("):
            raise QueryError(_no_value(name))
        if name in FILTERS:
            return self.values(name, FILTERS[name])
        if self.columns[-1] is not None:
            raise QueryError(Reason(QueryReason.FIELD_WITHIN_FIELD, field=name))
        self.columns.append(TEXT_FIELDS[name])
        node = self.one()
        self.columns.pop()
        return node

    def values(self, name: str, read: Callable[[str], Filter]) -> Node:
        """One value of a filter, or several in parentheses: site:(laocai OR yenbai)."""
        if self.kind() == "term":
            return read(self.take().text)
        self.take()
        found: list[Node] = []
        while self.kind() != ")":
            if self.kind() == "OR":
                self.take()
            if self.kind() != "term":
                raise QueryError(Reason(QueryReason.ONLY_VALUES, field=name))
            found.append(read(self.take().text))
        self.take()
        if not found:
            raise QueryError(Reason(QueryReason.NO_VALUES, field=name))
        return found[0] if len(found) == 1 else Or(tuple(found))


def _missing(kind: str, before: str) -> Reason:
    if before in (*_OPERATORS, "-"):
        return Reason(QueryReason.NOTHING_AFTER_OPERATOR, operator=before)
    if kind == "end":
        return Reason(QueryReason.PARENTHESIS_NOT_CLOSED)
    if kind in ("AND", "OR"):
        return Reason(QueryReason.NOTHING_BEFORE_OPERATOR, operator=kind)
    return Reason(QueryReason.PARENTHESIS_NOT_OPENED)


def _no_value(name: str) -> Reason:
    return Reason(QueryReason.FIELD_WITHOUT_VALUE, field=name)


def _unknown_field(name: str) -> Reason:
    near = difflib.get_close_matches(name.lower(), FIELDS, n=1, cutoff=0.5)
    if near:
        return Reason(QueryReason.UNKNOWN_FIELD_NEAR, field=name, near=near[0])
    return Reason(QueryReason.UNKNOWN_FIELD, field=name, choice=FIELDS)


def _check_positive(node: Node) -> None:
    """A query says what to find; what to leave out is only taken from it."""
    if isinstance(node, Not):
        raise QueryError(Reason(QueryReason.ONLY_NOT))
    if isinstance(node, Or):
        for child in node.children:
            _check_positive(child)
    if isinstance(node, And):
        positive = [child for child in node.children if not isinstance(child, Not)]
        if not positive:
            _check_positive(node.children[0])
        for child in positive:
            _check_positive(child)
        for child in node.children:
            if isinstance(child, Not):
                _check_positive(child.child)
