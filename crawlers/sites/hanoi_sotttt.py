"""Section "Hoạt động Đảng, đoàn thể" of Hanoi's Department of Information and Communications."""

from crawlers.platforms.liferay import Liferay


class HanoiSotttt(Liferay):
    name = "hanoi_sotttt"
    title = "Sở Thông tin và Truyền thông Hà Nội"
    province = "ha-noi"
    kind = "department"
    domains = ["sotttt.hanoi.gov.vn"]
    sections = ["hoat-ong-ang-oan-the"]
    absent = {"updated", "source", "tags"}
    verified = "2022-08"
