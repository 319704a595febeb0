"""Links of RSS and Atom feeds and of sitemaps."""

from __future__ import annotations

from lxml import etree

from storage.archive.decoding import DecodingError, decode_start

GZIP_MAGIC = b"\x1f\x8b"  # sitemaps are often sent as gzip files (sitemap.xml.gz)
MAX_UNPACKED_BYTES = 10_000_000  # as for any page (crawlers/extraction/html.py)
MAX_LASTMOD_CHARS = 100  # the longest W3C datetime has 35
LINK_TAGS = frozenset(("link", "loc", "guid"))


def feed_links(body: bytes) -> list[str] | None:
    """Return the links of a feed's entries or a sitemap's pages, or None if `body` is neither.

    A sitemap index lists sitemaps and no pages (`sitemaps_in`): it returns an empty list. The
    parser resolves no entities and fetches nothing, because feeds are untrusted.
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
    """Return the sitemaps that a sitemap index lists: URL -> `lastmod`, or "" if it has none."""
    root = _root(body)
    sitemaps: dict[str, str] = {}
    if root is None or _local(root) != "sitemapindex":
        return sitemaps
    for entry in root.iterchildren(etree.Element):
        children = {
            _local(part): (part.text or "").strip() for part in entry.iterchildren(etree.Element)
        }
        url, lastmod = children.get("loc"), children.get("lastmod", "")
        if url:
            sitemaps[url] = lastmod if len(lastmod) <= MAX_LASTMOD_CHARS else ""
    return sitemaps


def _unpacked(body: bytes) -> bytes:
    """Return the first MAX_UNPACKED_BYTES of a gzip file, or nothing if it is damaged or cut."""
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        return decode_start(body, ["gzip"], MAX_UNPACKED_BYTES)
    except DecodingError:
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
    name: str = element.tag  # etree.QName raises for names of broken feeds (":rss")
    return name.rpartition("}")[2]
