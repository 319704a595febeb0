"""From pages to a draft of a site: what is found, and who the site seems to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.extraction.html import UnreadablePage, parse
from crawlers.scaffold.evaluation import Identity
from crawlers.scaffold.listing import Found, find_listings
from crawlers.scaffold.naming import kind_of, name_of, province_of, site_title
from crawlers.scaffold.propose import Proposal, propose
from crawlers.scaffold.samples import Material, sorted_pages
from crawlers.scaffold.saved_pages import Saved, host_of
from crawlers.site_config import KINDS
from crawlers.spider import SiteSpider

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass
class Draft:
    """The sorted pages of a site, its listings, and guesses at its name, province and kind."""

    material: Material
    found: Found
    name: str
    title: str
    province: str | None  # None where neither domain nor title names one
    kind: str
    scheme: str

    def identity(self, name: str, title: str, province: str, kind: str) -> Identity:
        """Raises ValueError for a name or kind that no site may have."""
        if not NAME.fullmatch(name):
            raise ValueError(
                f"the name {name!r} is none: small letters, digits and _, a letter first"
            )
        if kind not in KINDS:
            raise ValueError(f"the kind {kind!r} is none of {', '.join(sorted(KINDS))}")
        if not title.strip():
            raise ValueError("the title is empty: say how the publisher calls itself")
        host = self.material.host
        return Identity(name, " ".join(title.split()), province, kind, (host,), self.scheme)

    def proposal(
        self, identity: Identity, known: Iterable[type[SiteSpider]] | None = None
    ) -> Proposal:
        """The rules for it; `known` as in crawlers.scaffold.propose.propose."""
        return propose(self.material, self.found, identity, known)


def draft(pages: list[Saved], asked: str | None = None) -> Draft:
    """Sorts the pages of one host and looks where its articles are listed.

    `asked` is the address that a person gave: if it is a listing, it is the only section. Raises
    NoPages, NoPattern.
    """
    material = sorted_pages(pages)
    trees = [sample.tree for sample in material.samples]
    for page in material.listings:
        try:
            trees.append(parse(page.html, page.content_type)[0])
        except UnreadablePage:
            continue
    title = site_title(trees, material.host)
    secure = any(urlsplit(page.url).scheme == "https" for page in pages)
    inside = asked if asked and host_of(asked) == material.host else None
    return Draft(
        material,
        find_listings(material, inside),
        name_of(material.host),
        title,
        province_of(material.host, [title]),
        kind_of(material.host, [title]),
        "https" if secure else "http",
    )
