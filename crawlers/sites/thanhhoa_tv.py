"""Truyền hình Thanh Hóa, the television's site of Báo và Đài Phát thanh - Truyền hình Thanh Hóa."""

from crawlers.platforms.ims import Ims


class ThanhHoaTv(Ims):
    name = "thanhhoa_tv"
    title = "Truyền hình Thanh Hóa"
    province = "thanh-hoa"
    kind = "newspaper"
    domains = ["truyenhinhthanhhoa.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    successor = "thanhhoa"
