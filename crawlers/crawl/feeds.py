"""Links of RSS and Atom feeds and of sitemaps."""

from __future__ import annotations

import re
from html.entities import name2codepoint
from urllib.parse import urljoin

from lxml import etree

from storage.archive.decoding import DecodingError, decode_start

GZIP_MAGIC = b"\x1f\x8b"  # sitemaps are often sent as gzip files (sitemap.xml.gz)
MAX_UNPACKED_BYTES = 10_000_000  # as for any page (crawlers/extraction/html.py)
MAX_LASTMOD_CHARS = 100  # the longest W3C datetime has 35
MAX_PREFIX_CHARS = 20_000  # before the feed: warnings that PHP prints
LINK_TAGS = frozenset(("link", "loc", "guid"))
UTF_16 = ("utf-16-le", "utf-16-be")
DECLARED = re.compile(rb"""<\?xml[^<>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
START = re.compile(r"<(?:\?xml\s|(?:[\w.-]+:)?(?:rss|feed|urlset|sitemapindex|RDF)[\s>])")
# What does not end takes the rest of the feed: to look for its end at each would take long.
NOT_CONTENT = re.compile(
    r"<!--.*?(?:-->|\Z)|<!DOCTYPE[^>\[]*(?:\[[^\]]*(?:\]\s*|\Z))?(?:>|\Z)|<\?[^>]*(?:>|\Z)",
    re.I | re.S,
)
# Any other tag, such as HTML that a description holds unescaped, and "<" that begins no tag.
OTHER_TAG = re.compile(
    r"<(?!/?(?:[\w.-]+:)?(?:rss|channel|item|feed|entry|RDF|urlset|url|sitemapindex|sitemap"
    r"|link|guid|loc|lastmod)[\s/>])(?:[^<>]*>)?"
)
PAGE = re.compile(r"<html[\s>]", re.I)
CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.S)
AMPERSAND = re.compile(r"&(?!#(?:\d{1,7}|x[0-9a-fA-F]{1,6});)(?:(\w{2,31});)?")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def feed_links(body: bytes, url: str) -> list[str] | None:
    """Return the links of a feed's entries or a sitemap's pages, or None if `body` is neither.

    A sitemap index lists sitemaps and no pages (`sitemaps_in`): it returns an empty list. Relative
    links are resolved against xml:base and the feed's own `url`.
    """
    root = _root(body, url)
    if root is None or _local(root) not in ("rss", "feed", "urlset", "sitemapindex", "RDF"):
        return None
    if _local(root) == "sitemapindex":
        return []
    links = (_link(element) for element in root.iter(etree.Element))
    return list(dict.fromkeys(link for link in links if link.startswith(("http://", "https://"))))


def _link(element: etree._Element) -> str:
    """Return the absolute URL of an element that holds a link, or an empty string."""
    if _local(element) not in LINK_TAGS:
        return ""
    link = (element.text or "").strip() or (element.get("href") or "").strip()
    if not link or _local(element) == "guid":  # a relative guid is a name
        return link
    try:
        return urljoin(element.base or "", link)
    except ValueError:  # "http://[broken" and the like
        return ""


def sitemaps_in(body: bytes, url: str) -> dict[str, str]:
    """Return the sitemaps that a sitemap index lists: URL -> `lastmod`, or "" if it has none."""
    root = _root(body, url)
    sitemaps: dict[str, str] = {}
    if root is None or _local(root) != "sitemapindex":
        return sitemaps
    for entry in root.iterchildren(etree.Element):
        parts = {_local(part): part for part in entry.iterchildren(etree.Element)}
        link = _link(parts["loc"]) if "loc" in parts else ""
        lastmod = (parts["lastmod"].text or "").strip() if "lastmod" in parts else ""
        if link:
            sitemaps[link] = lastmod if len(lastmod) <= MAX_LASTMOD_CHARS else ""
    return sitemaps


def _unpacked(body: bytes) -> bytes:
    """Return the first MAX_UNPACKED_BYTES of a gzip file, or nothing if it is damaged or cut."""
    if not body.startswith(GZIP_MAGIC):
        return body
    try:
        return decode_start(body, ["gzip"], MAX_UNPACKED_BYTES)
    except DecodingError:
        return b""


def _root(body: bytes, url: str) -> etree._Element | None:
    """Parse a feed that may be not well-formed. The parser fetches nothing and has no entities.

    Tags without links are left out, because each that is not closed would nest the rest deeper.
    After an error libxml2 drops every entity reference, `&amp;` in links included, but it keeps
    character references. So the entities are written as such before it parses.
    """
    text = _decoded(_unpacked(body))
    start = START.search(text, 0, MAX_PREFIX_CHARS)
    if start is None or PAGE.search(text, 0, start.start()):
        return None
    parts = CDATA.split(CONTROL.sub(" ", text[start.start() :]))
    parts[::2] = map(_well_formed, parts[::2])
    text = "".join(parts)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_pis=True,
        encoding="utf-8",
    )  # fmt: skip
    try:
        start_tag = max(text.find("<"), 0)
        return etree.fromstring(text[start_tag:].encode("utf-8", "replace"), parser, base_url=url)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _decoded(body: bytes) -> str:
    """Return the text of a feed. Bytes that are valid UTF-8 are UTF-8, whatever it declares."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace").lstrip("\ufeff")
    if body[:2] in (b"<\x00", b"\x00<"):
        return body.decode(UTF_16[body[:1] == b"\x00"], "replace")
    declared = DECLARED.search(body[:MAX_PREFIX_CHARS])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        return body.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError:
        if not encoding.lower().startswith("utf"):
            try:
                return body.decode(encoding, "replace")
            except LookupError:
                pass
    return body.decode("utf-8", "replace").lstrip("\ufeff")


def _well_formed(text: str) -> str:
    return AMPERSAND.sub(_reference, OTHER_TAG.sub("", NOT_CONTENT.sub("", text)))


def _reference(match: re.Match[str]) -> str:
    """Return an ampersand or a named entity as a character reference."""
    name = match[1] or ""
    if name == "apos":
        return "&#39;"
    if name in name2codepoint:
        return f"&#{name2codepoint[name]};"
    return f"&#38;{match[0][1:]}"


def _local(element: etree._Element) -> str:
    name: str = element.tag  # etree.QName raises for names of broken feeds (":rss")
    return name.rpartition("}")[2]
