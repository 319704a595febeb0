"""Search, searches that are saved, and their feeds."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import feedparser
import pytest
from fastapi.testclient import TestClient

from storage.home import open_home

EVIL = '<script>alert(1)</script>\x0b"><img src=x onerror=alert(2)>\u202e & co'


@pytest.fixture
def demo_page(played_home: Path, client_of: Callable[..., TestClient]) -> TestClient:
    return client_of(open_home(played_home))


def test_matches_are_highlighted(demo_page: TestClient) -> None:
    text = demo_page.get("/search?q=duong&lang=en").text
    assert "<mark>đường</mark>" in text
    assert 'href="/api/search?q=duong"' in text
    with_filters = demo_page.get("/search?q=duong&site=laocai&lang=en").text
    assert 0 < with_filters.count('class="snippet"') < text.count('class="snippet"')
    sites = "/search?q=duong&site=laocai&site=haugiang&lang=en"
    several = demo_page.get(sites).text
    other = demo_page.get("/search?q=duong&site=haugiang&lang=en").text
    assert '<input type="hidden" name="site" value="haugiang">' in several
    rows = demo_page.get("/search/counts.json?q=duong&site=laocai&site=haugiang&group=site").json()
    assert {row["group"] for row in rows} == {"laocai", "haugiang"}
    assert 'class="snippet"' in other
    assert 'class="snippet"' not in demo_page.get("/search?q=khongcotunay").text
    days = demo_page.get("/search?from=2025-03-10&to=2025-03-10&order=newest").text
    assert ">10/03/2025<" in days
    assert ">09/03/2025<" not in days


@pytest.mark.parametrize("page", ["/search?q=site:yenbai&lang=en", "/sites/yenbai?lang=en"])
def test_day_of_an_article_without_a_date_is_that_it_was_seen(
    demo_page: TestClient, page: str
) -> None:
    listed = demo_page.get(page).text
    day, mark = re.search(  # type: ignore[union-attr]
        r'class="when">([\d/]*) *<span class="dim" title="[^"]+">([^<]+)<', listed
    ).groups()
    assert (day, mark) == ("10/03/2025", "first seen")


def test_number_of_hits_over_time(demo_page: TestClient) -> None:
    text = demo_page.get("/search?q=duong&view=chart&by=day&lang=en").text
    number = re.search(r"<h2>(\d+) articles</h2>", text)[1]  # type: ignore[index]
    assert f"<b>{number}</b>" in text
    assert "from=2025-03-10&amp;to=2025-03-10" in text
    rows = demo_page.get("/search/counts.json?q=duong&by=day&group=site").json()
    assert sum(row["articles"] for row in rows) == int(number)
    assert {"gialai", "laocai"} <= {row["group"] for row in rows}
    both = demo_page.get("/search?q=duong&compare=ho+so&view=chart&by=month").text
    assert both.count('class="row-of-bars series-') == 2
    assert demo_page.get("/search/counts.csv?q=(duong").status_code == 400


def test_chart_of_a_common_word_is_counted_when_it_is_asked_for(
    demo_page: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "/search?q=duong&view=chart&lang=en"
    chart = demo_page.get(address).text
    assert "data-later" not in chart
    monkeypatch.setattr("tinwatch.web.components.figures.MAX_COUNTED_AT_ONCE", 0)
    page = demo_page.get(address).text
    assert page.count('id="figures"') == 1
    assert "row-of-bars" not in page
    assert re.findall(r"<h2>.*</h2>", page) == re.findall(r"<h2>.*</h2>", chart)
    link = re.search(r'data-later [^>]*><a href="([^"]+)"', page)[1]  # type: ignore[index]
    complete = demo_page.get(html.unescape(link)).text
    assert complete == chart
    assert "data-later" not in demo_page.get("/search?q=khongcotunay&view=chart").text


def test_hits_are_downloaded(demo_page: TestClient) -> None:
    number = len(demo_page.get("/api/search?q=duong&most=100").json()["hits"])
    for name, mark in (
        ("csv", "\r\n"),
        ("ris", "TY  - "),
        ("bibtex", "  title = "),
        ("csl-json", '"id"'),
    ):
        answer = demo_page.get(f"/search/hits/{name}?q=duong")
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.text.count(mark) >= number
    assert demo_page.get("/search/hits/csv?q=(duong").status_code == 400
    assert demo_page.get("/search/hits/csv?q=duong&sort=x").status_code == 400


def test_prefixes_are_found(demo_page: TestClient) -> None:
    answer = demo_page.get("/search", params={"q": "đườ*", "lang": "en"})
    assert answer.status_code == 200
    assert "<mark>đường</mark>" in answer.text


@pytest.mark.parametrize("asked", ["(duong", "foo:bar", "NOT duong", 'duong "mo'])
def test_invalid_query_gets_a_hint(demo_page: TestClient, asked: str) -> None:
    answer = demo_page.get("/search", params={"q": asked, "lang": "en"})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text


def test_hint_is_in_vietnamese(demo_page: TestClient) -> None:
    text = demo_page.get("/search", params={"q": "tilte:đường", "lang": "vi"}).text
    assert '<bdi lang="vi">không có trường tilte:; có phải title: không?' in text


def test_duplicate_name_error_is_in_vietnamese(
    demo_page: TestClient, same_origin: dict[str, str]
) -> None:
    form = {"name": "hai-lan", "q": "duong"}
    demo_page.post("/searches", data=form, headers=same_origin)
    answer = demo_page.post("/searches?lang=vi", data=form, headers=same_origin)
    assert answer.status_code == 400
    assert "đã có câu tìm tên hai-lan: hãy chọn tên khác" in answer.text


def test_hits_are_paged(demo_page: TestClient) -> None:
    first = demo_page.get("/search?q=kind:newspaper&order=newest").text
    assert "page=2" in first
    second = demo_page.get("/search?q=kind:newspaper&order=newest&page=2").text
    assert second.count('class="snippet"') > 0
    assert demo_page.get("/search?q=duong&page=51").status_code == 400


def test_search_is_saved_with_feed_and_deleted(
    demo_page: TestClient, same_origin: dict[str, str]
) -> None:
    form = {"name": "con-duong", "q": "duong"}
    assert demo_page.post("/searches", data=form, headers=same_origin).status_code == 303
    assert demo_page.post("/searches", data=form, headers=same_origin).status_code == 400
    assert "/searches/con-duong.atom" in demo_page.get("/search").text
    answer = demo_page.get("/searches/con-duong.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.feed.title == "tinwatch: con-duong"
    assert len(feed.entries) == len({entry.id for entry in feed.entries}) > 3
    assert feed.entries[0].link.startswith("http://localhost:8001/articles/")
    done = demo_page.post("/searches/con-duong/delete", headers=same_origin)
    assert done.status_code == 303
    assert demo_page.get("/searches/con-duong.atom").status_code == 404
    assert demo_page.post("/searches/con-duong/delete", headers=same_origin).status_code == 404


def test_cross_site_form_saves_nothing(demo_page: TestClient) -> None:
    answer = demo_page.post(
        "/searches", data={"name": "x", "q": "duong"}, headers={"origin": "https://evil.vn"}
    )
    assert answer.status_code == 403


def test_event_feeds_are_readable_by_feedparser(demo_page: TestClient) -> None:
    everything = feedparser.parse(demo_page.get("/feeds/all.atom").content)
    one = feedparser.parse(demo_page.get("/feeds/site/gialai.atom").content)
    assert not everything.bozo
    assert not one.bozo
    assert 0 < len(one.entries) < len(everything.entries)


def test_subscription_has_a_feed(demo_page: TestClient, played_home: Path) -> None:
    file = played_home / "alerts.toml"
    file.write_text('[[subscription]]\nname = "gỡ"\nto = ["env:A"]\nkinds = ["removed"]\n')
    feed = feedparser.parse(demo_page.get("/feeds/subscription/gỡ.atom").content)
    assert not feed.bozo
    assert {entry.title.split()[0] for entry in feed.entries} == {"removed"}
    assert demo_page.get("/feeds/subscription/x.atom").status_code == 404
    file.write_text("[[subscription]]\n")
    answer = demo_page.get("/feeds/subscription/gỡ.atom")
    assert answer.status_code == 400
    assert str(played_home) not in answer.text


def test_hostile_text_is_escaped_in_feeds(
    watcher: object, client: TestClient, same_origin: dict[str, str]
) -> None:
    watcher.batch(watcher.read(title=EVIL, lead=EVIL))  # type: ignore[attr-defined]
    form = {"name": "xau", "q": "alert"}
    assert client.post("/searches", data=form, headers=same_origin).status_code == 303
    feed = feedparser.parse(client.get("/searches/xau.atom").content)
    assert not feed.bozo
    (entry,) = feed.entries
    assert entry.title_detail.type == "text/plain"
    assert "\u202e" not in entry.title
    assert "<script>" in entry.title
