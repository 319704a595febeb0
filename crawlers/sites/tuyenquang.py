"""Báo Tuyên Quang, paper of the Tuyên Quang provincial party committee (absorbed Báo Hà Giang)."""

from crawlers.platforms.year_month import YearMonth


class TuyenQuang(YearMonth):
    name = "tuyenquang"
    title = "Báo và phát thanh, truyền hình Tuyên Quang"
    province = "tuyen-quang"
    kind = "newspaper"
    domains = ["baotuyenquang.com.vn"]
    sections = ["thoi-su-chinh-tri", "hoc-tap-theo-bac"]
