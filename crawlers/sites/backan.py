"""Cổng thông tin điện tử tỉnh Bắc Kạn, portal of the former Bắc Kạn province."""

from crawlers.platforms.publishing_portal import PublishingPortal
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BacKan(PublishingPortal):
    name = "backan"
    title = "Cổng thông tin điện tử tỉnh Bắc Kạn"
    province = "bac-kan"
    kind = "portal"
    domains = ["backan.gov.vn"]
    sections = ["Pages/tin-tuc/xay-dung-dang.aspx"]
    status_note = Reason(
        SiteNote.HOST_UNPROVED, former="Bắc Kạn", province="Thái Nguyên", since="2025-07-01"
    )
    absent = {"updated", "source", "tags"}
