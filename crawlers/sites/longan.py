"""Báo Long An, paper of the former Long An province until June 2025."""

from crawlers.platforms.content_fck import ContentFck


class LongAn(ContentFck):
    name = "longan"
    title = "Báo Long An"
    province = "long-an"
    kind = "newspaper"
    domains = ["baolongan.vn"]
    successor = "tayninh"
    status = "archive"
    status_note = "merged into Báo Tây Ninh; last issue on 30 June 2025"
