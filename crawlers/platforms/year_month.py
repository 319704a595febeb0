"""The CMS with the month in the URL: /<section>/<YYYYMM>/<slug>-<id>/, id of 6 to 8 characters.

baodongnai.com.vn, baovinhlong.com.vn, baokhanhhoa.vn, baodaklak.vn, baotuyenquang.com.vn,
baothainguyen.vn, baoquangtri.vn, and the papers of Nam Định, Hà Giang, Quảng Bình, Tiền Giang,
Sóc Trăng and Bà Rịa - Vũng Tàu. Two templates: td-post-content, and article_content with #content.
The clock in the page header looks like a date, so only dates near the article are selected.

Verified on pages of baokhanhhoa.vn (2017, 2025) and phuyen.baodaklak.vn (2014), captured 2026-10.
A page that was moved to this CMS prints its lead in .sub_first_content and again below.
"""

from crawlers.spider import SiteSpider


class YearMonth(SiteSpider):
    # Some sites had /<slug>-<id>.htm before this CMS, and their old links still work.
    article_url = (
        r"^/(?:[^/?]+/)*(?:\d{6}/[^/?]+-(?=[0-9a-f]{6,8}(?:[/?]|$))|[^/?]+-(?=\d+\.htm\b))"
        r"(?P<key>[0-9a-f]+)"
    )
    listing_url = "{root}/{section}/"
    fingerprints = [
        ".content-detail .td-post-content",
        "#content .td-post-content",
        ".article_content #content",
    ]
    select = {
        "title": ["h1.head_title", "h1.media-heading", "h1.title", "h1#title"],
        "published": [".article_content .date", ".content-detail .date", "div.date", "div#date"],
        "lead": [".sub_first_content"],
        "body": [
            ".content-detail .td-post-content",
            "#content .td-post-content",
            ".td-post-content",
            ".article_content #content",
            ".content-detail",
            "#content",
        ],
        "section": [".cate_title_1 a.color1", ".breadcrumb-item.active a"],
    }
    lead_is = "first_paragraph"
    captions = ["td.image_desc", ".image_desc", "figcaption"]
    exclude = [
        "h1.media-heading", ".content-detail .date", "div.date", "ul.social", ".bd02", "table.rl",
        ".quote.center", ".rightside", ".leftside", ".sub_first_content",
    ]  # fmt: skip
