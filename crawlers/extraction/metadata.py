"""Structured data of a page: JSON-LD, OpenGraph and meta tags.

It is a check on the printed values, and a fallback if no rule matches. extruct is not used: it
takes milliseconds for formats that these sites do not have.
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
MAX_JSON_CHARS = 200_000


def structured_data(tree: _Element, *, has_json: bool = True) -> StructuredData:
    """Return the page's metadata. JSON-LD precedes meta tags, which often describe the site.

    `has_json` is False if the caller knows that the page holds no JSON-LD.
    """
    values: dict[str, str] = {}
    for script in tree.iter("script") if has_json else ():
        if script.get("type") == "application/ld+json" and script.text:
            _add_json(script.text, values)
    head = tree.find("head")
    for meta in (tree if head is None else head).iter("meta"):
        field = META.get((meta.get("property") or meta.get("name") or "").lower())
        if field is not None and field not in values and (content := meta.get("content")):
            values[field] = clean(content)
    return StructuredData(**values)


def _add_json(text: str, values: dict[str, str]) -> None:
    if len(text) > MAX_JSON_CHARS:
        return
    try:
        # Several sites have line breaks inside strings, which strict JSON forbids.
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return
    for item in _items(data):
        if _types(item) & ARTICLE_TYPES:
            _add("title", item.get("headline") or item.get("name"), values)
            _add("lead", item.get("description"), values)
            _add("published", item.get("datePublished"), values)
            _add("updated", item.get("dateModified"), values)
            _add("author", _author(item.get("author")), values)


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


def _add(field: str, value: Any, values: dict[str, str]) -> None:
    if isinstance(value, str) and value.strip():
        values.setdefault(field, clean(value))


def _author(value: Any) -> str | None:
    """Return the name of a person; None for an organisation, which is the site itself."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        person = value.get("@type") in (None, "Person")
        return value.get("name") if person and isinstance(value.get("name"), str) else None
    return value if isinstance(value, str) else None
