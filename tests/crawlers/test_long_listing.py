"""A section of Liferay with more listing pages than `max_listings`, crawled to its end."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.registry import get_site
from storage.archive.writer import CaptureWriter

SITE = get_site("hanoi_sotttt")
PAGES = 257
AT = datetime(2025, 3, 10, 18, 30, tzinfo=UTC)
SECTION = SITE.sections[0]


def url_of(number: int) -> str:
    return f"{SITE.root()}/{SECTION}/-/view_content/{4000 + number}-sinh-hoat-chi-bo.html"


def article(number: int) -> str:
    return f"""<html><body><div class="asset-full-content-title">Chi bộ {number} sinh hoạt</div>
<div class="assetPublishDate">04/03/2025 | 4:08 PM</div><div class="asset-full-content">
<div class="journal-content-article"><p>Chi bộ số {number} họp bàn việc đắp lại đoạn bờ bao bị
sạt, mỗi nhà góp một ngày công và ba bao cát.</p><p>Đến trưa, mọi việc của tổ {number} đã
xong.</p></div></div></body></html>"""


def listing(page: int) -> str:
    items = "".join(
        f'<div class="asset-abstract"><h3><a href="{url_of(n)}">Chi bộ {n}</a></h3></div>'
        for n in {page, 1}  # the first article is pinned to every page
    )
    return f"""<html><body><div class="portlet-asset-publisher">{items}</div>
<div class="taglib-page-iterator"><a href="?_101_cur={page + 1}">Tiếp</a></div></body></html>"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WARC file of the section; its pager shows the last page again and again."""
    writer = CaptureWriter(tmp_path_factory.mktemp("liferay"), "section")
    pages = {url_of(n): article(n) for n in range(1, PAGES + 1)}
    for page in range(1, PAGES + 3):
        template = SITE.listing_url if page == 1 else SITE.next_listing
        url = (template or "").format(root=SITE.root(), section=SECTION, page=page)
        pages[url] = listing(min(page, PAGES))
    kind = [("Content-Type", "text/html; charset=utf-8")]
    for url, html in pages.items():
        writer.write_response(url, AT, 200, "OK", kind, html.encode())
    writer.close()
    [file] = (writer.folder / "section").glob("*.warc.gz")
    return file


def crawl(recorded: Path, home: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tinwatch", "crawl", SITE.name, "--replay", str(recorded)]
    done = subprocess.run(
        [*command, "--home", str(home), "--json", *options],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report


def test_full_crawl_stores_all_that_the_listings_link_to(recorded: Path, tmp_path: Path) -> None:
    cut = crawl(recorded, tmp_path)
    assert cut["totals"] == {"new": SITE.max_listings}
    assert [p["reason_code"] for p in cut["sites"][0]["problems"]] == ["listing_cut"]
    full = crawl(recorded, tmp_path, "--full")
    assert full["totals"] == {"new": PAGES - SITE.max_listings}
    assert full["sites"][0]["counts"]["listings"] == PAGES + 1
    assert full["sites"][0]["problems"] == []
