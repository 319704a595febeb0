"""Báo Bắc Kạn, paper of the former Bắc Kạn province until June 2025."""

from crawlers.platforms.cms_body import CmsBody
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BacKanBao(CmsBody):
    name = "backan_bao"
    title = "Báo Bắc Kạn"
    province = "bac-kan"
    kind = "newspaper"
    domains = ["baobackan.vn"]
    retired_domains = ["baobackan.com.vn", "baobackan.org.vn"]
    successor = "thainguyen"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Thái Nguyên", since="2025-07-01")
