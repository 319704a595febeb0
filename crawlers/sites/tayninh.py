"""Báo Tây Ninh, paper of the Tây Ninh provincial party committee (absorbed Báo Long An, 2025).

Verified on one page of 2021, captured 2026-10. Until the merger it was on the "-a<id>" CMS.
"""

from crawlers.platforms.content_detail import ContentDetail


class TayNinh(ContentDetail):
    name = "tayninh"
    title = "Báo và phát thanh, truyền hình Tây Ninh"
    province = "tay-ninh"
    kind = "newspaper"
    domains = ["baotayninh.vn"]
    sections = ["thoi-su-chinh-tri", "xa-hoi"]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>a?\d{4,})\.html"
    select = {
        **ContentDetail.select,
        "title": [*ContentDetail.select["title"], "h1.margintopbot10", "h1.title"],
        "published": [*ContentDetail.select["published"], "span.pubdate"],
        "lead": ["#content-detail p.sapo", "h4.sapo", "p.sapo"],
        "body": [*ContentDetail.select["body"], "#newscontents", "#contentNews"],
    }
    exclude = ["#content-detail div.sapo", "#linkshare", ".block_tag", "#comment"]
    verified = "2026-10"
