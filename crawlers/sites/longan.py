"""Báo Long An, paper of the former Long An province until June 2025."""

from crawlers.platforms.content_fck import ContentFck
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class LongAn(ContentFck):
    name = "longan"
    title = "Báo Long An"
    province = "long-an"
    kind = "newspaper"
    domains = ["baolongan.vn"]
    successor = "tayninh"
    status_note = Reason(
        SiteNote.PUBLISHER_MERGED_LAST_ISSUE, title="Báo Tây Ninh", last="2025-06-30"
    )
