"""Ban Tuyên giáo Tỉnh ủy Cao Bằng, propaganda department; it may be offline."""

from crawlers.platforms.nukeviet import NukeViet


class CaoBangTuyenGiao(NukeViet):
    name = "caobang_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Cao Bằng"
    province = "cao-bang"
    kind = "propaganda"
    domains = ["tuyengiaocaobang.vn"]
    sections = ["index.php/diem-bao"]
