"""Báo Lào Cai, paper of the Lào Cai provincial party committee (absorbed Báo Yên Bái, 2025)."""

from crawlers.platforms.cms_body import CmsBody


class LaoCai(CmsBody):
    name = "laocai"
    title = "Báo Lào Cai"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["baolaocai.vn"]
    sections = ["chinh-tri", "xay-dung-dang"]
    feeds = ["rss/home.rss"]
    absent = {"updated", "source"}
    verified = "2026-01"
