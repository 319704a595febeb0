"""Ban Tuyên giáo Tỉnh ủy An Giang, propaganda department, on Joomla."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class AnGiangTuyenGiao(Generic):
    name = "angiang_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy An Giang"
    province = "an-giang"
    kind = "propaganda"
    scheme = "http"
    domains = ["tuyengiaoangiang.vn"]
    article_url = r"^/(?:[^/?]+/)*(?P<key>\d+)-[^/?]+"
    status_note = Reason(SiteNote.NEWEST_PAGE, year=2015)
