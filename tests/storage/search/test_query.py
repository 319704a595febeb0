"""Queries as they are read, and what is said of those that cannot be."""

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
from storage.search.selection import chosen_articles, holds

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
def test_what_is_asked(text: str, tree: Node) -> None:
    assert parse_query(text).root == tree


def test_a_present_province_has_all_its_formers() -> None:
    found = parse_query('province:"Tỉnh Cần Thơ"').root
    assert isinstance(found, Filter)
    assert set(found.values) == {"can-tho", "hau-giang", "soc-trang"}


WRONG = [
    ("", "the query is empty"),
    (" – ", "the query is empty"),
    ('"a b', "the quotation mark before 'a b' is not closed"),
    ('""', "no letter or digit between the quotation marks"),
    ("(a", "an opening parenthesis has no closing one"),
    ("a)", "a closing parenthesis has no opening one"),
    ("a ()", "nothing between the parentheses"),
    ("NOT a", "NOT (or -) alone finds nothing"),
    ("-a", "NOT (or -) alone finds nothing"),
    ("a OR -b", "NOT (or -) alone finds nothing"),
    ("a NOT NOT b", "two NOT one after the other"),
    ("a AND", "there is no word behind AND"),
    ("OR a", 'there is no word before OR; the word itself is written "OR"'),
    ("a *", '"*" stands behind the beginning of a word'),
    ("h*", "h* is too much: write 2 letters before the *"),
    ('"đại h"*', "write 2 letters before the *"),
    ("tilte:a", "no field tilte:; is it title:?"),
    ("zzz:a", "no field zzz:; there are title: lead:"),
    ("title:", "title: what?"),
    ("title:author:a", "title: what?"),
    ("title:(author:a)", "author: stands within another field"),
    ("site:(a AND b)", "takes values with OR between them"),
    ("site:()", "nothing between the parentheses of site:"),
    ("status:removd", "is it status:removed?"),
    ("status:xyz", "there are: live, suspect, removed, moved"),
    ("from:tomorrow", "write 2025-03-31 or 31/03/2025"),
    ("from:2025-02-30", "there is no day '2025-02-30'"),
    ('province:"Hậu Gian"', "is it Hậu Giang (hau-giang) or"),
    ("a " * 501, "the most is 1000"),
    ("a " * 51, "more than 50 words"),
    ("(" * 21 + "a" + ")" * 21, "more than 20 parentheses"),
    ("province:qqqq", "tinwatch provinces lists them"),
]


@pytest.mark.parametrize(("text", "hint"), WRONG)
def test_a_wrong_query_gets_a_hint(text: str, hint: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_query(text)
    assert hint in str(error.value)


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
def test_no_text_raises_anything_but_a_hint(db: Database, text: str) -> None:
    try:
        query = parse_query(text)
        find(db, query)
        find(db, query, order="newest")
        count_hits(db, query)
        list(chosen_articles(db, query))
        holds(db, query, 1)
    except QueryError:
        return
    except sqlite3.Error as error:
        pytest.fail(f"{text!r}: {error}")
