"""Báo Hà Nam, paper of the former Hà Nam province until June 2025."""

from crawlers.platforms.generic import Generic


class HaNam(Generic):
    name = "hanam"
    title = "Báo Hà Nam"
    province = "ha-nam"
    kind = "newspaper"
    domains = ["baohanam.com.vn"]
    article_url = r"^/[^?]*\.aspx\?(?:[^#]*&)?itemid=(?P<key>\d+)"
    successor = "ninhbinh"
    status = "archive"
    status_note = "part of Ninh Bình since 1 July 2025; successor by territory, no redirect seen"
