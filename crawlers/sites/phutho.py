"""Báo Phú Thọ, paper of the Phú Thọ party committee (absorbed Hòa Bình's and Vĩnh Phúc's)."""

from crawlers.platforms.p_body import PBody


class PhuTho(PBody):
    name = "phutho"
    title = "Báo và phát thanh, truyền hình Phú Thọ"
    province = "phu-tho"
    kind = "newspaper"
    domains = ["baophutho.vn"]
    sections = ["xay-dung-dang", "chinh-tri"]
