"""Query parser: ASTs and error codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlite_utils import Database

from storage.db.connection import open_database
from storage.search.filters import Filter, QueryError
from storage.search.parser import FIELDS, parse_query
from storage.search.query_ast import And, Node, Not, Or, Term
from storage.search.rank import count_hits, find
from storage.search.selection import matching_articles

A, B, C = Term("a"), Term("b"), Term("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("a -(b c)", And((A, Not(And((B, C)))))),
        ("and or not", And((Term("and"), Term("or"), Term("not")))),
        ('"a b"', Term("a b")),
        ("“a b”", Term("a b")),
        ('"AND"', Term("AND")),
        ("chuy*", Term("chuy", prefix=True)),
        ('"a bc"*', Term("a bc", prefix=True)),
        ("=Đảng", Term("Đảng", exact=True)),
        ('="Đảng bộ"', Term("Đảng bộ", exact=True)),
        ("title:a b", And((Term("a", "title"), B))),
        ("title:(a OR b)", Or((Term("a", "title"), Term("b", "title")))),
        ("Caption:a author:b", And((Term("a", "captions"), Term("b", "authors")))),
        ("a – b, c", And((A, Term("b,"), C))),
        ("05-CT/TW", Term("05-CT/TW")),
        ("site:LaoCai", Filter("site", ("laocai",))),
        ("site:(a OR b)", Or((Filter("site", ("a",)), Filter("site", ("b",))))),
        ("from:2025-03 to:2025-02", And((Filter("from", ("2025-03-01",)),
                                         Filter("to", ("2025-02-28",))))),
        ("from:31/03/2025", Filter("from", ("2025-03-31",))),
        ("from:3/2025", Filter("from", ("2025-03-01",))),
        ("to:2024", Filter("to", ("2024-12-31",))),
        ("province:hau-giang", Filter("provinces", ("hau-giang",))),
        ('former-province:"TP. Cần Thơ"', Filter("provinces", ("can-tho",))),
        ("kind:Newspaper", Filter("kind", ("newspaper",))),
        ("a\x00b\u200b", And((A, B))),
    ],
)  # fmt: skip
def test_query_is_parsed(text: str, tree: Node) -> None:
    assert parse_query(text).root == tree


def test_present_province_includes_all_merged_ones() -> None:
    found = parse_query('province:"Tỉnh Cần Thơ"').root
    assert isinstance(found, Filter)
    assert set(found.values) == {"can-tho", "hau-giang", "soc-trang"}


WRONG = [
    ("", "query_empty"),
    (" – ", "query_empty"),
    ('"a b', "quotation_open"),
    ('""', "quotation_empty"),
    ("(a", "parenthesis_not_closed"),
    ("a)", "parenthesis_not_opened"),
    ("a ()", "parentheses_empty"),
    ("NOT a", "only_not"),
    ("-a", "only_not"),
    ("a OR -b", "only_not"),
    ("a NOT NOT b", "double_not"),
    ("a AND", "nothing_after_operator"),
    ("OR a", "nothing_before_operator"),
    ("a *", "star_without_word"),
    ("h*", "prefix_too_short"),
    ('"đại h"*', "prefix_too_short"),
    ("tilte:a", "unknown_field_near"),
    ("zzz:a", "unknown_field"),
    ("title:", "field_without_value"),
    ("title:author:a", "field_without_value"),
    ("title:(author:a)", "field_within_field"),
    ("site:(a AND b)", "only_values"),
    ("site:()", "no_values"),
    ("status:removd", "unknown_status_near"),
    ("status:xyz", "unknown_status"),
    ("from:tomorrow", "not_a_date"),
    ("from:2025-02-30", "not_a_date"),
    ('province:"Hậu Gian"', "unknown_province_near"),
    ("a " * 501, "query_too_long"),
    ("a " * 51, "too_many_terms"),
    ("(" * 21 + "a" + ")" * 21, "too_deep"),
    ("province:qqqq", "unknown_province"),
]


@pytest.mark.parametrize(("text", "code"), WRONG)
def test_invalid_query_has_a_reason(text: str, code: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_query(text)
    assert error.value.reason.code == code


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = open_database(tmp_path_factory.mktemp("any") / "tinwatch.db")
    yield db
    db.close()


PIECES = st.sampled_from([
    '"', "(", ")", "*", "=", "-", ":", " ", "AND", "OR", "NOT", "NEAR", "đảng", "bộ", "^a", "{b}",
    "+", "'", "\x00", "\ud800", "\u0301", "title:", "site:", "from:2025", "𝒳", "%", "\\", "rowid",
    *(f"{name}:" for name in FIELDS),
])  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=25).map("".join),
                 st.lists(PIECES, max_size=25).map(" ".join)))  # fmt: skip
@example('a "b" NEAR(c d)')
@example("title : a")
@example("a*b")
def test_any_text_parses_or_raises_query_error(db: Database, text: str) -> None:
    try:
        query = parse_query(text)
        find(db, query)
        find(db, query, order="newest")
        count_hits(db, query)
        list(matching_articles(db, query))
    except QueryError:
        return
    except sqlite3.Error as error:
        pytest.fail(f"{text!r}: {error}")
