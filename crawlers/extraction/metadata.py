"""Structured data of a page: JSON-LD, OpenGraph, Dublin Core, other meta tags, itemprop and <time>.

It is a check on the printed values, and a fallback if no rule matches. extruct is not used: it
takes milliseconds for formats that these sites do not have.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, cast

from lxml.etree import XPath, _Element

from crawlers.extraction.html import head_of
from pipelines.record.raw_article import StructuredData
from pipelines.text.normal_forms import clean

# Articles of schema.org by the last part of their type, which may be an IRI or "schema:Article".
ARTICLE_TYPE = re.compile(r"(?:^|[/#:])(?:\w*Article|BlogPosting|LiveBlogPosting|Report)$")
NAME_IN_IRI = re.compile(r"[^/#:]+$")
META = {
    "og:title": "title",
    "dc.title": "title",
    "dcterms.title": "title",
    "og:description": "lead",
    "description": "lead",
    "dc.description": "lead",
    "article:published_time": "published",
    "og:article:published_time": "published",
    "datepublished": "published",
    "dc.date": "published",
    "dc.date.issued": "published",
    "dc.date.created": "published",
    "dcterms.issued": "published",
    "dcterms.created": "published",
    "dcterms.date": "published",
    "pubdate": "published",
    "publishdate": "published",
    "publish-date": "published",
    "publish_date": "published",
    "article:modified_time": "updated",
    "datemodified": "updated",
    "dc.date.modified": "updated",
    "dcterms.modified": "updated",
    "article:section": "section",
    "headline": "title",
}
ITEMPROPS = {"datePublished": "published", "dateModified": "updated"}
ITEM_NAMES = {
    "headline": "title",
    "name": "title",
    "description": "lead",
    "datePublished": "published",
    "dateModified": "updated",
    "articleSection": "section",
}
# Drupal: <span property="dc:date dc:created" content="2026-05-12T10:30:00+07:00">
RDFA_DATES = XPath(
    "//span[contains(@property, 'dc:date') or contains(@property, 'schema:date')]"
    "[not(ancestor::div[contains(@class, 'comment') or contains(@class, 'sidebar')])]/@content"
)
RDFA_VOCABULARY = "purl.org/dc"  # in the attributes of <html>
NESTED_ITEMS = ("@graph", "mainEntity", "mainEntityOfPage")
TEMPLATE_TAGS = frozenset(("aside", "footer", "header", "nav"))
MAX_JSON_CHARS = 200_000
MAX_JSON_ITEMS = 200
MAX_JSON_DEPTH = 6
# Around the JSON: byte order mark, comments and CDATA that hide it from old parsers.
JSON_START = re.compile(
    r"\A(?:[\s\ufeff]|<!--|//(?=\s*<!\[CDATA\[)|/\*(?=\s*<!\[CDATA\[)|<!\[CDATA\[|\*/)+"
)
JSON_END = re.compile(r"(?:[\s;]|-->|//(?=\s*(?:\]\]>|-->))|/\*(?=\s*\]\]>)|\]\]>|\*/)+\Z")
MAX_JSON_END_CHARS = 200  # JSON_END takes quadratic time
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
MARKUP = re.compile(r"<[^<>]{1,300}>")
# The date format of ASP.NET in its invariant culture: the month first.
MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}:\d{2}:\d{2} [AP]M)")


def structured_data(tree: _Element) -> StructuredData:
    """Return the page's metadata. JSON-LD precedes meta tags, which often describe the site."""
    values: dict[str, str] = {}
    elements = list(tree.iter("script", "meta", "time"))  # one walk takes half the time of two
    for script in elements:
        if script.tag == "script" and "ld+json" in (script.get("type") or "").lower():
            _add_json(script.text or "", values)
    for meta in head_of(tree).iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        field = META.get(name.lower())
        if field is not None and field not in values and (content := meta.get("content")):
            _add(field, content, values)
    if "published" not in values:
        _add_dates_of_elements(tree, elements, values)
    return StructuredData(**values)


def _add_dates_of_elements(
    root: _Element, elements: list[_Element], values: dict[str, str]
) -> None:
    """Add the dates of itemprop attributes, of the page's only <time datetime>, or of RDFa."""
    for element in elements:
        field = ITEMPROPS.get(element.get("itemprop") or "")
        if field is not None:
            _add(field, element.get("datetime") or element.get("content"), values)
    if "published" not in values:
        times = [e for e in elements if e.tag == "time" and not _is_of_template(e)]
        stated = [s for e in times if (s := e.get("datetime"))]
        published = [s for e in times if e.get("pubdate") is not None and (s := e.get("datetime"))]
        if published or len(set(stated)) == 1:
            _add("published", (published or stated)[0], values)
    if "published" not in values and any(RDFA_VOCABULARY in str(v) for v in root.values()):
        contents = {str(content) for content in cast(list[str], RDFA_DATES(root))}
        _add("published", contents.pop() if len(contents) == 1 else None, values)


def _is_of_template(element: _Element) -> bool:
    """Whether an element stands where a template prints a clock, outside any article."""
    parents = list(element.iterancestors())
    tags = [parent.tag for parent in parents]
    if "article" in tags or any(p.tag == "header" and p.find(".//h1") is not None for p in parents):
        return False
    return tags[:1] == ["body"] or not TEMPLATE_TAGS.isdisjoint(tags)


def _add_json(text: str, values: dict[str, str]) -> None:
    if len(text) > MAX_JSON_CHARS:
        return
    for item in _items(_parsed(text)):
        if _is_article(item):
            for name, value in item.items():
                field = ITEM_NAMES.get(_last_part(name))
                if field is not None and (field != "title" or _last_part(name) == "headline"):
                    _add(field, _string(value), values)
            _add("title", _string(item.get("name")), values)
            _add("author", _author(item.get("author") or item.get("creator")), values)


def _parsed(text: str) -> Any:
    """Return the parsed JSON, or None. Several sites write what strict JSON forbids."""
    text = JSON_START.sub("", text)
    text = text[:-MAX_JSON_END_CHARS] + JSON_END.sub("", text[-MAX_JSON_END_CHARS:])
    unescaped = html.unescape(text) if "&quot;" in text else text
    for attempt in (text, TRAILING_COMMA.sub("", text), TRAILING_COMMA.sub("", unescaped)):
        try:
            return json.loads(attempt, strict=False)  # with line breaks inside strings
        except (ValueError, RecursionError):
            continue
    return None


def _items(data: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON-LD, outer ones first: lists, graphs and main entities."""
    waiting = [(data, 0)]
    for value, depth in waiting:
        if len(waiting) > MAX_JSON_ITEMS or depth > MAX_JSON_DEPTH:
            return
        if isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]
        elif isinstance(value, dict):
            yield value
            waiting += [(value[name], depth + 1) for name in NESTED_ITEMS if name in value]


def _is_article(item: dict[str, Any]) -> bool:
    stated = item.get("@type")
    stated = stated if isinstance(stated, list) else [stated]
    return any(isinstance(name, str) and ARTICLE_TYPE.search(name) for name in stated)


def _last_part(name: str) -> str:
    match = NAME_IN_IRI.search(name)
    return match.group() if match else name


def _string(value: Any) -> str | None:
    """Return a text of JSON-LD: plain, in a list, or as {"@value": ...}."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else None


def _add(field: str, value: str | None, values: dict[str, str]) -> None:
    if not value or not value.strip() or field in values:
        return
    if field in ("published", "updated"):
        value = MONTH_FIRST.sub(_day_first, value)
    elif "<" in value or "&lt;" in value:
        value = MARKUP.sub(" ", html.unescape(value))
    if text := clean(value):
        values[field] = text


def _day_first(match: re.Match[str]) -> str:
    first, second, year, clock = match.groups()
    return f"{second}/{first}/{year} {clock}" if int(first) <= 12 else match[0]


def _author(value: Any) -> str | None:
    """Return the names of persons; None for an organisation, which is the site itself."""
    names = [_person(each) for each in (value if isinstance(value, list) else [value])]
    return " - ".join(filter(None, names)) or None


def _person(value: Any) -> str | None:
    if isinstance(value, dict):
        kind = _last_part(str(value.get("@type") or "Person"))
        return _string(value.get("name")) if kind == "Person" else None
    return value if isinstance(value, str) else None
