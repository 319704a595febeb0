"""What a page says about itself in its head: JSON-LD, OpenGraph and meta tags.

It cross-checks what the page prints and stands in where a rule finds nothing. Read directly and
not through extruct: a page's head holds a few dozen tags, and extruct takes milliseconds for
formats that these sites do not use.
"""

from __future__ import annotations

import json
from typing import Any

from lxml.etree import _Element

from pipelines.record.raw_article import StructuredData
from pipelines.text.normal_forms import clean

ARTICLE_TYPES = frozenset(("NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting"))
META = {
    "og:title": "title",
    "og:description": "lead",
    "description": "lead",
    "article:published_time": "published",
    "article:modified_time": "updated",
    "article:section": "section",
}
LONGEST_JSON = 200_000  # characters


def structured_data(tree: _Element, *, has_json: bool = True) -> StructuredData:
    """The page's own metadata; JSON-LD wins over meta tags, which are often the site's.

    `has_json` says whether the page holds JSON-LD at all, where the caller knows.
    """
    found: dict[str, str] = {}
    for script in tree.iter("script") if has_json else ():
        if script.get("type") == "application/ld+json" and script.text:
            _from_json(script.text, found)
    head = tree.find("head")
    for meta in (tree if head is None else head).iter("meta"):
        field = META.get((meta.get("property") or meta.get("name") or "").lower())
        if field is not None and field not in found and (content := meta.get("content")):
            found[field] = clean(content)
    return StructuredData(**found)


def _from_json(text: str, found: dict[str, str]) -> None:
    if len(text) > LONGEST_JSON:
        return
    try:
        # Several of these sites break lines inside strings, which strict JSON forbids.
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    for item in _items(data):
        if _types(item) & ARTICLE_TYPES:
            _take("title", item.get("headline") or item.get("name"), found)
            _take("lead", item.get("description"), found)
            _take("published", item.get("datePublished"), found)
            _take("updated", item.get("dateModified"), found)
            _take("author", _author(item.get("author")), found)


def _items(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict):
        graph = data.get("@graph")
        return [data, *(_items(graph) if isinstance(graph, list) else [])]
    if isinstance(data, list):
        return [item for item in data if isinstance(item, dict)]
    return []


def _types(item: dict[str, Any]) -> set[str]:
    stated = item.get("@type")
    stated = stated if isinstance(stated, list) else [stated]
    return {name for name in stated if isinstance(name, str)}


def _take(field: str, value: Any, found: dict[str, str]) -> None:
    if isinstance(value, str) and value.strip():
        found.setdefault(field, clean(value))


def _author(value: Any) -> str | None:
    """A person's name; an organisation is the site itself."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        person = value.get("@type") in (None, "Person")
        return value.get("name") if person and isinstance(value.get("name"), str) else None
    return value if isinstance(value, str) else None
