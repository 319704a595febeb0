"""Boilerplate: a banner without a rule is removed once it is on many pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from crawlers.reprocess.reparse import reparse_sites
from schedules.publishing.publish import publish
from storage.articles.repository import articles_as_json
from storage.events.ledger import events
from storage.home import Home, open_home

SITE = "gialai"
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


def bring_in(home: Home, folder: Path, night: int) -> None:
    """Import one batch: every page again, with other counters."""
    files = []
    for number in range(len(PLACES)):
        file = folder / f"{night}-{number}.html"
        file.write_text(page(number, 100 * night + 7 * number), encoding="utf-8")
        files.append(file)
    import_files(home, get_site(SITE), files, captured_at=NIGHT + timedelta(days=night))
    db = home.database()
    publish(db, home, [SITE])
    db.close()


def kinds(home: Home) -> list[str]:
    db = home.database()
    kinds = [event.kind for event in events(db)]
    db.close()
    return kinds


def texts(home: Home) -> list[list[str]]:
    db = home.database()
    bodies = [[b["text"] for b in row["body"]] for row in articles_as_json(db, SITE)]
    db.close()
    return bodies


@pytest.fixture
def home(tmp_path: Path) -> Home:
    new_home = open_home(tmp_path / "home")
    bring_in(new_home, tmp_path, 0)
    return new_home


def test_first_batch_keeps_the_banner(home: Home) -> None:
    assert all(len(body) == 4 for body in texts(home))


def test_second_batch_removes_the_banner_without_an_edit(home: Home, tmp_path: Path) -> None:
    bring_in(home, tmp_path, 1)
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


def test_real_edit_is_still_published(home: Home, tmp_path: Path) -> None:
    bring_in(home, tmp_path, 1)
    file = tmp_path / "edited.html"
    file.write_text(page(3, 999).replace("ba tốp", "bốn tốp"), encoding="utf-8")
    import_files(home, get_site(SITE), [file], captured_at=NIGHT + timedelta(days=2))
    db = home.database()
    publish(db, home, [SITE])
    db.close()
    assert kinds(home)[len(PLACES) :] == ["edited"]
