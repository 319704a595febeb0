"""Draft of a site from its pages: samples, listings and a guess at its identity."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.scaffold.evaluation import Identity
from crawlers.scaffold.listing import Listings, find_listings
from crawlers.scaffold.naming import kind_of, name_of, province_of, site_title
from crawlers.scaffold.propose import Proposal, propose
from crawlers.scaffold.samples import SitePages, split_pages
from crawlers.scaffold.saved_pages import SavedPage, host_of
from crawlers.scaffold.short_titles import with_short_titles
from crawlers.site_config import KINDS
from crawlers.spider import SiteSpider
from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass
class Draft:
    """The pages of a site, its listings, and guesses at its name, province and kind."""

    site_pages: SitePages
    listings: Listings
    name: str
    title: str
    province: str | None  # None if neither domain nor title names one
    kind: str
    scheme: str

    def identity(self, name: str, title: str, province: str, kind: str) -> Identity:
        """Raise ValueError for an invalid name, kind or title."""
        if not NAME.fullmatch(name):
            raise InputError(Reason(InputReason.INVALID_SITE_NAME, name=name))
        if kind not in KINDS:
            raise InputError(Reason(InputReason.INVALID_SITE_KIND, kind=kind, kinds=sorted(KINDS)))
        if not title.strip():
            raise InputError(Reason(InputReason.EMPTY_TITLE))
        host = self.site_pages.host
        return Identity(name, " ".join(title.split()), province, kind, (host,), self.scheme)

    def proposal(
        self, identity: Identity, candidates: Iterable[type[SiteSpider]] | None = None
    ) -> Proposal:
        """Return the proposed rules; `candidates` as in crawlers.scaffold.propose.propose."""
        return propose(self.site_pages, self.listings, identity, candidates)


def draft(pages: list[SavedPage], requested_url: str | None = None) -> Draft:
    """Split the pages of one host into articles and listings, and find its sections and feeds.

    If `requested_url` is a listing, it becomes the only section. Raise NoPages or NoPattern.
    """
    site_pages = split_pages(pages)
    trees = [sample.tree for sample in site_pages.samples]
    trees += [t for page in site_pages.listing_pages if (t := page.tree()) is not None]
    title = site_title(trees, site_pages.host)
    secure = any(urlsplit(page.url).scheme == "https" for page in pages)
    on_host = requested_url and host_of(requested_url) == site_pages.host
    listings = find_listings(site_pages, requested_url if on_host else None)
    site_pages.article_url = with_short_titles(site_pages, listings)
    domain = site_pages.host.partition(":")[0]
    return Draft(
        site_pages,
        listings,
        name_of(domain),
        title,
        province_of(domain, [title]),
        kind_of(domain, [title]),
        "https" if secure else "http",
    )
