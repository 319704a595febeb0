"""Sổ tay đảng viên, the party members' handbook of the former Hậu Giang province."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class HauGiangSoTay(Generic):
    name = "haugiang_sotay"
    title = "Sổ tay đảng viên Hậu Giang"
    province = "hau-giang"
    kind = "party_committee"
    domains = ["sotaydangvien.haugiang.dcs.vn"]
    article_url = r"^/danh-muc/[^/?]+/[^/?]+/(?P<key>[^/?]+)\.html"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Hậu Giang", province="Cần Thơ", since="2025-07-01"
    )
