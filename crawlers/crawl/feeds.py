"""Links of RSS and Atom feeds and of sitemaps."""

from __future__ import annotations

import zlib

from lxml import etree

GZIP = b"\x1f\x8b"  # sitemaps are often sent as packed files (sitemap.xml.gz)
MAX_BYTES = (
    10_000_000  # that are read of a packed one; as of any page (crawlers/extraction/html.py)
)
MAX_LASTMOD_CHARS = 100  # the longest W3C datetime has 35
LINK_TAGS = frozenset(("link", "loc", "guid"))


def feed_links(body: bytes, url: str) -> list[str] | None:
    """The links of a feed's entries or a sitemap's pages; None where it is neither.

    A sitemap index names no pages, only sitemaps (`sitemaps_in`). Entities are not resolved and
    nothing is fetched: a feed is as hostile as any page.
    """
    root = _root(body)
    if root is None or _local(root) not in ("rss", "feed", "urlset", "sitemapindex", "RDF"):
        return None
    if _local(root) == "sitemapindex":
        return []
    links = []
    for element in root.iter(etree.Element):
        if _local(element) in LINK_TAGS:
            link = (element.text or element.get("href") or "").strip()
            if link.startswith(("http://", "https://")):
                links.append(link)
    return list(dict.fromkeys(links))


def sitemaps_in(body: bytes) -> dict[str, str]:
    """URL -> `lastmod`, or "" if it has none, of the sitemaps that a sitemap index lists."""
    root = _root(body)
    found: dict[str, str] = {}
    if root is None or _local(root) != "sitemapindex":
        return found
    for entry in root.iterchildren(etree.Element):
        said = {
            _local(part): (part.text or "").strip() for part in entry.iterchildren(etree.Element)
        }
        url, moment = said.get("loc"), said.get("lastmod", "")
        if url:
            found[url] = moment if len(moment) <= MAX_LASTMOD_CHARS else ""
    return found


def _unpacked(body: bytes) -> bytes:
    """A packed file's first MAX_BYTES; a damaged one is empty."""
    if not body.startswith(GZIP):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES)
    except zlib.error:
        return b""


def _root(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        return etree.fromstring(_unpacked(body).strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _local(element: etree._Element) -> str:
    name: str = element.tag  # etree.QName refuses what a broken feed may name (":rss")
    return name.rpartition("}")[2]
