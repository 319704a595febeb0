"""Báo An Giang, paper of the An Giang provincial party committee (absorbed Báo Kiên Giang).

Verified on one page of 2023, captured 2026-10.
"""

from crawlers.platforms.content_fck import ContentFck


class AnGiang(ContentFck):
    name = "angiang"
    title = "Báo và phát thanh, truyền hình An Giang"
    province = "an-giang"
    kind = "newspaper"
    domains = ["baoangiang.com.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    lead_is = "selected"
    verified = "2026-10"
