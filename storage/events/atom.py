"""Atom feeds (RFC 4287) of events, newest first.

Text of pages is never markup in them: titles and contents have type "text". Characters that XML
does not allow and bidirectional overrides are removed.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import quote

from lxml import etree
from sqlite_utils import Database

from storage.articles.repository import article_title
from storage.events.filters import EventFilter, matching_events
from storage.events.ledger import Event
from storage.messages import gettext, label
from storage.messages.event_lines import event_text
from storage.reasons import gettext_noop

ATOM = "http://www.w3.org/2005/Atom"
TITLE = gettext_noop("tinwatch: events")
MAX_FEED_ENTRIES = 100  # default
EPOCH = "1970-01-01T00:00:00Z"  # `updated` of a feed without entries: the element is required
NOT_XML_TEXT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def atom_of_events(
    db: Database,
    event_filter: EventFilter | None = None,
    *,
    title: str = TITLE,
    base: str | None = None,
    address: str | None = None,
    limit: int = MAX_FEED_ENTRIES,
    locale: str = "en",
) -> bytes:
    """Return a feed of the newest events that match a filter, as a UTF-8 XML document.

    Feed ids are made from the title and entry ids from the event, so that both are stable when
    the base URL or the locale changes.

    Args:
        base: base URL of the dashboard ("https://watch.example.org"); entries link to diffs there
        address: the feed's own URL
    """
    events = list(
        islice(matching_events(db, event_filter or EventFilter(), newest_first=True), limit)
    )
    site_titles = dict(db.execute("SELECT name, title FROM sites").fetchall())
    shown_title = gettext(title, locale) if title == TITLE else title
    updated = max((event.observed_at for event in events), default=EPOCH)
    feed = new_feed(f"feed/{title}", shown_title, updated, address=address, base=base)
    for event in events:
        _entry(feed, db, event, site_titles.get(event.site, event.site), base, locale)
    return document(feed)


def document(feed: etree._Element) -> bytes:
    """Return a feed as a UTF-8 XML document."""
    text: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def new_feed(
    path: str,
    title: str,
    updated: str,
    *,
    subtitle: str | None = None,
    address: str | None = None,
    base: str | None = None,
) -> etree._Element:
    """Return a feed without entries. `path`: of its tag URI."""
    feed = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    add(feed, "id", tag(path))
    add(feed, "title", title)
    if subtitle is not None:
        add(feed, "subtitle", subtitle)
    add(feed, "updated", updated)
    add(add(feed, "author"), "name", "tinwatch")
    add(feed, "generator", "tinwatch")
    link(feed, "self", address, "application/atom+xml")
    link(feed, "alternate", base, "text/html")
    return feed


def event_path(event: Event) -> str:
    """Return the dashboard path of an event: the diff of an edit, else its article or site."""
    if event.article is None:
        return f"/sites/{event.site}"
    if "from_revision" in event.detail and "to_revision" in event.detail:
        numbers = f"from={event.detail['from_revision']}&to={event.detail['to_revision']}"
        return f"/articles/{event.article}/diff?{numbers}"
    return f"/articles/{event.article}"


def event_link(event: Event, base: str | None) -> str | None:
    """Return the dashboard URL of an event, or None without a base URL."""
    return base.rstrip("/") + event_path(event) if base else None


def clean(text: str) -> str:
    """Return the text without bidirectional overrides and characters that XML does not allow."""
    return NOT_XML_TEXT.sub("", text)


def _entry(
    feed: etree._Element, db: Database, event: Event, site: str, base: str | None, locale: str
) -> None:
    kind = event.kind if locale == "en" else label("event_kind", event.kind, locale)
    line = event_text(event.kind, event.detail, event.summary, locale)
    headline = article_title(db, event.article) or line
    entry = add(feed, "entry")
    add(entry, "id", tag(f"event/{event.id}/{event.site}/{event.observed_at}"))
    add(entry, "title", f"{kind} · {site} · {' '.join(clean(headline).split())}")
    add(entry, "updated", event.observed_at)
    entry.append(etree.Element(f"{{{ATOM}}}category", term=event.kind))
    entry.append(etree.Element(f"{{{ATOM}}}category", term=clean(event.site)))
    dashboard_url = event_link(event, base)
    link(entry, "alternate", event.url or dashboard_url, "text/html")
    if event.url:
        link(entry, "related", dashboard_url, "text/html")
    lines = _lines(event, headline, line, site, dashboard_url, locale)
    add(entry, "content", "\n".join(lines)).set("type", "text")


def _lines(
    event: Event, headline: str, line: str, site: str, dashboard_url: str | None, locale: str
) -> list[str]:
    lines = [*dict.fromkeys((headline, line)), site]
    if "priority" in event.detail:
        edit_class = label("edit_class", event.detail.get("class", "edit"), locale)
        priority = gettext("priority {number}", locale).format(number=event.detail["priority"])
        lines.append(f"{edit_class}, {priority}")
    return [*lines, *(url for url in (event.url, dashboard_url) if url)]


def add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """Append an Atom element and return it."""
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    if text is not None:
        element.text = clean(text)
    return element


def link(parent: etree._Element, rel: str, url: str | None, kind: str) -> None:
    """Append a link, if it is an http(s) URL: a page may state any URL as its own."""
    if url and url.startswith(("https://", "http://")):
        element = add(parent, "link")
        element.set("rel", rel)
        element.set("type", kind)
        element.set("href", clean(url))


def tag(path: str) -> str:
    """Return a tag URI (RFC 4151) under the reserved domain `.invalid`."""
    return f"tag:tinwatch.invalid,2025:{quote(clean(path), safe='/:')}"
