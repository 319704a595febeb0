"""Cost of the dashboard: every kind of page, and the JSON API."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from fastapi.testclient import TestClient
from sqlite_utils import Database

from storage.db.connection import open_database
from storage.home import open_home
from storage.provinces.lookup import province_now
from tinwatch.web.app import make_app

GOALS = {"front_ms": 150.0, "article_ms": 150.0, "page_ms": 150.0, "search_ms": 150.0}
ROUNDS = 7


def measure(home: Path) -> dict[str, Any]:
    """Return CPU milliseconds per request (median of ROUNDS) of the slowest page of each kind.

    "figures" are pages with the totals or the chart of common words, which a browser asks for when
    it has the page without them.
    """
    client = TestClient(make_app(open_home(home)), base_url="http://localhost:8001")
    with closing(open_database(home / "tinwatch.db")) as db:
        pages = [*_pages(db), *_site_pages(db), *_api_paths(db)]
    pages_ms = {f"{kind}: {path}": _median(client, path) for kind, path in pages}
    slowest: dict[str, float] = {}
    for (kind, _), ms in zip(pages, pages_ms.values(), strict=True):
        slowest[f"{kind}_ms"] = max(ms, slowest.get(f"{kind}_ms", 0.0))
    return {**slowest, "pages_ms": pages_ms}


def _pages(db: Database) -> Iterator[tuple[str, str]]:
    newest = db.execute("SELECT max(id) FROM events").fetchone()[0]
    edited = db.execute("SELECT article FROM events WHERE kind = 'edited' LIMIT 1").fetchone()
    yield "front", "/"
    yield "front", f"/?since={newest - 500}"
    yield "front", "/?since=0"
    yield "page", "/?since=0&kind=new&page=40"
    yield "article", "/articles/1"
    if edited:
        yield "article", f"/articles/{edited[0]}"
        yield "article", f"/articles/{edited[0]}/diff"
    site = db.execute("SELECT name FROM sites ORDER BY name LIMIT 1").fetchone()[0]
    changed = "kind=edited&kind=removed&kind=restored&kind=moved"
    yield "page", "/changes"
    yield "page", f"/changes?{changed}"
    yield "page", f"/changes?{changed}&sort=priority"
    yield "page", f"/changes?site={site}&kind=edited"
    yield "page", "/changes?class=correction"
    yield "page", "/changes?min_priority=0.5"
    for common in ("text=đảng", "text=đảng&from=2024-01&to=2024-01"):
        yield "page", f"/changes?{common}"
        yield "figures", f"/changes?{common}&complete=1"
    for path in ("/review", "/takedowns"):
        yield "page", f"{path}?text=đảng"
        yield "figures", f"{path}?text=đảng&complete=1"
    yield "page", "/takedowns"
    yield "page", "/takedowns?show=suspect"
    yield "page", "/review"
    yield "page", "/stories"
    yield "page", "/health"
    for words in ("đảng", "dang bo", "title:đảng", "site:hanoi đảng"):
        for order in ("rank", "newest"):
            yield "search", f"/search?q={words}&order={order}"
        yield "search", f"/search?q={words}&view=chart"
        yield "figures", f"/search?q={words}&view=chart&complete=1"


def _site_pages(db: Database) -> Iterator[tuple[str, str]]:
    name, province = db.execute("SELECT name, province FROM sites ORDER BY name").fetchone()
    yield "page", "/sites"
    yield "page", f"/sites/{name}"
    yield "page", "/provinces"
    yield "page", f"/provinces/{province_now(province)}"


def _api_paths(db: Database) -> Iterator[tuple[str, str]]:
    name, many = db.execute(
        "SELECT site, max(id) FROM articles GROUP BY site ORDER BY site"
    ).fetchone()
    newest = db.execute("SELECT max(id) FROM events").fetchone()[0]
    yield "api", "/api/sites"
    yield "api", "/api/articles"
    yield "api", f"/api/articles?q=site:{name}"
    yield "api", f"/api/articles?q=site:{name}&after={many - 500}"
    yield "api", "/api/articles?q=đảng"
    yield "api", "/api/articles/1"
    yield "api", "/api/events"
    yield "api", f"/api/events?since={newest - 500}&kind=edited"
    yield "api", f"/api/events?site={name}&kind=removed"
    yield "api", "/api/search?q=đảng"
    yield "api", "/api/health"


def _median(client: TestClient, path: str) -> float:
    times_ms = []
    for _ in range(ROUNDS):
        started = time.process_time()
        answer = client.get(path)
        times_ms.append((time.process_time() - started) * 1000)
        assert answer.status_code == 200, (path, answer.text[-500:])
    return median(times_ms)
