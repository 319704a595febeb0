"""Query parser: text to AST. Errors carry a reason with a hint.

    dang bo   "Đảng bộ tỉnh"   chuyển*   =Đảng   mương OR kênh   -lũ   title:(cầu cống)

Adjacent words are joined by AND. AND binds tighter than OR. docs/search.md has the grammar.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from storage.messages.reasons_query import QueryReason
from storage.reasons import Reason
from storage.search.filters import FILTERS, Filter, QueryError
from storage.search.query_ast import And, Node, Not, Or, Query, Term, with_filters

MAX_QUERY_CHARS = 1000
MAX_QUERY_TERMS = 50
MIN_PREFIX_CHARS = 2  # before a *: one letter is the prefix of a tenth of all words
MAX_NESTED_PARENTHESES = 20

TEXT_FIELDS = {"title": "title", "lead": "lead", "body": "body",
               "caption": "captions", "author": "authors"}  # fmt: skip
FIELDS = (*TEXT_FIELDS, *FILTERS)

__all__ = ["Filter", "Query", "QueryError", "Term", "parse_query", "with_filters"]


def parse_query(text: str, known_sites: Collection[str] = ()) -> Query:
    """Parse a query. Raise QueryError, whose reason has a hint for the user.

    `known_sites`: sites that exist; a home that does not have one of these finds nothing of it.
    """
    if len(text) > MAX_QUERY_CHARS:
        raise QueryError(Reason(QueryReason.QUERY_TOO_LONG, size=len(text), limit=MAX_QUERY_CHARS))
    return Query(text, _Parser(_tokens(_plain(text)), known_sites).parse())


_QUOTES = re.compile("[\u201c-\u201f\u00ab\u00bb\u300c\u300d\uff02]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def _plain(text: str) -> str:
    """Return the text with straight quotes and without control and invisible characters."""
    text = _CONTROLS.sub(" ", _INVISIBLE.sub("", text))
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
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match is not None  # anything but a bracket or a quotation is a word
        position = match.end()
        token = _token(match)
        if token is not None:
            tokens.append(token)
    if sum(token.kind == "term" for token in tokens) > MAX_QUERY_TERMS:
        raise QueryError(Reason(QueryReason.TOO_MANY_TERMS, limit=MAX_QUERY_TERMS))
    return tokens


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
    """Return a term, or None if the text has no letter or digit (a dash between words)."""
    if not any(c.isalnum() for c in text):
        if quoted or prefix:
            code = QueryReason.QUOTATION_EMPTY if quoted else QueryReason.STAR_WITHOUT_WORD
            raise QueryError(Reason(code))
        return None
    if prefix and len(text.split()[-1]) < MIN_PREFIX_CHARS:
        raise QueryError(Reason(QueryReason.PREFIX_TOO_SHORT, word=text, limit=MIN_PREFIX_CHARS))
    return _Token("term", text, quoted, prefix, exact)


@dataclass(slots=True)
class _Parser:
    tokens: list[_Token]
    known_sites: Collection[str]
    position: int = 0
    depth: int = 0
    columns: list[str | None] = field(default_factory=lambda: [None])

    def parse(self) -> Node:
        if not self.tokens:
            raise QueryError(Reason(QueryReason.QUERY_EMPTY))
        node = self.parse_or()
        if self.position < len(self.tokens):
            raise QueryError(Reason(QueryReason.PARENTHESIS_NOT_OPENED))
        _check_positive(node)
        return node

    def kind(self) -> str:
        return self.tokens[self.position].kind if self.position < len(self.tokens) else "end"

    def take(self) -> _Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def parse_or(self) -> Node:
        children = [self.parse_and()]
        while self.kind() == "OR":
            self.take()
            children.append(self.parse_and())
        return children[0] if len(children) == 1 else Or(tuple(children))

    def parse_and(self) -> Node:
        children = [self.parse_operand()]
        while self.kind() not in ("OR", ")", "end"):
            if self.kind() == "AND":
                self.take()
            children.append(self.parse_operand())
        return children[0] if len(children) == 1 else And(tuple(children))

    def parse_operand(self) -> Node:
        kind = self.kind()
        if kind in ("end", ")", "AND", "OR"):
            before = self.tokens[self.position - 1].text if self.position else ""
            raise QueryError(_missing_operand(kind, before))
        token = self.take()
        if kind == "NOT":
            return self.parse_not()
        if kind == "(":
            return self.parse_group()
        if kind == "field":
            return self.parse_field(token.text)
        return Term(token.text, self.columns[-1], token.prefix, token.exact)

    def parse_not(self) -> Node:
        if self.kind() == "NOT":
            raise QueryError(Reason(QueryReason.DOUBLE_NOT))
        return Not(self.parse_operand())

    def parse_group(self) -> Node:
        self.depth += 1
        if self.depth > MAX_NESTED_PARENTHESES:
            raise QueryError(Reason(QueryReason.TOO_DEEP, limit=MAX_NESTED_PARENTHESES))
        if self.kind() == ")":
            raise QueryError(Reason(QueryReason.PARENTHESES_EMPTY))
        node = self.parse_or()
        if self.kind() != ")":
            raise QueryError(Reason(QueryReason.PARENTHESIS_NOT_CLOSED))
        self.take()
        self.depth -= 1
        return node

    def parse_field(self, written: str) -> Node:
        name = written.lower()
        if name not in FIELDS:
            raise QueryError(_unknown_field(written))
        if self.kind() not in ("term", "("):
            raise QueryError(_no_value(name))
        if name in FILTERS:
            return self.parse_filter(name, FILTERS[name])
        if self.columns[-1] is not None:
            raise QueryError(Reason(QueryReason.FIELD_WITHIN_FIELD, field=name))
        self.columns.append(TEXT_FIELDS[name])
        node = self.parse_operand()
        self.columns.pop()
        return node

    def parse_filter(self, name: str, parse_value: Callable[[str], Filter]) -> Node:
        """Parse one filter value, or several in parentheses: site:(laocai OR yenbai)."""
        if self.kind() == "term":
            return self._checked(parse_value(self.take().text))
        self.take()
        filters: list[Node] = []
        while self.kind() != ")":
            if self.kind() == "OR":
                self.take()
            if self.kind() != "term":
                raise QueryError(Reason(QueryReason.ONLY_VALUES, field=name))
            filters.append(self._checked(parse_value(self.take().text)))
        self.take()
        if not filters:
            raise QueryError(Reason(QueryReason.NO_VALUES, field=name))
        return filters[0] if len(filters) == 1 else Or(tuple(filters))

    def _checked(self, one: Filter) -> Filter:
        exists = one.name == "site" and one.values[0] in self.known_sites
        return replace(one, checked=True) if exists else one


def _missing_operand(kind: str, before: str) -> Reason:
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
    """Raise QueryError unless every alternative has a positive term: NOT only excludes."""
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
