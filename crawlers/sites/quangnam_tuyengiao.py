"""Ban Tuyên giáo Tỉnh ủy Quảng Nam, propaganda department of the former Quảng Nam province."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class QuangNamTuyenGiao(Generic):
    name = "quangnam_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Quảng Nam"
    province = "quang-nam"
    kind = "propaganda"
    scheme = "http"
    domains = ["tuyengiaoqna.vn"]
    article_url = r"^/Default\.aspx\?(?:[^#]*&)?(?:itemid|tabid)=(?P<key>\d+)"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Quảng Nam", province="Đà Nẵng", since="2025-07-01"
    )
