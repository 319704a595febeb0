"""Báo Bắc Giang, paper of the former Bắc Giang province until June 2025."""

from crawlers.platforms.bbg import Bbg
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BacGiang(Bbg):
    name = "bacgiang"
    title = "Báo Bắc Giang"
    province = "bac-giang"
    kind = "newspaper"
    domains = ["baobacgiang.vn"]
    retired_domains = ["baobacgiang.com.vn"]
    successor = "bacninh"
    status_note = Reason(SiteNote.PUBLISHER_MERGED, title="Báo Bắc Ninh", since="2025-07-01")
