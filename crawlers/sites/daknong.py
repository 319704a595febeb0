"""Báo Đắk Nông, paper of the former Đắk Nông province until June 2025."""

from crawlers.platforms.one_cms import OneCms


class DakNong(OneCms):
    name = "daknong"
    title = "Báo Đắk Nông"
    province = "dak-nong"
    kind = "newspaper"
    domains = ["baodaknong.vn"]
    retired_domains = ["baodaknong.org.vn"]
    successor = "lamdong"
    status = "archive"
    status_note = "part of Lâm Đồng since 1 July 2025; successor by territory, no redirect seen"
