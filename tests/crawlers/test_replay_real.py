"""The stored pages of the Hanoi section, crawled from their WARC file by the command line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawlers.extraction.html import links_of
from crawlers.registry import get_site
from storage.archive.reader import read_records

FILE = Path(__file__).parents[3] / "shared" / "captures" / "sotttt-party-dev.warc.gz"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"{FILE.name} is not beside the project")


def tinwatch(*words: str | Path) -> str:
    command = [sys.executable, "-m", "tinwatch", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def rows(*words: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in tinwatch(*words).splitlines()]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("real")
    tinwatch("crawl", "hanoi_sotttt", "--replay", FILE, "--home", place)
    return place


def test_every_article_that_the_listings_link_to_is_stored_once(home: Path) -> None:
    site = get_site("hanoi_sotttt")
    pages = {record.url: record for record in read_records(FILE)}
    linked = {
        key
        for record in pages.values()
        if site.key_of(record.url) is None
        for link in links_of(record.body, record.url)
        if (key := site.key_of(link)) is not None
    }
    held = {key for url in pages if (key := site.key_of(url)) is not None}
    stored = [row["key"] for row in rows("articles", "--json", "--home", home)]
    assert sorted(stored) == sorted(linked & held)
    assert len(stored) == 30


def test_each_has_title_date_and_body(home: Path) -> None:
    for row in rows("articles", "--json", "--home", home):
        assert all(row[field] for field in ("title", "published", "body")), row["url"]


@pytest.mark.slow
def test_a_second_run_makes_no_event(home: Path) -> None:
    before = rows("events", "--json", "--home", home)
    for recheck in ("due", "all"):
        tinwatch("crawl", "hanoi_sotttt", "--replay", FILE, "--home", home, "--recheck", recheck)
    assert rows("events", "--json", "--home", home) == before
    assert {row["revisions"] for row in rows("articles", "--json", "--home", home)} == {1}


def test_slugs_that_end_in_a_number_and_the_stories_they_are_in(home: Path) -> None:
    """The stored pages hold one "-1" slug, and its text stands on no other of them; neither do
    the section's congress reports, which share a form, make one story of two."""
    numbered = [
        row["key"] for row in rows("articles", "--json", "--home", home)
        if re.search(r"-\d\.html$", row["url"])
    ]  # fmt: skip
    assert numbered == ["3914724"]
    assert rows("stories", "--min-sites", "1", "--json", "--home", home) == []
