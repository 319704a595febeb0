"""What the page costs: the front page, an article, and the pages that events are listed on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from fastapi.testclient import TestClient
from sqlite_utils import Database

from storage.database import open_database
from storage.home import open_home
from tinwatch.web.app import make_app

GOALS = {"front_ms": 100.0, "article_ms": 100.0}
ROUNDS = 7


def measure(home: Path) -> dict[str, Any]:
    """Milliseconds of a request, in the same process: median of some rounds, by page."""
    client = TestClient(make_app(open_home(home)), base_url="http://localhost:8001")
    with closing(open_database(home / "tinwatch.db")) as db:
        pages = dict(_pages(db))
    pages_ms = {name: _median(client, path) for name, path in pages.items()}
    fronts = [ms for name, ms in pages_ms.items() if name.startswith("front")]
    articles = [ms for name, ms in pages_ms.items() if name.startswith("article")]
    return {"front_ms": max(fronts), "article_ms": max(articles), "pages_ms": pages_ms}


def _pages(db: Database) -> Iterator[tuple[str, str]]:
    newest = db.execute("SELECT max(id) FROM events").fetchone()[0]
    edited = db.execute("SELECT article FROM events WHERE kind = 'edited' LIMIT 1").fetchone()
    yield "front, newest night", "/"
    yield "front, 500 new", f"/?since={newest - 500}"
    yield "everything ever, counted", "/?since=0"
    yield "kind, page 40", "/?since=0&kind=new&page=40"
    yield "article, first", "/articles/1"
    if edited:
        yield "article, edited", f"/articles/{edited[0]}"
        yield "change", f"/articles/{edited[0]}/diff"
    yield "takedowns", "/takedowns"
    yield "suspects", "/takedowns?show=suspect"
    yield "review", "/review"


def _median(client: TestClient, path: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(path)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.text[-500:])
    return median(taken)
