"""ONECMS by Neko: hanoimoi.vn, baonghean.vn, baohaiphong.vn, baodanang.vn, and the former papers
of Hải Dương, Bình Thuận and Đắk Nông. Its images are on *.1cdn.vn.

The head of the article (title, date, lead, author) may be inside the body element. Articles of the
template before it have their head in .c-detail-head, above the body.
"""

from crawlers.spider import SiteSpider


class OneCms(SiteSpider):
    article_url = r"^/(?!print/|en/)(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
    listing_url = "{root}/{section}"
    generator = r"(?i)powered by onecms|\.1cdn\.vn/"
    fingerprints = [".sc-longform-header-title", ".b-maincontent", ".onecms__tags"]
    select = {
        "title": [".sc-longform-header-title", "h1.c-detail-head__title"],
        "published": [
            ".sc-longform-header-date",
            ".block-sc-publish-time",
            ".c-detail-head__time",
        ],
        "lead": [".sc-longform-header-sapo", ".block-sc-sapo", ".c-news-detail .desc"],
        "body": [".b-maincontent .entry", "article.entry", ".b-maincontent"],
        "byline": [".sc-longform-header-author", ".c-detail-head__author"],
        "source": [".c-author-page__right > span"],
        "section": ["li.breadcrumb-item:last-of-type a"],
        "tags": [".onecms__tags a"],
    }
    captions = ["figcaption"]
    exclude = [".sc-longform-header", ".sc-empty-layer", ".sc-related-articles", ".c-box"]
