"""Articles with short titles on a site whose URLs have no ids.

Only the number of words in a URL tells such an article from a section. But if articles stand in
folders of their own, and the menu names the sections, what else stands in these folders is one.
"""

from __future__ import annotations

import re
from collections import Counter

from crawlers.scaffold.listing import FRONT_PAGE, Listings, menu_links
from crawlers.scaffold.samples import SitePages
from crawlers.scaffold.url_patterns import article_shape, target_of

MAX_FOLDERS = 12
NAME = r"[^/?-]+(?:-[^/?-]+)+"  # two words or more: /muc/feed/ and /muc/page are no articles
PAGE = re.compile(r"(?:page|trang|p)-\d+")  # a further page of a listing
OF_SLUGS = re.compile(r"\^\(\?P<key>(?P<path>/.+?)(?P<slash>/\??)?\)\(\?:\$\|\\\?\)")


def with_short_titles(site_pages: SitePages, listings: Listings) -> str:
    """Return the pattern of articles, extended by short titles if the pages link to any."""
    pattern = site_pages.article_url
    own, shape = OF_SLUGS.fullmatch(pattern), article_shape(site_pages.article_links)
    if own is None or own["path"].startswith(r"/\d") or shape is None:
        return pattern
    folders = _folders(site_pages, listings)
    menu = {target_of(url).rstrip("/") for url in menu_links(site_pages)}
    menu |= {target_of(page.url).rstrip("/") for page in site_pages.listing_pages}
    ending = rf"\.{shape.extension}" if shape.extension else ""
    standing = re.compile(f"(?P<folder>/.*)/(?P<name>{NAME}){ending}/?")
    found, excluded = 0, set()
    for link in site_pages.other_links:
        match = standing.fullmatch(target_of(link))
        if match is None or match["folder"].strip("/") not in folders:
            continue
        if match[0].rstrip("/") in menu:
            excluded.add(match[0].strip("/"))
        elif not PAGE.fullmatch(match["name"]):
            found += 1
    if not found:
        return pattern
    names = "|".join(sorted(map(re.escape, folders))).replace(r"\-", "-")
    sections = "|".join(sorted(map(re.escape, excluded))).replace(r"\-", "-")
    but = rf"(?!/(?:{sections})/?(?:$|\?))" if excluded else ""
    slash = own["slash"] or ""
    short = f"/(?:{names})/(?!(?:page|trang|p)-\\d+{ending}/?$){NAME}{ending}"
    return rf"^(?P<key>{but}(?:{own['path']}|{short}){slash})(?:$|\?)"


def _folders(site_pages: SitePages, listings: Listings) -> set[str]:
    """Return the folders with articles; if sections are such folders, the other sections, too."""
    paths = [target_of(url).partition("?")[0].rstrip("/") for url in site_pages.article_links]
    counts = Counter(path.rpartition("/")[0].strip("/") for path in paths)
    folders = {folder for folder, _ in counts.most_common(MAX_FOLDERS) if folder}
    if listings.listing_url.rstrip("/") == FRONT_PAGE and folders.intersection(listings.sections):
        folders.update(section for section in listings.sections if section)
    return folders
