"""What a saved search finds, as an Atom feed: an entry an article, the newest day first."""

from __future__ import annotations

from lxml import etree
from sqlite_utils import Database

from storage.events.atom import ATOM, EPOCH, NEWEST, add, link, tag
from storage.search.parser import parse_query
from storage.search.rank import Hit, find
from storage.search.saved_searches import SavedSearch


def atom_of_hits(
    db: Database, saved: SavedSearch, *, base: str, address: str, most: int = NEWEST
) -> bytes:
    """A feed as of storage/events/atom.py. An article's entry is updated when a revision of it
    is found.

    Raises QueryError where the query names what is not there any more.
    """
    found = find(db, parse_query(saved.query), most=most, order="newest")
    seen = [_observed(db, hit) for hit in found]
    feed = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    add(feed, "id", tag(f"search/{saved.name}/{saved.created_at}"))
    add(feed, "title", f"tinwatch: {saved.name}")
    add(feed, "subtitle", saved.query)
    add(feed, "updated", max(seen, default=EPOCH))
    add(add(feed, "author"), "name", "tinwatch")
    add(feed, "generator", "tinwatch")
    link(feed, "self", address, "application/atom+xml")
    link(feed, "alternate", base, "text/html")
    for hit, moment in zip(found, seen, strict=True):
        _entry(feed, hit, moment, f"{base}/articles/{hit.article}")
    text: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return text


def _observed(db: Database, hit: Hit) -> str:
    row = db.execute(
        "SELECT observed_at FROM revisions WHERE article = ? AND number = ?",
        [hit.article, hit.revision],
    ).fetchone()
    return str(row[0])


def _entry(feed: etree._Element, hit: Hit, moment: str, here: str) -> None:
    entry = add(feed, "entry")
    add(entry, "id", tag(f"article/{hit.site}/{hit.article}"))
    add(entry, "title", " ".join(f"{hit.site} · {hit.title}".split()))
    add(entry, "updated", moment)
    link(entry, "alternate", here, "text/html")
    link(entry, "related", hit.url, "text/html")
    text = "".join(piece for piece, _ in hit.snippet)
    add(entry, "summary", " ".join(text.split())).set("type", "text")
