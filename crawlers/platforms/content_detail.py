"""The CMS with #content-detail: baohungyen.vn, baoquangninh.vn, baocaobang.vn, baolangson.vn,
and baoninhbinh.org.vn (#content_detail). The byline is in .pseudonym."""

from crawlers.spider import SiteSpider


class ContentDetail(SiteSpider):
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
    listing_url = "{root}/{section}"
    fingerprints = ["#content-detail", "#content_detail", ".pseudonym"]
    select = {
        "title": ["h1.name", "h1.header-title"],
        "published": [
            "day below h1 above #content-detail",
            "day below h1 above #content_detail",
        ],
        "lead": ["meta[name=description]", "meta[property='og:description']"],
        "body": ["#content-detail", "#content_detail"],
        "byline": [".pseudonym"],
    }
    captions = ["figcaption"]
    exclude = [
        ".pseudonym", ".relates", ".topics", ".social", ".print_page", ".block-news-list",
        ".related-news", ".news-related__list",
    ]  # fmt: skip
