"""Báo Đồng Khởi of the former Bến Tre province, now an edition of Báo Vĩnh Long."""

from crawlers.platforms.content_fck import ContentFck


class BenTre(ContentFck):
    name = "bentre"
    title = "Báo Đồng Khởi"
    province = "ben-tre"
    kind = "newspaper"
    domains = ["dongkhoi.baovinhlong.vn"]
    retired_domains = ["baodongkhoi.vn"]
    sections = ["thoi-su", "chinh-tri", "xa-hoi"]
    successor = "vinhlong"
    lead_is = "selected"
