"""Báo Thanh Hóa, paper of the Thanh Hóa provincial party committee."""

from crawlers.platforms.p_body import PBody


class ThanhHoa(PBody):
    name = "thanhhoa"
    title = "Báo và Đài Phát thanh - Truyền hình Thanh Hóa"
    province = "thanh-hoa"
    kind = "newspaper"
    domains = ["baothanhhoa.vn"]
    sections = ["xay-dung-dang", "theo-guong-bac", "thoi-su"]
