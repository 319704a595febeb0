"""Feeds for readers that cannot log in."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tinwatch.web.feed_access import feed_key

TOKEN = "a-token-of-sixteen-and-more"


@pytest.fixture
def guarded(watcher: Any, client_of: Callable[..., TestClient]) -> TestClient:
    watcher.batch(watcher.read())
    return client_of(watcher.home, token=TOKEN)


def test_key_opens_feeds_only(guarded: TestClient) -> None:
    key = feed_key(TOKEN)
    feed = guarded.get(f"/feeds/all.atom?kind=new&key={key}")
    assert feed.status_code == 200
    assert key not in feed.text
    assert guarded.get(f"/api/events?key={key}").status_code == 401
    assert guarded.get(f"/?key={key}").status_code == 303
    assert guarded.get("/feeds/all.atom?key=wrong").status_code == 401


def test_basic_password_is_the_token(guarded: TestClient) -> None:
    def get(password: str) -> int:
        basic = base64.b64encode(f"reader:{password}".encode()).decode()
        return guarded.get(
            "/feeds/all.atom", headers={"authorization": f"Basic {basic}"}
        ).status_code

    assert get(TOKEN) == 200
    assert get("wrong") == 401
    asked = guarded.get("/feeds/all.atom")
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith("Basic")


def test_unchanged_feed_is_not_sent_again(guarded: TestClient) -> None:
    url = f"/feeds/all.atom?key={feed_key(TOKEN)}"
    etag = guarded.get(url).headers["etag"]
    again = guarded.get(url, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_head_has_the_headers_of_get(client: TestClient, watcher: Any) -> None:
    watcher.batch(watcher.read())
    for path in ("/", "/api/articles", "/feeds/all.atom"):
        got, head = client.get(path), client.head(path)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == got.headers["content-type"]


def test_api_counts_and_lists_stories(client: TestClient, watcher: Any) -> None:
    watcher.batch(watcher.read())
    rows = client.get("/api/count?q=site:alpha&by=month&group=site").json()
    assert [row["group"] for row in rows] == ["alpha"]
    assert client.get("/api/count?q=").status_code == 400
    assert client.get("/api/stories").json() == {"stories": [], "next": None}
    schemes = client.get("/api/openapi.json").json()["components"]["securitySchemes"]
    assert set(schemes) == {"HTTPBearer", "HTTPBasic"}
