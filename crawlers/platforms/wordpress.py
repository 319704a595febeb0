"""WordPress sites of party committees. Permalinks have no id, so the path is the key.

danguykhoicqvadn.yenbai.gov.vn, thanhphohaiphong.gov.vn.
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class WordPress(SiteSpider):
    article_url = r"^(?P<key>/(?!category/|tag/|author/|page/|wp-|feed/)[^/?]+/(?!page/)[^/?]+/)$"
    listing_url = "{root}/{section}/"
    next_listing: ClassVar[str | None] = "{root}/{section}/page/{page}/"
    fingerprints = [".entry-content", ".entry-title", "body.single-post"]
    select = {
        "title": ["h1.entry-title", ".entry-title"],
        "published": ["time.entry-date"],
        "body": [".entry-content"],
        "section": [".breadcrumbs a:last-of-type"],
        "tags": ["a[rel=tag]"],
    }
    captions = [".wp-caption-text", "figcaption"]
    exclude = [".sharedaddy", ".jp-relatedposts", ".widget", ".post-navigation", ".entry-meta"]
    text_stops = [r"Bài viết mới nhất\s*:?"]
    text_captions = "bare"
