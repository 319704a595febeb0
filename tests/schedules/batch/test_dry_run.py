"""A dry run crawls politely, reads what it fetched, and leaves no files behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawlers.platforms.cms_body import CmsBody
from crawlers.registry import all_sites
from schedules.batch.dry_run import dry_run_home, fetch_article, fetch_site
from storage.home import SiteBusy, open_home
from storage.reasons import Reason

SCRIPT = Path(__file__).with_name("inspect_live_site.py")


def run_inspection(folder: Path, what: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder / "team"), what],
        cwd=SCRIPT.parents[3], capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(("what", "status"), [("article", 200), ("gone", 404)])
def test_dry_run_of_an_article_requests_robots_and_article(
    tmp_path: Path, what: str, status: int
) -> None:
    result = run_inspection(tmp_path, what)
    assert result["paths"] == ["/robots.txt", "/thoi-su/chuyen-cua-xa-bai118.html"]
    assert result["status"] == status
    assert result["gone"]
    assert set(result["left"]) <= {"settings.toml", "locks/thu_nghiem.lock"}


@pytest.mark.slow
def test_page_without_capture_is_fetched_for_commands(tmp_path: Path) -> None:
    result = run_inspection(tmp_path, "command")
    assert result["url"].endswith("/thoi-su/chuyen-cua-xa-bai118.html")
    assert "đợt 118" in result["title"]


def test_page_forbidden_by_robots_is_not_fetched(tmp_path: Path) -> None:
    assert "robots.txt forbids it" in run_inspection(tmp_path, "forbidden")["error"]


def test_dry_run_of_a_site_requests_listings_and_five_articles(tmp_path: Path) -> None:
    result = run_inspection(tmp_path, "site")
    assert result["paths"][0] == "/robots.txt"
    assert sum("-bai" in path for path in result["paths"]) == 5
    assert len(result["paths"]) <= 8  # robots.txt, the section, the feed
    assert result["read"] == 5
    assert result["robots"] == "robots_allows_all"
    assert result["links"][0] > 5
    assert ["toasoan@thu-nghiem.example" in agent for agent in result["agents"]] == [True]
    assert result["gone"]


def test_site_that_is_being_crawled_is_busy(tmp_path: Path) -> None:
    site = all_sites()["gialai"]
    home = open_home(tmp_path)
    with home.site_lock("gialai"), pytest.raises(SiteBusy), dry_run_home(tmp_path, site):
        raise AssertionError("the lock was not asked for")


def test_archive_and_non_article_urls_are_refused(tmp_path: Path) -> None:
    class Cu(CmsBody):
        name = "cu_trial"
        title = "Báo Cũ"
        province = "lao-cai"
        kind = "newspaper"
        domains = ["baocu.example"]
        status_note = Reason("site_note", text="closed")

    class Moi(Cu):
        name = "moi_trial"
        status_note = None
        sections = ["tin"]

    with dry_run_home(tmp_path / "none", Cu) as home:
        for ask in (
            lambda: fetch_site(home, Cu, 5),
            lambda: fetch_article(home, Cu, "https://baocu.example/a-post1.html"),
        ):
            with pytest.raises(ValueError, match="is an archive"):
                ask()
        with pytest.raises(ValueError, match="article_url does not fit it"):
            fetch_article(home, Moi, "https://baocu.example/lien-he")
    assert not (tmp_path / "none").exists()
