"""Portal of the former Yên Bái province, with a section on following Hồ Chí Minh's example."""

from crawlers.platforms.publishing_portal import PublishingPortal


class YenBaiCongTt(PublishingPortal):
    name = "yenbai_congtt"
    title = "Cổng thông tin điện tử tỉnh Yên Bái"
    province = "yen-bai"
    kind = "portal"
    scheme = "http"
    domains = ["yenbai.gov.vn"]
    successor = "laocai_congtt"
    status = "archive"
    status_note = (
        "Yên Bái became part of Lào Cai on 1 July 2025; whether the host answers is not known"
    )
