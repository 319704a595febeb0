"""A section of Liferay with more listing pages than `max_listings`, crawled to its end."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.registry import get_site
from storage.archive.writer import CaptureWriter

SITE = get_site("hanoi_sotttt")
PAGES = 257
AT = datetime(2025, 3, 10, 18, 30, tzinfo=UTC)
SECTION = SITE.sections[0]


NIGHTS = 6
EDITED = {(7 * n + night) % PAGES + 1: night for night in range(1, NIGHTS) for n in (3, 11, 20, 29)}


def edits_until(number: int, night: int) -> int:
    """How often an article was edited until a night: each of EDITED once, on its night."""
    return int(EDITED.get(number, NIGHTS) <= night)


def url_of(number: int) -> str:
    return f"{SITE.root()}/{SECTION}/-/view_content/{4000 + number}-sinh-hoat-chi-bo.html"


def article(number: int, night: int = 0) -> str:
    """A page of short paragraphs; after night 0 an advert with a picture stands in most of them."""
    paragraphs = [
        f"Chi bộ số {number} họp bàn việc đắp lại đoạn bờ bao bị sạt.",
        f"Mỗi nhà góp một ngày công và {3 + edits_until(number, night)} bao cát.",
        f"Đến trưa, mọi việc của tổ {number} đã xong.",
    ]
    lines = [f"<p>{text}</p>" for text in paragraphs]
    if night and (number + night) % 3:
        place = (number * night) % len(lines) + 1
        lines.insert(place, f'<p><a href="https://qc.vn/"><img src="/qc{night}.jpg"></a></p>')
    return f"""<html><body><div class="asset-full-content-title">Chi bộ {number} sinh hoạt</div>
<div class="assetPublishDate">04/03/2025 | 4:08 PM</div><div class="asset-full-content">
<div class="journal-content-article">{"".join(lines)}</div></div></body></html>"""


def listing(page: int) -> str:
    items = "".join(
        f'<div class="asset-abstract"><h3><a href="{url_of(n)}">Chi bộ {n}</a></h3></div>'
        for n in {page, 1}  # the first article is pinned to every page
    )
    return f"""<html><body><div class="portlet-asset-publisher">{items}</div>
<div class="taglib-page-iterator"><a href="?_101_cur={page + 1}">Tiếp</a></div></body></html>"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("liferay"))


def record(folder: Path, night: int = 0) -> Path:
    """Write a WARC file of the section; its pager shows the last page again and again."""
    writer = CaptureWriter(folder, "section")
    pages = {url_of(n): article(n, night) for n in range(1, PAGES + 1)}
    for page in range(1, PAGES + 3):
        template = SITE.listing_url if page == 1 else SITE.next_listing
        url = (template or "").format(root=SITE.root(), section=SECTION, page=page)
        pages[url] = listing(min(page, PAGES))
    kind = [("Content-Type", "text/html; charset=utf-8")]
    for url, html in pages.items():
        writer.write_response(url, AT + timedelta(days=night), 200, "OK", kind, html.encode())
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


def test_six_nights_with_adverts_have_the_true_edits_only(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for night in range(NIGHTS):
        file = record(tmp_path / str(night), night)
        report = crawl(file, home, "--full", "--recheck", "all")
        edited = sum(1 for edited_on in EDITED.values() if edited_on == night)
        expected = {"edited": edited} if night else {"new": PAGES}
        assert report["totals"] == expected, night
    with closing(sqlite3.connect(home / "tinwatch.db")) as db:
        rows = db.execute(
            "SELECT url, summary FROM events JOIN articles ON articles.id = article "
            "WHERE kind <> 'new'"
        ).fetchall()
    assert dict(rows) == {url_of(n): "body: number 3 became 4" for n in EDITED}
    assert len(rows) == len(EDITED)
