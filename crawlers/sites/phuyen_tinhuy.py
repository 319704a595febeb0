"""Portal of the party committee of the former Phú Yên province."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class PhuYenTinhUy(Generic):
    name = "phuyen_tinhuy"
    title = "Tỉnh ủy Phú Yên"
    province = "phu-yen"
    kind = "party_committee"
    domains = ["phuyen.dcs.vn"]
    article_url = "^(?P<key>/[^/?]+-[^/?]+-[^/?]+-[^/?]+)$"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Phú Yên", province="Đắk Lắk", since="2025-07-01"
    )
