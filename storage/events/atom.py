"""Atom feeds (RFC 4287) of events: all, or those of a choice, the newest first.

What pages say is text in them, never markup: titles and contents are of type "text", and
characters that XML does not allow are left out, as are overrides of the direction of text.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import quote

from lxml import etree
from sqlite_utils import Database

from storage.events.filters import EventChoice, chosen_events
from storage.events.ledger import Event
from storage.messages import gettext, label
from storage.messages.event_lines import event_line
from storage.reasons import gettext_noop

ATOM = "http://www.w3.org/2005/Atom"
TITLE = gettext_noop("tinwatch: events")
NEWEST = 100  # entries of a feed, unless it is told otherwise
EPOCH = "1970-01-01T00:00:00Z"  # a feed must carry a time; one without entries carries this
UNFIT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def atom_of_events(
    db: Database,
    choice: EventChoice | None = None,
    *,
    title: str = TITLE,
    base: str | None = None,
    address: str | None = None,
    most: int = NEWEST,
    locale: str = "en",
) -> bytes:
    """A feed of the newest events of a choice, as an XML document in UTF-8.

    base: where the web page of this home is ("https://watch.example.org"); entries then link to
    the difference and the article there. address: the feed's own URL. The id of a feed is of its
    title, the id of an entry of its event: both stay what they are when the base or the locale
    changes.
    """
    found = list(islice(chosen_events(db, choice or EventChoice(), newest_first=True), most))
    names = dict(db.execute("SELECT name, title FROM sites").fetchall())
    feed = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    add(feed, "id", tag(f"feed/{title}"))
    add(feed, "title", gettext(title, locale) if title == TITLE else title)
    add(feed, "updated", max((event.observed_at for event in found), default=EPOCH))
    add(add(feed, "author"), "name", "tinwatch")
    add(feed, "generator", "tinwatch")
    link(feed, "self", address, "application/atom+xml")
    link(feed, "alternate", base, "text/html")
    for event in found:
        _entry(feed, db, event, names.get(event.site, event.site), base, locale)
    text: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def event_path(event: Event) -> str:
    """Where the web page shows an event: the difference of an edit, else its article or site."""
    if event.article is None:
        return f"/sites/{event.site}"
    if "from_revision" in event.detail and "to_revision" in event.detail:
        numbers = f"from={event.detail['from_revision']}&to={event.detail['to_revision']}"
        return f"/articles/{event.article}/diff?{numbers}"
    return f"/articles/{event.article}"


def event_link(event: Event, base: str | None) -> str | None:
    """The same as a URL under the base; None where there is no base."""
    return base.rstrip("/") + event_path(event) if base else None


def clean(text: str) -> str:
    """Without characters that XML does not allow (a lone surrogate, most controls), and without
    those that turn the direction of text round."""
    return UNFIT.sub("", text)


def _entry(
    feed: etree._Element, db: Database, event: Event, site: str, base: str | None, locale: str
) -> None:
    kind, line = event.kind, event.summary
    if locale != "en":
        kind = label("event_kind", event.kind, locale)
        line = event_line(event.kind, event.detail, event.summary, locale).text
    entry = add(feed, "entry")
    add(entry, "id", tag(f"event/{event.id}/{event.site}/{event.observed_at}"))
    add(entry, "title", f"{kind} · {event.site} · {' '.join(clean(line).split())}")
    add(entry, "updated", event.observed_at)
    entry.append(etree.Element(f"{{{ATOM}}}category", term=event.kind))
    entry.append(etree.Element(f"{{{ATOM}}}category", term=clean(event.site)))
    here = event_link(event, base)
    link(entry, "alternate", event.url or here, "text/html")
    if event.url:
        link(entry, "related", here, "text/html")
    add(entry, "content", "\n".join(_lines(db, event, line, site, here, locale))).set(
        "type", "text"
    )


def _lines(
    db: Database, event: Event, line: str, site: str, here: str | None, locale: str
) -> list[str]:
    said = [line, site]
    title = article_title(db, event.article)
    if title and title not in event.summary:
        said.insert(0, title)
    if "priority" in event.detail:
        edit_class = label("edit_class", event.detail.get("class", "edit"), locale)
        priority = gettext("priority {number}", locale).format(number=event.detail["priority"])
        said.append(f"{edit_class}, {priority}")
    return [*said, *(url for url in (event.url, here) if url)]


def article_title(db: Database, article: int | None) -> str | None:
    """The newest title of an article; None where there is no article."""
    row = db.execute(
        "SELECT json_extract(record, '$.title') FROM revisions JOIN articles "
        "ON articles.id = revisions.article AND number = revision WHERE articles.id = ?",
        [article],
    ).fetchone()
    return row[0] if row else None


def add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    if text is not None:
        element.text = clean(text)
    return element


def link(parent: etree._Element, rel: str, url: str | None, kind: str) -> None:
    """Only to web addresses: a page may name any URL as its own."""
    if url and url.startswith(("https://", "http://")):
        made = add(parent, "link")
        made.set("rel", rel)
        made.set("type", kind)
        made.set("href", clean(url))


def tag(path: str) -> str:
    """A tag URI (RFC 4151) under a name that nobody can own."""
    return f"tag:tinwatch.invalid,2025:{quote(clean(path), safe='/:')}"
