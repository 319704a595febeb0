"""Báo Hải Dương, paper of the former Hải Dương province until June 2025."""

from crawlers.platforms.one_cms import OneCms
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class HaiDuong(OneCms):
    name = "haiduong"
    title = "Báo Hải Dương"
    province = "hai-duong"
    kind = "newspaper"
    domains = ["baohaiduong.vn", "m.baohaiduong.vn", "tab.baohaiduong.vn"]
    successor = "haiphong"
    status_note = Reason(SiteNote.PUBLISHER_MERGED, title="Báo Hải Phòng", since="2025-07-01")
