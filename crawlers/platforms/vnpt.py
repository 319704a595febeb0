"""VNPT portals with numeric paths: /<site>/<page>/<category>/<article>/<slug>/<slug>.

tuyengiao.travinh.gov.vn, tuyengiao.soctrang.gov.vn. A portal with other URLs sets
its own article_url (travinh.gov.vn: /<slug>/<slug>-<id>) or uses Generic (hungyen.dcs.vn).
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class VnptPath(SiteSpider):
    article_url = r"^/\d+/\d+/\d+/(?P<key>\d+)/[^/?]+/[^/?]+/?$"
    listing_url = "{root}/{section}"
    next_listing: ClassVar[str | None] = "{root}/{section}?page={page}"
    fingerprints = [".detail-news .title-detail"]
    select = {
        "title": ["h1.title-detail", ".detail-news h1", "h1"],
        "body": [".content-detail", ".detail-content", ".news-content", ".article-content"],
        "section": [".breadcrumb a:last-of-type"],
    }
    exclude = [".toolbar", ".tin-khac", ".pagination", ".counter", ".share"]
