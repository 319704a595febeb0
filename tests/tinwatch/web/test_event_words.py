"""On the Vietnamese page events are told in Vietnamese, and in the ledger's words where not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from storage.events.ledger import EVENT_KINDS, Event, events
from storage.home import open_home
from tinwatch.web.components.event_lines import told


def event(kind: str, detail: dict[str, Any], summary: str = "stored words") -> Event:
    return Event(1, 1, "alpha", 1, kind, "2025-04-07T18:30:00Z", summary, detail, None)


def test_every_event_of_the_demo_is_told_in_vietnamese(demo_home: Path) -> None:
    with closing(open_home(demo_home).database()) as db:
        found = list(events(db))
    assert {"new", "edited", "removed", "restored", "reposted"} == {each.kind for each in found}
    for each in found:
        assert told(each, "vi").lang == "vi", each
        if each.kind != "new":
            assert told(each, "vi").text != each.summary
            assert told(each, "en") == (each.summary, "en")
    lines = [told(each, "vi").text for each in found]
    assert "sửa thân bài; “875” thành “857”; thêm 1, bớt 1 âm tiết" in lines
    assert any(line.startswith("trang trả lời 404; 2 lần kiểm tra không thấy") for line in lines)


GONE = {"facts": {}, "changed": ["title", "published"], "syllables_added": 0,
        "syllables_removed": 4, "reverts_to": 2}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "detail", "line"),
    [
        ("edited", GONE, "quay về bản 2; sửa tiêu đề, ngày đăng; thêm 0, bớt 4 âm tiết"),
        ("edited", GONE | {"facts": {"names": [{"old": "Hà {x}", "new": None}]}},
         "quay về bản 2; sửa tiêu đề, ngày đăng; bỏ “Hà {x}”; thêm 0, bớt 4 âm tiết"),
        ("moved", {"to_url": "https://a.vn/1"}, "nay ở https://a.vn/1"),
        ("story_merged", {"story": 2, "merged_story": 5},
         "câu chuyện 5 và câu chuyện 2 là một"),
        ("story_split", {"story": 2}, "không còn mang văn bản của câu chuyện 2"),
        ("recovered", {}, "Trang hoạt động trở lại"),
        ("silent", {"why": "not_read", "days": 5}, "5 ngày liền không có lần chạy nào đạt"),
        ("silent", {"why": "nothing_new", "days": 9, "usual_days": 2, "since": None},
         "9 ngày không có bài mới; thường lâu nhất là 2 ngày"),
        ("domain_moved", {"to_host": "b.vn", "redirected": 8, "asked": 9},
         "8 trên 9 yêu cầu bị chuyển sang b.vn"),
    ],
)  # fmt: skip
def test_a_kind_is_told_by_its_keys(kind: str, detail: dict[str, Any], line: str) -> None:
    assert told(event(kind, detail), "vi") == (line, "vi")


def test_a_redesign_names_the_fields_that_went() -> None:
    coverage = {"lead": {"before": 0.985, "after": 0.1}, "title": {"before": 1.0, "after": 1.0}}
    detail = {"reason": "x", "stopped_selectors": [], "coverage": coverage}
    said = told(event("redesign", detail), "vi").text
    assert said == "Trang đổi giao diện; trường sa-pô đọc được trên 98% số trang, nay 10%"


@pytest.mark.parametrize("kind", sorted({*EVENT_KINDS} - {"new", "restored", "recovered"}))
def test_what_has_no_keys_stays_as_the_ledger_has_it(kind: str) -> None:
    assert told(event(kind, {}), "vi") == ("stored words", "en")
    assert told(event("redesign", {"coverage": {}}), "vi") == ("stored words", "en")


def test_the_page_of_an_article_tells_its_timeline_in_the_reader_s_language(
    demo_home: Path, client_of: Callable[..., TestClient]
) -> None:
    client = client_of(open_home(demo_home))
    vietnamese = client.get("/articles/54?lang=vi").text
    assert "chuyển hướng đi nơi khác; 2 lần kiểm tra không thấy" in vietnamese
    assert "redirects to" not in vietnamese
    assert "revision 1" not in vietnamese
    assert 'Trà Vinh → <a href="/provinces/vinh-long">Vĩnh Long</a>' in vietnamese
    evidence = client.get("/articles/54/evidence?lang=vi").text
    assert 'kiểm tra không thấy: <bdi lang="vi">chuyển hướng đến http' in evidence
    english = client.get("/articles/54?lang=en").text
    assert "2 checks over 24 hours" in english
    assert "redirects to" in english
