"""Huế ngày nay, paper of the Huế city party committee, before 2025 Báo Thừa Thiên Huế."""

from crawlers.platforms.generic import Generic


class Hue(Generic):
    name = "hue"
    title = "Huế ngày nay"
    province = "hue"
    kind = "newspaper"
    domains = ["huengaynay.vn"]
    retired_domains = ["baothuathienhue.vn"]
    sections = [""]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>a?\d{4,})\.html?\b"
