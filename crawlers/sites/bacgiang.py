"""Báo Bắc Giang, paper of the former Bắc Giang province until June 2025."""

from crawlers.platforms.bbg import Bbg


class BacGiang(Bbg):
    name = "bacgiang"
    title = "Báo Bắc Giang"
    province = "bac-giang"
    kind = "newspaper"
    domains = ["baobacgiang.vn"]
    retired_domains = ["baobacgiang.com.vn"]
    successor = "bacninh"
    status = "archive"
    status_note = "merged into Báo Bắc Ninh on 1 July 2025"
