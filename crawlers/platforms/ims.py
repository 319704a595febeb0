"""IMS, the CMS by VCCorp: truyenhinhthanhhoa.vn, and baolamdong.vn with the same class names.

The selectors come from national papers on IMS (baochinhphu.vn, tuoitre.vn). The id contains the
time at which the article was created.
"""

from crawlers.spider import SiteSpider


class Ims(SiteSpider):
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{15,18})\.htm\b"
    listing_url = "{root}/{section}.htm"
    fingerprints = [".detail-content.afcbc-body", ".detail-sapo", "h1.detail-title"]
    select = {
        "title": ["h1.detail-title"],
        "published": [".detail-time"],
        "lead": [".detail-sapo"],
        "body": [".detail-content.afcbc-body", ".detail-content"],
        "byline": [".detail-author .author-item-name", ".detail-author-top", ".detail-author"],
        "section": [".detail-cate a", ".detail-breadcrumb a"],
        "tags": [".detail-tab a"],
    }
    captions = [".PhotoCMS_Caption", "figcaption"]
    exclude = [
        "div[type=RelatedOneNews]", "div[type=RelatedNews]", ".kbwscwl-relatedbox", ".type-6",
        ".readmore-body-box", ".detail__related", ".detail-author-bot",
    ]  # fmt: skip
