"""Fetching for tinwatch add: few pages, as politely as a crawl."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawlers.registry import get_site
from crawlers.scaffold.live import MAX_ARTICLES
from storage.version import user_agent

SCRIPT = Path(__file__).with_name("fetch_few_pages.py")
ROOT = Path(__file__).resolve().parents[3]
DELAY = 0.2  # as the script sets it; Scrapy varies it by half


def fetch_scenario(scenario: str, home: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), scenario, str(home)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    home = tmp_path_factory.mktemp("home")
    return fetch_scenario("loopback", home), home


@pytest.mark.slow
def test_front_page_leads_to_a_section_and_articles(
    loopback: tuple[dict[str, Any], Path],
) -> None:
    paths = ["/" + url.split("/", 3)[3] for url in loopback[0]["pages"]]
    assert paths[0] == "/"
    assert "/xa-hoi/" in paths
    articles = [path for path in paths if path.endswith(".html")]
    assert 3 <= len(articles) <= MAX_ARTICLES
    assert len(set(paths)) == len(paths)


def test_robots_txt_is_fetched_first_and_obeyed(loopback: tuple[dict[str, Any], Path]) -> None:
    paths = [seen["path"] for seen in loopback[0]["seen"]]
    assert paths[0] == "/robots.txt"
    assert not [path for path in paths if path.startswith("/noi-bo/")]
    assert len(paths) <= MAX_ARTICLES + 4
    assert paths[-1] == "/chuyen-de-he/"  # that only breadcrumbs name


def test_requests_keep_the_delay_and_send_the_user_agent(
    loopback: tuple[dict[str, Any], Path],
) -> None:
    seen = loopback[0]["seen"]
    times = [one["at"] for one in seen if one["path"] != "/robots.txt"]
    assert min(b - a for a, b in pairwise(times)) >= DELAY / 2 - 0.02
    assert {one["agent"] for one in seen} == {user_agent("toasoan@thu.example")}


def test_nothing_is_stored_in_the_home(loopback: tuple[dict[str, Any], Path]) -> None:
    assert [path.name for path in loopback[1].iterdir()] == ["settings.toml"]


def test_private_network_gets_no_request(tmp_path: Path) -> None:
    found = fetch_scenario("private", tmp_path)
    assert found["seen"] == []
    assert "private network" in found["error"]


@pytest.mark.slow
def test_page_forbidden_by_robots_txt_is_reported(tmp_path: Path) -> None:
    found = fetch_scenario("forbidden", tmp_path)
    assert [seen["path"] for seen in found["seen"]] == ["/robots.txt"]
    assert "robots.txt forbids it" in found["error"]


@pytest.mark.parametrize(
    "start",
    [
        "https://baocantho.com.vn/",
        pytest.param("https://baocantho.com.vn/chinh-tri/", marks=pytest.mark.slow),
    ],
)
def test_pages_of_a_sample_site_suffice_for_a_proposal(start: str, tmp_path: Path) -> None:
    site = get_site("cantho")
    found = fetch_scenario(start, tmp_path)
    assert found["pages"][0] == start
    assert sum(site.key_of(url) is not None for url in found["pages"]) >= 3


@pytest.mark.slow
def test_missing_page_is_reported(tmp_path: Path) -> None:
    found = fetch_scenario("https://baocantho.com.vn/khong-co-gi/", tmp_path)
    assert found["error"] == "https://baocantho.com.vn/khong-co-gi/ answered 404"
