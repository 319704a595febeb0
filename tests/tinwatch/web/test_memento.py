"""Memento (RFC 7089): TimeGate, TimeMaps, and the headers of an article's revisions."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

URL = "https://alpha.vn/bai-1.html"
GATE, LINKS, JSON = (f"/{path}/{URL}" for path in ("timegate", "timemap/link", "timemap/json"))
ROOT = "http://localhost:8001"


def date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.fixture
def edited(watcher: Any, day: Any, text: Any) -> Any:
    watcher.batch(watcher.read(), at=day(0))
    for number in (3, 6):
        changed = (text[0], text[1].replace("600", f"9{number}"), *text[2:])
        watcher.batch(watcher.read(at=day(number), body=changed), at=day(number))
    return watcher


def test_timegate_opens_the_revision_of_a_date(edited: Any, client: TestClient, day: Any) -> None:
    expected = {None: 3, day(-9): 1, day(0): 1, day(2.9): 1, day(3): 2, day(5): 2, day(99): 3}
    for moment, number in expected.items():
        headers = {"accept-datetime": date(moment)} if moment else {}
        for method in ("GET", "HEAD"):
            answer = client.request(method, GATE, headers=headers)
            assert answer.status_code == 302
            assert answer.headers["location"] == f"{ROOT}/articles/1?revision={number}"
            assert answer.headers["vary"] == "accept-datetime"
    links = client.get(GATE, headers={"accept-datetime": date(day(4))}).headers["link"]
    assert f'<{URL}>; rel="original"' in links
    assert f'revision=1>; rel="first prev memento"; datetime="{date(day(0))}"' in links
    assert f'revision=3>; rel="last next memento"; datetime="{date(day(6))}"' in links


def test_memento_states_its_time(edited: Any, client: TestClient, day: Any) -> None:
    answer = client.head("/articles/1?revision=2")
    assert answer.headers["memento-datetime"] == date(day(3))
    for relation in ("original", "timegate", "timemap", "memento", "first prev memento"):
        assert f'rel="{relation}"' in answer.headers["link"]
    newest = client.get("/articles/1").headers  # this page will show another revision some day
    assert "memento-datetime" not in newest
    assert 'rel="original"' in newest["link"]


def test_timemaps_list_every_revision(edited: Any, client: TestClient, day: Any) -> None:
    answer = client.get(LINKS)
    assert answer.headers["content-type"].startswith("application/link-format")
    lines = answer.text.rstrip("\n").split(",\n")
    assert lines[0] == f'<{URL}>; rel="original"'
    assert f'from="{date(day(0))}"; until="{date(day(6))}"' in lines[2]
    assert [line.split("; ")[1] for line in lines[3:]] == [
        'rel="first memento"', 'rel="memento"', 'rel="last memento"',
    ]  # fmt: skip
    listed = client.get(JSON).json()
    assert listed["original_uri"] == URL
    assert [each["uri"] for each in listed["mementos"]["list"]] == [
        f"{ROOT}/articles/1?revision={number}" for number in (1, 2, 3)
    ]
    assert listed["mementos"]["first"]["datetime"] == f"{day(0):%Y-%m-%dT%H:%M:%SZ}"


def test_any_form_of_an_address_is_found(watcher: Any, client: TestClient, day: Any) -> None:
    url = "https://baohaugiang.com.vn/thoi-su/giu-bo-kenh-142060.html"
    page = watcher.read(site="haugiang", key="142060", url=url)
    watcher.batch(page, site="haugiang")
    for form in (url, url.replace("https://", "http://www."), f"{url}?utm_source=x",
                 url.replace("://", ":/")):  # fmt: skip
        assert client.get(f"/timegate/{form}").status_code == 302, form


def test_what_is_asked_for_cannot_leave_its_link(watcher: Any, client: TestClient) -> None:
    url = 'https://alpha.vn/a>; rel="x", <b?q="1"&c=đ'
    watcher.batch(watcher.read(url=url))
    answer = client.get('/timemap/link/https://alpha.vn/a>; rel="x", <b?q="1"&c=đ')
    assert answer.status_code in (200, 404)
    assert '"x"' not in answer.text.replace("rel=&", "")
    assert client.get("/articles/1?revision=1").headers["link"].count('rel="original"') == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("/timegate/https://alpha.vn/khong-co.html", 404), ("/timegate/1", 404),
     ("/timemap/link/javascript:alert(1)", 404), ("/timemap/json/http://[", 404)],
)  # fmt: skip
def test_other_addresses_are_not_found(
    edited: Any, client: TestClient, path: str, status: int
) -> None:
    assert client.get(path).status_code == status


def test_invalid_date_is_refused(edited: Any, client: TestClient) -> None:
    assert client.get(GATE, headers={"accept-datetime": "2025-04-07"}).status_code == 400
