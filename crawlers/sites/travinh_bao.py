"""Báo Trà Vinh of the former Trà Vinh province, now an edition of Báo Vĩnh Long."""

from crawlers.platforms.content_fck import ContentFck


class TraVinhBao(ContentFck):
    name = "travinh_bao"
    title = "Báo Trà Vinh"
    province = "tra-vinh"
    kind = "newspaper"
    domains = ["travinh.baovinhlong.vn"]
    retired_domains = ["baotravinh.vn"]
    sections = ["thoi-su", "chinh-tri", "xa-hoi"]
    successor = "vinhlong"
    lead_is = "selected"
