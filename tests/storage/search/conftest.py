"""A home with articles that differ in diacritics, fields, dates and status."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from storage.articles.repository import set_status
from storage.runs.sites import SiteFacts, register_site

if TYPE_CHECKING:
    from tests.conftest import Watcher


@pytest.fixture
def searched(watcher: Watcher, day: Callable[[float], datetime]) -> Watcher:
    """Articles 1 to 6; 5 was edited, 6 was taken down, 4 prints no date."""

    def read(key: str, title: str, body: str, at: float = 0, **more: object) -> None:
        stated = {"lead": None, "byline": "Hà Thu", "body": [body], **more}
        page = watcher.read(key=key, title=title, at=day(at), **stated)
        watcher.batch(page, at=day(at))

    read("1", "Tin Đảng bộ xã", "Đại hội diễn ra trong hai ngày ở nhà văn hóa.")
    read("2", "Chợ phiên", "Người dân đang bỏ dần túi ni lông khi đi chợ phiên cuối tuần.")
    read(
        "3",
        "Hoi nghi",
        "Dang bo phuong tong ket cong tac nam trong mot buoi sang.",
        byline="Lò Páo",
    )
    read("4", "Mương mới", "Bà con khơi mương, thuỷ lợi về tới ruộng.", published=None)
    read("5", "Cầu gỗ bắc qua suối", "Cây cầu gỗ nối hai bản đã xong trước mùa mưa.")
    read("5", "Cầu sắt bắc qua suối", "Cây cầu sắt nối hai bản đã xong trước mùa mưa.", 1)
    read("6", "Lễ hội bị hoãn", "Ban tổ chức báo hoãn lễ hội vì mưa lớn.",
         published="20/03/2025 07:00")  # fmt: skip
    set_status(watcher.db, 6, "removed", "2025-04-20T00:00:00Z")
    beta = watcher.read(site="beta", key="1", title="Đảng bộ huyện", body=["Ra nghị quyết."],
                        lead=None)  # fmt: skip
    watcher.batch(beta, site="beta")
    register_site(watcher.db, SiteFacts("beta", "Beta", "hau-giang", "portal", "P", "live", "1"))
    return watcher
