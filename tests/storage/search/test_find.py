"""Search: matches, ranking and snippets."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from pipelines.items import ArticleRead
from storage.db.connection import open_read_only
from storage.search import prefixes, resolution
from storage.search import rank as finding
from storage.search.filters import QueryError
from storage.search.parser import parse_query
from storage.search.rank import Hit, Order, count_hits, find
from storage.search.selection import matching_articles

if TYPE_CHECKING:
    from tests.conftest import Watcher


def hits(watcher: Watcher, text: str, order: Order = "rank", limit: int = 20) -> list[Hit]:
    return find(watcher.db, parse_query(text), limit=limit, order=order)


def found(watcher: Watcher, text: str) -> list[int]:
    return [hit.article for hit in hits(watcher, text)]


@pytest.mark.parametrize("text", ["dang bo", "Đảng bộ", "ĐẢNG BỘ", "đảng bộ"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_case_diacritics_and_normalisation_do_not_matter(
    searched: Watcher, text: str, form: str
) -> None:
    typed = unicodedata.normalize(form, text)
    assert sorted(found(searched, typed)) == [1, 2, 3, 7]


def test_exact_matches_rank_first(searched: Watcher) -> None:
    assert set(found(searched, "Đảng bộ")[:2]) == {1, 7}
    assert set(found(searched, "đang bỏ")[:1]) == {2}
    assert set(found(searched, "dang bo")[:1]) == {3}


def test_exact_term_matches_only_its_spelling(searched: Watcher) -> None:
    assert sorted(found(searched, '="Đảng bộ"')) == [1, 7]
    assert found(searched, "=đang") == [2]


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ('"bo dang"', []),
        ('"dang bo"', [1, 2, 3, 7]),
        ('"chợ phiên cuối"', [2]),
        ("mươ*", [4]),
        ("muo*", [4]),
        ('"cầu sắ"*', [5]),
        ("thủy lợi", [4]),
        ("thuỷ lợi", [4]),
        ("=thủy", [4]),
        ("cầu OR mương", [4, 5]),
        ("dang bo -phuong", [1, 2, 7]),
        ("dang -đang", [1, 3, 7]),
        ("dang -dang", []),
        ("(cầu OR mương) -gỗ", [4, 5]),
        ("title:cầu", [5]),
        ("title:đại", []),
        ("body:đại", [1]),
        ("author:thu", [1, 2, 4, 5, 6, 7]),
        ('author:"lo pao"', [3]),
        ("site:beta", [7]),
        ("site:beta OR title:cầu", [5, 7]),
        ("site:(alpha OR beta) nghị", [3, 7]),
        ("dang site:alpha", [1, 2, 3]),
        ("đảng NOT site:alpha", [7]),
        ('province:"Cần Thơ"', [7]),
        ("province:hau-giang", [7]),
        ('former-province:"can tho"', []),
        ("province:laocai cầu", [5]),
        ("kind:portal", [7]),
        ("site:beta OR status:removed", [6, 7]),
        ("kind:portal OR mương", [4, 7]),
        ("nghị -kind:portal", [3]),
        ("nghị -site:(alpha OR beta)", []),
        ('former-province:"can tho" OR mương', [4]),
        ("alpha", []),
        ("alph*", []),
        ("đa*", [1, 2, 3, 5, 7]),
        ("=đa*", [2]),
        ("=xã", [1]),
        ("=xa", []),
        ("status:removed", [6]),
        ("hoãn status:live", []),
        ("to:2025-03", [6]),
        ("from:2025-03-20 to:20/03/2025", [6]),
        ("from:2025-04-08", [4]),
        ("mương from:2025-04-07 to:2025-04-08", [4]),
        ("mưa -(gỗ OR sắt)", [6]),
    ],
)
def test_query_matches(searched: Watcher, text: str, articles: list[int]) -> None:
    query = parse_query(text)
    assert sorted(found(searched, text)) == articles
    assert sorted(hit.article for hit in hits(searched, text, "newest")) == articles
    assert count_hits(searched.db, query) == len(articles)
    assert list(matching_articles(searched.db, query)) == articles


@pytest.mark.parametrize(
    "text", ["dang to:2025-04-07", "cầu from:2025-04-07 -gỗ", "to:2025-03", "dang from:2030"]
)
def test_same_articles_of_few_days_as_of_many(
    searched: Watcher, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    few = [found(searched, text), count_hits(searched.db, parse_query(text))]
    monkeypatch.setattr(resolution, "MAX_BOUNDED", -1)
    assert [found(searched, text), count_hits(searched.db, parse_query(text))] == few


def test_no_query_selects_every_article(searched: Watcher) -> None:
    assert list(matching_articles(searched.db, None)) == [1, 2, 3, 4, 5, 6, 7]


def test_replaced_revision_is_searchable(searched: Watcher) -> None:
    (old,) = hits(searched, "title:gỗ")
    assert (old.article, old.revision, old.newest, old.title) == (
        5,
        1,
        False,
        "Cầu gỗ bắc qua suối",
    )
    (new,) = hits(searched, "title:sắt")
    assert (new.article, new.revision, new.newest) == (5, 2, True)
    (best,) = hits(searched, "bắc qua suối")
    assert best.newest


@pytest.mark.parametrize("order", ["rank", "newest"])
@pytest.mark.parametrize("text", ["chợ phiên", "chợ OR họp", "site:alpha"])
def test_hit_is_the_newest_in_time_of_equal_revisions(
    watcher: Watcher, day: Callable[[float], datetime], order: Order, text: str
) -> None:
    for when, word in ((9, "thứ ba"), (5, "thứ hai"), (1, "thứ nhất")):
        page = watcher.read(at=day(when), body=[f"Chợ phiên {word} họp từ sáng sớm."], lead=None)
        late = ArticleRead(page.page, None, day(when))
        watcher.batch(late, at=None, kind="import", stats={"read": 1})
    (hit,) = find(watcher.db, parse_query(text), order=order)
    assert (hit.revision, hit.newest) == (1, True)


def test_removed_article_is_searchable(searched: Watcher) -> None:
    (hit,) = hits(searched, "lễ hội hoãn")
    assert (hit.article, hit.status) == (6, "removed")
    assert hit.published == "2025-03-20T07:00:00+07:00"
    assert hit.url == "https://alpha.vn/bai-6.html"


def test_title_match_ranks_higher(searched: Watcher) -> None:
    assert found(searched, "phiên OR mưa")[0] == 2
    assert found(searched, "Đảng bộ")[0] in (1, 7)


def test_phrase_matches_rank_first(watcher: Watcher) -> None:
    apart = "Cán bộ xã vận động từng đảng viên, bộ phận một cửa tiếp đảng viên, đảng viên ủng hộ."
    watcher.batch(watcher.read(key="1", title="Đảng viên và cán bộ", lead=None, body=[apart]))
    watcher.batch(watcher.read(key="2", title="Tin xã", lead=None, body=["Đảng bộ xã ra quân."]))
    assert found(watcher, "dang bo") == [2, 1]
    assert found(watcher, "Đảng bộ") == [2, 1]


def test_newest_order(searched: Watcher) -> None:
    by_day = [hit.article for hit in hits(searched, "status:live OR status:removed", "newest")]
    assert by_day[0] == 4  # no date printed: the day, in Vietnam, on which it was seen
    assert by_day[-1] == 6


def test_limit_and_offset(searched: Watcher) -> None:
    query = parse_query("dang bo")
    whole = find(searched.db, query)
    pages = [find(searched.db, query, limit=1, offset=n) for n in range(5)]
    assert [hit for page in pages for hit in page] == whole


@pytest.fixture
def all_common(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MAX_SCORED_REVISIONS", 0)


@pytest.mark.usefixtures("all_common")
@pytest.mark.parametrize(
    ("text", "articles"),
    [("đảng", [7, 1, 3, 2]), ("dang", [3, 7, 1, 2]), ("hai", [5, 1]), ("title:cầu", [5]),
     ("mưa -gỗ", [5, 6]), ("mươ*", [4]), ("lễ hội OR mương", [4, 6])],
)  # fmt: skip
def test_title_matches_of_common_words_rank_first(
    searched: Watcher, text: str, articles: list[int]
) -> None:
    assert found(searched, text) == articles


@pytest.mark.parametrize(
    "text", ["dang", "mưa", "cầu OR mương", "site:beta dang", "status:removed", "mươ*", "hai -hội"]
)
@pytest.mark.parametrize("ranges", [1, 100])
def test_testing_the_newest_revisions_finds_what_sorting_all_finds(
    searched: Watcher, monkeypatch: pytest.MonkeyPatch, text: str, ranges: int
) -> None:
    monkeypatch.setattr(finding, "MAX_TESTED_REVISIONS", 0)
    walked = [hit.article for hit in hits(searched, text, "newest")]
    monkeypatch.setattr(finding, "MAX_TESTED_REVISIONS", 100)
    monkeypatch.setattr(finding, "MAX_ID_GAP", 1)
    monkeypatch.setattr(finding, "MAX_RANGES", ranges)
    assert walked == [hit.article for hit in hits(searched, text, "newest")] != []
    monkeypatch.setattr(finding, "FIRST_TESTED", 1)
    assert [
        h.article for h in find(searched.db, parse_query(text), limit=1, order="newest")
    ] == walked[:1]


@pytest.mark.parametrize(
    "text", ["dang", "mưa", "cầu OR mương", "site:beta dang", "site:beta", "status:removed", "mươ*"]
)
def test_first_articles_are_those_of_the_whole_list(
    searched: Watcher, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    query = parse_query(text)
    every = list(matching_articles(searched.db, query))
    assert every
    for most in (0, 100):
        monkeypatch.setattr("storage.search.selection.MAX_TESTED_REVISIONS", most)
        monkeypatch.setattr("storage.search.selection.FIRST_TESTED", 1)
        for after, limit in ((0, 1), (0, 2), (every[0], 2), (every[-1], 1)):
            wanted = [article for article in every if article > after][:limit]
            assert list(matching_articles(searched.db, query, after=after, limit=limit)) == wanted


@pytest.mark.parametrize(
    ("text", "code"), [("site:alfa", "unknown_site_near"), ("kind:paper", "unknown_kind_near")]
)
def test_unknown_site_or_kind_is_an_error(searched: Watcher, text: str, code: str) -> None:
    query = parse_query(text)
    for call in (
        lambda: find(searched.db, query),
        lambda: count_hits(searched.db, query),
        lambda: matching_articles(searched.db, query),
    ):
        with pytest.raises(QueryError) as error:
            call()
        assert error.value.reason.code == code


@pytest.mark.parametrize("text", ["mươ*", "da*", "=đa*", "title:ca*", "dang -pho*", "ca* OR muo*"])
@pytest.mark.parametrize("limit", [0, 1])
def test_prefix_with_too_many_expansions_matches(
    searched: Watcher, monkeypatch: pytest.MonkeyPatch, text: str, limit: int
) -> None:
    word_by_word = sorted(found(searched, text))
    monkeypatch.setattr(prefixes, "MAX_PREFIX_EXPANSIONS", limit)
    assert sorted(found(searched, text)) == word_by_word != []


def test_prefix_expansion_works_on_a_read_only_database(searched: Watcher) -> None:
    db = open_read_only(searched.home.path / "tinwatch.db")
    assert [hit.article for hit in find(db, parse_query("mươ*"))] == [4]
    db.close()


def marked(hit: Hit) -> list[str]:
    return [text for text, is_found in hit.snippet if is_found]


def test_snippet_keeps_the_original_spelling(searched: Watcher) -> None:
    (hit,) = hits(searched, "thuy loi")
    assert marked(hit) == ["thuỷ", "lợi"]
    assert "".join(text for text, _ in hit.snippet) == "Bà con khơi mương, thuỷ lợi về tới ruộng."
    (phrase_tokens,) = hits(searched, '"cho phien cuoi"')
    assert marked(phrase_tokens) == ["chợ phiên cuối"]
    (prefix,) = hits(searched, "ruo*")
    assert marked(prefix) == ["ruộng"]


def test_snippet_marks_only_matches(searched: Watcher) -> None:
    first = next(hit for hit in hits(searched, "đang bỏ") if hit.article == 2)
    assert marked(first) == ["đang", "bỏ"]
    (named,) = hits(searched, "author:thu site:beta")
    assert marked(named) == ["Thu"]
    (fact,) = hits(searched, "status:removed")
    assert marked(fact) == []


def test_snippet_of_a_long_text_is_short(watcher: Watcher) -> None:
    long = "Một dòng chữ dài kể chuyện làng. " * 400 + "Bỗng có con trâu lạ. " + "Rồi hết. " * 400
    watcher.batch(watcher.read(body=[long], lead=None))
    (hit,) = hits(watcher, "trâu lạ")
    text = "".join(text for text, _ in hit.snippet)
    assert marked(hit) == ["trâu", "lạ"]
    assert len(text) < 230
    assert text.startswith("…")
    assert text.endswith("…")
