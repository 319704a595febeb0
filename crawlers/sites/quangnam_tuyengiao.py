"""Ban Tuyên giáo Tỉnh ủy Quảng Nam, propaganda department of the former Quảng Nam province."""

from crawlers.platforms.generic import Generic


class QuangNamTuyenGiao(Generic):
    name = "quangnam_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Quảng Nam"
    province = "quang-nam"
    kind = "propaganda"
    scheme = "http"
    domains = ["tuyengiaoqna.vn"]
    article_url = r"^/Default\.aspx\?(?:[^#]*&)?(?:itemid|tabid)=(?P<key>\d+)"
    status = "archive"
    status_note = (
        "Quảng Nam became part of Đà Nẵng on 1 July 2025; whether the host answers is not known"
    )
