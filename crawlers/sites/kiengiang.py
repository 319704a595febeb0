"""Báo Kiên Giang, paper of the former Kiên Giang province until June 2025."""

from crawlers.platforms.generic import Generic


class KienGiang(Generic):
    name = "kiengiang"
    title = "Báo Kiên Giang"
    province = "kien-giang"
    kind = "newspaper"
    domains = ["baokiengiang.vn"]
    article_url = r"^/[^/?]+/[^/?]+-(?P<key>\d+)\.html"
    successor = "angiang"
    status = "archive"
    status_note = "part of An Giang since 1 July 2025; successor by territory, no redirect seen"
