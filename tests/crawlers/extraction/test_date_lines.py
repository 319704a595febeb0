"""Date lines: what is the date, and what a site prints beside it."""

from __future__ import annotations

import pytest

from crawlers.extraction.date_lines import date_line


@pytest.mark.parametrize(
    ("text", "printed", "byline"),
    [
        ("5 Tháng Mười Một, 2024 9:17 sáng", "5 Tháng Mười Một, 2024 9:17 sáng", None),
        ("Đăng lúc 15-10-2023 09:00 bởi Admin", "Đăng lúc 15-10-2023 09:00", None),
        ("05/11/2024 by Đoàn Thị Hậu", "05/11/2024", "by Đoàn Thị Hậu"),
        ("Đoàn Thị Hậu 03/02/2019 07:07", "03/02/2019 07:07", "Đoàn Thị Hậu"),
        ("Tuesday, September 17, 2024 | 08:15", "Tuesday, September 17, 2024 | 08:15", None),
        ("17/09/2024 08:15 Lò Thu Hà", "17/09/2024 08:15", "Lò Thu Hà"),
        ("Lò Hoài Thu 17/09/2024 08:15", "17/09/2024 08:15", "Lò Hoài Thu"),
        ("Posted on Thu, 17/09/2024 08:15", "Posted on Thu, 17/09/2024 08:15", None),
    ],
)
def test_author_or_account_beside_the_date(text: str, printed: str, byline: str | None) -> None:
    line = date_line(text)
    assert line is not None
    assert (line.printed, line.byline) == (printed, byline)


@pytest.mark.parametrize(
    "text",
    [
        "Đoàn Thị Hậu 12/3/1990",
        "Lễ hội bắt đầu lúc 08:15 17/09/2024",
        "Hà Nội 12/3/2024 08:00",
        "Thời gian: 8 giờ 00, ngày 22/9/2024",
    ],
)
def test_text_with_a_date_is_no_date_line(text: str) -> None:
    assert date_line(text) is None
