"""Atom feed of a saved search: one entry per article, newest day first."""

from __future__ import annotations

from lxml import etree
from sqlite_utils import Database

from storage.events.atom import EPOCH, MAX_FEED_ENTRIES, add, document, link, new_feed, tag
from storage.search.query_ast import Query
from storage.search.rank import Hit, find
from storage.search.saved_searches import SavedSearch


def atom_of_hits(
    db: Database,
    saved: SavedSearch,
    query: Query,
    *,
    base: str,
    address: str,
) -> bytes:
    """Return a feed as in storage/events/atom.py.

    `query` is that of the search, parsed. An entry's `updated` is the time of the matching
    revision. Raise QueryError if the query names a site that does not exist any more.
    """
    hits = find(db, query, limit=MAX_FEED_ENTRIES, order="newest")
    observed = [_observed_at(db, hit) for hit in hits]
    path, updated = f"search/{saved.name}/{saved.created_at}", max(observed, default=EPOCH)
    feed = new_feed(
        path, f"tinwatch: {saved.name}", updated, subtitle=saved.query, address=address, base=base
    )
    for hit, moment in zip(hits, observed, strict=True):
        _entry(feed, hit, moment, f"{base}/articles/{hit.article}")
    return document(feed)


def _observed_at(db: Database, hit: Hit) -> str:
    row = db.execute(
        "SELECT observed_at FROM revisions WHERE article = ? AND number = ?",
        [hit.article, hit.revision],
    ).fetchone()
    return str(row[0])


def _entry(feed: etree._Element, hit: Hit, moment: str, dashboard_url: str) -> None:
    entry = add(feed, "entry")
    add(entry, "id", tag(f"article/{hit.site}/{hit.article}"))
    add(entry, "title", " ".join(f"{hit.site} · {hit.title}".split()))
    add(entry, "updated", moment)
    link(entry, "alternate", dashboard_url, "text/html")
    link(entry, "related", hit.url, "text/html")
    text = "".join(piece for piece, _ in hit.snippet)
    add(entry, "summary", " ".join(text.split())).set("type", "text")
