"""Báo Cần Thơ, paper of the Cần Thơ city party committee (absorbed Báo Hậu Giang, July 2025).

Verified on a page of 2026, captured 2026-01, and one of 2014, captured 2026-10.
"""

from crawlers.platforms.content_fck import ContentFck


class CanTho(ContentFck):
    name = "cantho"
    title = "Báo Cần Thơ"
    province = "can-tho"
    kind = "newspaper"
    domains = ["baocantho.com.vn"]
    sections = ["thoi-su", "chinh-tri", "xa-hoi-phap-luat", "kinh-te"]
    feeds = ["rss/cate/thoi-su/"]
    absent = {"updated"}
    verified = "2026-10"
