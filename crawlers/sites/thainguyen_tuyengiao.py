"""Ban Tuyên giáo Tỉnh ủy Thái Nguyên, propaganda department."""

from crawlers.platforms.nukeviet import NukeViet


class ThaiNguyenTuyenGiao(NukeViet):
    name = "thainguyen_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Thái Nguyên"
    province = "thai-nguyen"
    kind = "propaganda"
    domains = ["tuyengiaothainguyen.org"]
    sections = ["vi/chuyen-de"]
