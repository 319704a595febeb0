"""Báo Bắc Kạn, paper of the former Bắc Kạn province until June 2025."""

from crawlers.platforms.cms_body import CmsBody


class BacKanBao(CmsBody):
    name = "backan_bao"
    title = "Báo Bắc Kạn"
    province = "bac-kan"
    kind = "newspaper"
    domains = ["baobackan.vn"]
    retired_domains = ["baobackan.com.vn", "baobackan.org.vn"]
    successor = "thainguyen"
    status = "archive"
    status_note = "part of Thái Nguyên since 1 July 2025; successor by territory, no redirect seen"
