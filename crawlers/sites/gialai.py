"""Báo Gia Lai, paper of the Gia Lai provincial party committee (absorbed Báo Bình Định, 2025)."""

from crawlers.platforms.cms_body import CmsBody


class GiaLai(CmsBody):
    name = "gialai"
    title = "Báo Gia Lai"
    province = "gia-lai"
    kind = "newspaper"
    domains = ["baogialai.com.vn"]
    # Its articles before this CMS: /channel/<number>/<YYYYMM>/<slug>-<id>/
    article_url = (
        r"^/(?:[^/?]+/)*(?:[^/?]*-post(?=\d+\.(?:html|epi))|\d{6}/[^/?]+-(?=\d{5,}(?:[/?]|$)))"
        r"(?P<key>\d+)"
    )
    sections = ["chinh-tri", "thoi-su-su-kien"]
    absent = {"updated"}
