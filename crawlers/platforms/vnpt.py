"""VNPT portals with numeric paths: /<site>/<page>/<category>/<article>/<slug>/<slug>."""

from crawlers.spider import SiteSpider


class VnptPath(SiteSpider):
    article_url = r"^/\d+/\d+/\d+/(?P<key>\d+)/[^/?]+/[^/?]+/?$"
    listing_url = "{root}/{section}"
    next_listing = "{root}/{section}?page={page}"
    select = {
        "title": ["h1.title-detail", ".detail-news h1", "h1"],
        "body": [".content-detail", ".detail-content", ".news-content", ".article-content"],
        "section": [".breadcrumb a:last-of-type"],
    }
    drop = [".toolbar", ".tin-khac", ".pagination", ".counter", ".share"]
    text_stops = [r"Tin khác", r"Đăng nhập", r"Thống kê truy cập"]
