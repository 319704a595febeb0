"""The five questions of a researcher, as docs/dashboard.md answers them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from storage.home import open_home

DOCS = Path(__file__).parents[3] / "docs" / "dashboard.md"
SECTION = DOCS.read_text(encoding="utf-8").split("## Five questions")[1].split("\n## ")[0]
PATHS = re.findall(r"`(/[^`]+)`", SECTION)


@pytest.fixture
def demo(demo_home: Path, client_of: Callable[..., TestClient]) -> TestClient:
    return client_of(open_home(demo_home))


def test_each_address_of_the_docs_answers(demo: TestClient) -> None:
    assert len(PATHS) == 3
    for path in PATHS:
        assert demo.get(path).status_code == 200, path


def test_article_leads_to_citation_and_story(demo: TestClient) -> None:
    (story,) = {int(n) for n in re.findall(r'href="/stories/(\d+)"', demo.get("/stories").text)}
    member = re.search(r'href="(/articles/\d+)"', demo.get(f"/stories/{story}").text)
    assert member is not None
    article = demo.get(f"{member[1]}?lang=en").text
    assert f'href="/stories/{story}"' in article
    assert f'href="{member[1]}/cite/ris?revision=1"' in article
    assert re.search(r"<bdi>[^<]*version 1, archived on \d\d/\d\d/\d{4}\.</bdi>", article)


def test_pages_lead_to_each_other(demo: TestClient) -> None:
    front = demo.get("/?since=0&lang=en").text
    for page in ("/changes?", "/search", "/review", "/takedowns"):
        assert f'href="{page}' in front, page
    search = demo.get("/search?q=duong&lang=en").text
    assert 'href="/search?q=duong&amp;lang=en&amp;view=chart"' in search
    assert 'href="/search/hits/csv?q=duong' in search
