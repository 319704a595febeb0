"""Counters and ages are told from lines of an article."""

from __future__ import annotations

import pytest

from pipelines.boilerplate.page_counters import is_counter_or_age


@pytest.mark.parametrize(
    "line",
    [
        "Lượt xem: 123", "LƯỢT XEM : 1.234", "123 lượt xem", "• 1.2k views", "Đã xem: 12",
        "Tổng số lượt truy cập: 1 234", "Bình luận (3)", "Đã có 3 bình luận", "(12 lượt đọc)",
        "Bài viết được xem 33 lần", "Đăng 2 ngày trước", "2 ngày trước", "Cách đây 3 giờ",
        "Cập nhật: 5 phút trước", "Được đăng 3 tuần trước", "Đăng 2 năm trước", "vừa xong",
    ],
)  # fmt: skip
def test_counter_or_age(line: str) -> None:
    assert is_counter_or_age(line)


@pytest.mark.parametrize(
    "line",
    [
        "Ba năm trước", "10 năm trước", "Trong tuần xảy ra 12 vụ", "Xem: 7 ngôi làng cổ",
        "Hai ngày trước lễ hội", "Tổng số: 12 vụ", "12 người", "120 lần", "Bài 2: Người giữ rừng",
        "Một trăm người xem", "5 bình luận viên", "Năm 2024", "",
    ],
)  # fmt: skip
def test_line_of_an_article(line: str) -> None:
    assert not is_counter_or_age(line)
