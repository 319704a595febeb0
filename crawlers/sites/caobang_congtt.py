"""Cổng thông tin điện tử tỉnh Cao Bằng, the province's portal (newest known page: 2021)."""

from crawlers.platforms.publishing_portal import PublishingPortal


class CaoBangCongTt(PublishingPortal):
    name = "caobang_congtt"
    title = "Cổng thông tin điện tử tỉnh Cao Bằng"
    province = "cao-bang"
    kind = "portal"
    domains = ["caobang.gov.vn"]
    sections = [""]
