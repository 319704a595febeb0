"""The "-a<id>" CMS that began at Báo Long An: baocantho.com.vn, baocamau.vn, baodongthap.vn,
baotayninh.vn, baoangiang.com.vn, baobinhduong.vn, and the editions of baovinhlong.vn.

Class attributes contain numbers ("pubdate 128"), so only the first class is matched. The first h1
is the category, the second the title; on baoangiang.com.vn and the editions of baovinhlong.vn the
title is the h1 of .detail-title, and the lead stands above the text in .detail-desc.

Verified on pages of baocantho.com.vn (2014, 2026) and baoangiang.com.vn (2023),
captured 2026-01 and 2026-10.
"""

from crawlers.spider import SiteSpider


class ContentFck(SiteSpider):
    article_url = r"^/[^/?]*-a(?P<key>\d+)\.html"
    listing_url = "{root}/{section}/"
    next_listing = "{root}/{section}?p={page}"
    fingerprints = [".content-fck", "#newscontents", "#contentNews"]
    select = {
        "title": ["h1.margintopbot10", ".detail-title h1", "h1.title"],
        "published": ["span.pubdate", ".pubdate"],
        "lead": [".detail-desc"],
        "body": [
            "#newscontents .content-fck",
            "#newscontents",
            "#contentNews .singular-content",
            "#contentNews",
            "div.post-content",
        ],
        "section": [".titlecate h1 span a", ".titlecate h1 a", ".mybreadcrumb li:last-of-type a"],
        "tags": [".block_tag a.tag_item", ".detail-tag a.tag_item"],
    }
    lead_is = "first_paragraph"
    captions = ["p.note", ".note"]
    exclude = [
        "[class^=AMN_]",
        "#linkshare",
        ".block_tag",
        "#comment",
        ".detail-related",
        ".relate",
    ]
