"""The CMS with pTitle, pHead, pBody, pAuthor and pCaption: baophutho.vn, baothanhhoa.vn.

baohatinh.vn used it until it moved to the ePi CMS. URLs are /<slug>-<id>.htm.
"""

from crawlers.spider import SiteSpider

DAY = "day below h1 above .pBody"  # may be inside the body element


class PBody(SiteSpider):
    article_url = r"^/[^/?]+-(?P<key>\d+)\.htm\b"
    listing_url = "{root}/{section}"
    fingerprints = [".pTitle", ".pBody", ".pHead"]
    select = {
        "title": ["h1.pTitle"],
        "lead": ["p.pHead", ".article__sapo", ".sapo_detail"],
        "published": [".date_news", ".pt-post-detail__time", DAY],
        "body": ["#dcontent", "#main-detail"],
        "byline": [".pAuthor"],
    }
    captions = [".pCaption", "figcaption"]
    exclude = ["h1.pTitle", "p.pHead", ".pAuthor", DAY]
