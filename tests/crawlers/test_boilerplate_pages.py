"""Boilerplate: a banner without a rule is removed once it is on many pages."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from crawlers.crawl.from_capture import reparse_revision
from crawlers.extraction.article import extract_article
from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from crawlers.reprocess.reparse import reparse_sites
from pipelines.boilerplate.store import current_boilerplate
from pipelines.items import ArticleRead
from pipelines.recording.recorder import Recorder
from pipelines.site_store import SiteStore
from schedules.publishing.publish import publish
from storage.archive.captures import newest_captures
from storage.archive.writer import CaptureWriter
from storage.articles.repository import articles_as_json
from storage.events.ledger import events
from storage.home import Home, open_home
from storage.run_stats import RunStats
from storage.runs.repository import RunKind
from storage.runs.sites import register_site
from tests.conftest import HEALTHY

SITE = "gialai"
URL = re.compile(r"https://[^\"]+")
NIGHT = datetime(2025, 3, 10, 18, 30, tzinfo=UTC)
SLOGAN = "Nói ít, làm nhiều, việc của làng là việc của mình"
PLACES = (
    "Plei Ơi", "Kon Gang", "Ia Mơ", "Đê Ar", "Tơ Tung", "Sơ Pai", "Chư Gu", "Ia Rsai", "Pờ Tó",
    "Ya Hội", "An Thành", "Kông Yang", "Ayun", "Đăk Trôi", "Lơ Ku", "Nghĩa An",
)  # fmt: skip
WORKS = (
    "gặt lúa",
    "nạo mương",
    "dựng lại cổng",
    "trồng keo",
    "sửa giọt nước",
    "góp gạo",
    "vá đường",
)


def page(number: int, visits: int) -> str:
    place, work = PLACES[number], WORKS[number % len(WORKS)]
    url = f"https://baogialai.com.vn/viec-lang-post{700000 + number}.html"
    text = (
        f"<p>Từ tinh mơ, trai gái làng {place} đã gọi nhau đi {work}. Nhà nào cũng có người, nhà "
        f"neo đơn thì hàng xóm làm thay, chẳng ai kể công. Già làng đứng ở đầu dốc đếm từng người, "
        f"ai đến muộn chỉ cười trừ rồi xắn tay vào việc.</p>"
        f"<p>Bí thư chi bộ {place} bảo, cả năm họp hành anh chỉ nhắc mỗi câu “{SLOGAN}”, thế mà "
        f"buổi {work} nào cũng đông, có hôm phải chia thành ba tốp cho khỏi vướng chân nhau.</p>"
    )
    banner = "<p>Tải ứng dụng của báo về điện thoại</p>"
    counter = f"<p>Bài này đã có {visits} lượt đọc</p>"
    return (
        f'<html><head><meta charset="utf-8"><link rel="canonical" href="{url}"></head><body>'
        f'<h1 class="article__title cms-title">Việc làng ở {place}</h1>'
        f'<time class="time">09/03/2025 0{number % 9}:15</time>'
        f'<div class="article__body cms-body">{text}{banner}{counter}</div></body></html>'
    )


def read(home: Home, day: int, texts: list[str]) -> None:
    """Record pages as a crawl reads them, and publish."""
    site, at = get_site(SITE), NIGHT + timedelta(days=day)
    with closing(home.database()) as db:
        register_site(db, site.facts())
        with closing(CaptureWriter(home.captures, SITE, newest_captures(db, SITE))) as captures:
            reparse = partial(reparse_revision, SiteStore(home, db, SITE), site)
            recorder = Recorder(db, SITE, RunKind.REPLAY, captures, clock=at, reparse=reparse)
            for text in texts:
                body, url = text.encode(), URL.search(text)[0]  # type: ignore[index]
                boilerplate = current_boilerplate(db, SITE)
                article = extract_article(body, url, site, at, boilerplate=boilerplate)
                capture = captures.write_resource(url, at, "text/html", body)
                recorder.record(ArticleRead(article, capture, at))
            recorder.finish(RunStats.from_dict(HEALTHY), listings_complete=True)
        publish(db, home, [SITE])


def bring_in(home: Home, night: int) -> None:
    """Read every page again, with other counters."""
    read(home, night, [page(n, 100 * night + 7 * n) for n in range(len(PLACES))])


def kinds(home: Home) -> list[str]:
    db = home.database()
    kinds = [event.kind for event in events(db)]
    db.close()
    return kinds


def texts(home: Home) -> list[list[str]]:
    db = home.database()
    bodies = [[b["text"] for b in row["body"]] for row in articles_as_json(db, [SITE])]
    db.close()
    return bodies


@pytest.fixture
def home(tmp_path: Path) -> Home:
    new_home = open_home(tmp_path / "home")
    bring_in(new_home, 0)
    return new_home


def test_first_batch_keeps_the_banner(home: Home) -> None:
    assert all(len(body) == 4 for body in texts(home))


def test_second_batch_removes_the_banner_without_an_edit(home: Home) -> None:
    bring_in(home, 1)
    assert kinds(home) == ["new"] * len(PLACES)
    for body in texts(home):
        assert len(body) == 2
        assert SLOGAN in body[1]


def test_reparse_removes_the_banner_everywhere(home: Home) -> None:
    done = reparse_sites(home, [SITE])[SITE]
    assert (done.changed, done.fields) == (len(PLACES), {"body": len(PLACES)})
    assert all(len(body) == 2 for body in texts(home))
    assert kinds(home) == ["new"] * len(PLACES)
    assert reparse_sites(home, [SITE])[SITE].changed == 0


def test_real_edit_is_still_published(home: Home) -> None:
    bring_in(home, 1)
    read(home, 2, [page(3, 999).replace("ba tốp", "bốn tốp")])
    assert kinds(home)[len(PLACES) :] == ["edited"]


def test_import_reads_by_what_crawls_have_learned_and_teaches_nothing(
    home: Home, tmp_path: Path
) -> None:
    """What it teaches would depend on the order of imports."""
    with closing(home.database()) as db:
        learned = current_boilerplate(db, SITE)
    assert learned.line_hashes
    files = [tmp_path / f"{number}.html" for number in range(len(PLACES))]
    for number, file in enumerate(files):
        other = page(number, 5000 + number).replace("về điện thoại", "ngay hôm nay")
        file.write_text(other.replace("post70", "post80"), "utf-8")
    import_files(home, get_site(SITE), files[1:], captured_at=NIGHT - timedelta(days=300))
    import_files(home, get_site(SITE), files[:1], captured_at=NIGHT - timedelta(days=200))
    with closing(home.database()) as db:
        assert current_boilerplate(db, SITE) == learned
        lengths = [
            len(row["body"]) for row in articles_as_json(db, [SITE]) if "post80" in row["url"]
        ]
    assert lengths == [3] * len(PLACES)  # with the other banner, without the counter
