"""Báo Hải Dương, paper of the former Hải Dương province until June 2025."""

from crawlers.platforms.one_cms import OneCms


class HaiDuong(OneCms):
    name = "haiduong"
    title = "Báo Hải Dương"
    province = "hai-duong"
    kind = "newspaper"
    domains = ["baohaiduong.vn", "m.baohaiduong.vn", "tab.baohaiduong.vn"]
    successor = "haiphong"
    status = "archive"
    status_note = "merged into Báo Hải Phòng on 1 July 2025"
