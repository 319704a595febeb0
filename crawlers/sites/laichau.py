"""Báo Lai Châu, paper of the Lai Châu provincial party committee."""

from crawlers.spider import SiteSpider


class LaiChau(SiteSpider):
    name = "laichau"
    title = "Báo và phát thanh, truyền hình Lai Châu"
    province = "lai-chau"
    kind = "newspaper"
    domains = ["baolaichau.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    article_url = r"^/[^/?]+/[^/?]+-(?P<key>\d{4,})(?:\.html|/?$)"
    select = {
        "title": [".post-detail .post-info .title"],
        "published": [".post-info .text-muted"],
        "lead": [".post-detail .post-info .sapo"],
        "body": [".post-detail .post-info .body", ".desc.body"],
    }
