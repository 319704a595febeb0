"""Cổng thông tin điện tử tỉnh Bắc Kạn, portal of the former Bắc Kạn province."""

from crawlers.platforms.publishing_portal import PublishingPortal


class BacKan(PublishingPortal):
    name = "backan"
    title = "Cổng thông tin điện tử tỉnh Bắc Kạn"
    province = "bac-kan"
    kind = "portal"
    domains = ["backan.gov.vn"]
    sections = ["Pages/tin-tuc/xay-dung-dang.aspx"]
    status = "archive"
    status_note = "Bắc Kạn became part of Thái Nguyên on 1 July 2025; the host is not proved"
    absent = {"updated", "source", "tags"}
