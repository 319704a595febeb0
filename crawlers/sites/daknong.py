"""Báo Đắk Nông, paper of the former Đắk Nông province until June 2025."""

from crawlers.platforms.one_cms import OneCms
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class DakNong(OneCms):
    name = "daknong"
    title = "Báo Đắk Nông"
    province = "dak-nong"
    kind = "newspaper"
    domains = ["baodaknong.vn"]
    retired_domains = ["baodaknong.org.vn"]
    successor = "lamdong"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Lâm Đồng", since="2025-07-01")
