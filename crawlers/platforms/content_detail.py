"""The CMS with #content-detail: baohungyen.vn, baoquangninh.vn, baocaobang.vn, baolangson.vn,
baotayninh.vn, and baoninhbinh.org.vn (#content_detail). The byline is in .pseudonym.

Verified on a page of baotayninh.vn, captured 2026-10: a stray </html> stands before the head, a
teaser that is cut in mid-word opens the text, and .title-time is the clock of the page.
"""

from crawlers.spider import SiteSpider


class ContentDetail(SiteSpider):
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
    listing_url = "{root}/{section}"
    fingerprints = ["#content-detail", "#content_detail", ".pseudonym"]
    select = {
        "title": ["h1.name", "h1.header-title"],
        "published": ["day below h1 above #content-detail", "day below h1 above #content_detail"],
        "lead": [
            "#content-detail p.sapo",
            "meta[name=description]",
            "meta[property='og:description']",
        ],
        "body": ["#content-detail", "#content_detail"],
        "byline": [".pseudonym"],
        "section": [".breadcrumb li.active a"],
    }
    captions = ["figcaption", ".wp-caption-text"]
    exclude = [
        "#content-detail div.sapo",  # a teaser, cut in mid-word
        ".pseudonym", ".relates", ".topics", ".social", ".print_page", ".block-news-list",
        ".related-news", ".news-related__list",
    ]  # fmt: skip
