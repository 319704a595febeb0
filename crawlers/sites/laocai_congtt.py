"""Cổng thông tin điện tử tỉnh Lào Cai, the province's portal (newest known page: 2021)."""

from crawlers.platforms.publishing_portal import PublishingPortal


class LaoCaiCongTt(PublishingPortal):
    name = "laocai_congtt"
    title = "Cổng thông tin điện tử tỉnh Lào Cai"
    province = "lao-cai"
    kind = "portal"
    domains = ["laocai.gov.vn"]
    sections = [""]
