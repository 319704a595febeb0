"""Links of RSS and Atom feeds and of sitemaps."""

from __future__ import annotations

from lxml import etree

LONGEST = 100  # characters of a lastmod; W3C's longest has 35
LINK_TAGS = frozenset(("link", "loc", "guid"))


def feed_links(body: bytes, url: str) -> list[str] | None:
    """The links of a feed's entries or a sitemap's pages; None where it is neither.

    Entities are not resolved and nothing is fetched: a feed is as hostile as any page.
    """
    root = _root(body)
    if root is None or _local(root) not in ("rss", "feed", "urlset", "RDF"):
        return None
    links = []
    for element in root.iter(etree.Element):
        if _local(element) in LINK_TAGS:
            link = (element.text or element.get("href") or "").strip()
            if link.startswith(("http://", "https://")):
                links.append(link)
    return list(dict.fromkeys(links))


def last_changes(body: bytes) -> dict[str, str]:
    """URL -> `lastmod`, as a sitemap prints it, of the pages that it dates."""
    root = _root(body)
    if root is None or _local(root) != "urlset":
        return {}
    found = {}
    for page in root.iterchildren(etree.Element):
        said = {
            _local(part): (part.text or "").strip() for part in page.iterchildren(etree.Element)
        }
        url, moment = said.get("loc"), said.get("lastmod")
        if url and moment and len(moment) <= LONGEST:
            found[url] = moment
    return found


def _root(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        return etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
