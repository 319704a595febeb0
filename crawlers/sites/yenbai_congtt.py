"""Portal of the former Yên Bái province, with a section on following Hồ Chí Minh's example."""

from crawlers.platforms.publishing_portal import PublishingPortal
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class YenBaiCongTt(PublishingPortal):
    name = "yenbai_congtt"
    title = "Cổng thông tin điện tử tỉnh Yên Bái"
    province = "yen-bai"
    kind = "portal"
    scheme = "http"
    domains = ["yenbai.gov.vn"]
    successor = "laocai_congtt"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Yên Bái", province="Lào Cai", since="2025-07-01"
    )
