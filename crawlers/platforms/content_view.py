"""The CMS of baohaugiang.com.vn and baobaclieu.vn ("haugiang-baclieu").

The weather report under THÔNG TIN CẦN BIẾT is boilerplate, equal on both papers.
"""

from crawlers.spider import SiteSpider


class ContentView(SiteSpider):
    article_url = r"^/[^/?]+/[^/?]+-(?P<key>\d+)\.html"
    listing_url = "{root}/{section}.html"
    next_listing = "{root}/{section}.html?page={page}"
    fingerprints = [".news-details-content", ".contentView", "h1.view-page-Tit"]
    select = {
        "title": ["h1.view-page-Tit", ".news-details-content h1"],
        "published": [".news-details-content .date", "div.date"],
        "lead": ["meta[name=description]", "meta[property='og:description']"],
        "body": [".news-details-content .contentView", ".newscontent", ".contentView"],
        "section": [".breadcrumb a:last-of-type"],
    }
    exclude = [".binhluan", ".box-comment", ".tin-lien-quan", ".news-other", ".toolbar", ".share"]
