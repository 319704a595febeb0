"""Báo Cần Thơ, paper of the Cần Thơ city party committee (absorbed Báo Hậu Giang, July 2025)."""

from crawlers.platforms.content_fck import ContentFck


class CanTho(ContentFck):
    name = "cantho"
    title = "Báo Cần Thơ"
    province = "can-tho"
    kind = "newspaper"
    domains = ["baocantho.com.vn"]
    absorbed = ["haugiang", "soctrang"]
    sections = ["thoi-su", "chinh-tri", "xa-hoi-phap-luat", "kinh-te"]
    feeds = ["rss/cate/thoi-su/"]
    absent = {"updated", "source"}
    verified = "2026-01"
