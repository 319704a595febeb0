"""Links of RSS and Atom feeds and of sitemaps."""

from __future__ import annotations

from lxml import etree

LINK_TAGS = frozenset(("link", "loc", "guid"))


def feed_links(body: bytes, url: str) -> list[str] | None:
    """The links of a feed's entries or a sitemap's pages; None where it is neither.

    Entities are not resolved and nothing is fetched: a feed is as hostile as any page.
    """
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or _local(root) not in ("rss", "feed", "urlset", "RDF"):
        return None
    links = []
    for element in root.iter(etree.Element):
        if _local(element) in LINK_TAGS:
            link = (element.text or element.get("href") or "").strip()
            if link.startswith(("http://", "https://")):
                links.append(link)
    return list(dict.fromkeys(links))


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
