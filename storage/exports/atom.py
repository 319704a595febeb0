"""Atom: the articles themselves as a feed, where storage/events/atom.py has feeds of events.

What pages say is of type "text" in it, never markup.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from lxml import etree

from storage.events.atom import ATOM, EPOCH, add, link, tag
from storage.exports.plain_text import one_line
from storage.exports.selection import Chosen, Row

NAMED: Any = {None: ATOM}  # the default name space


def write(chosen: Chosen, to: BinaryIO) -> int:
    written = 0
    (newest,) = chosen.db.execute(
        "SELECT max(observed_at) FROM temp.chosen JOIN revisions USING (article)"
    ).fetchone()
    with etree.xmlfile(to, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(f"{{{ATOM}}}feed", nsmap=NAMED):
            for part in _head(newest or EPOCH):
                file.write(part, pretty_print=True)
            for row in chosen.rows():
                file.write(_entry(row, numbered=chosen.revisions), pretty_print=True)
                written += 1
    to.write(b"\n")
    return written


def _head(updated: str) -> list[etree._Element]:
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=NAMED)
    add(feed, "id", tag("feed/articles"))
    add(feed, "title", "tinwatch: articles")
    add(feed, "updated", updated)
    add(add(feed, "author"), "name", "tinwatch")
    add(feed, "generator", "tinwatch")
    return list(feed)


def _entry(row: Row, *, numbered: bool) -> etree._Element:
    """`updated` is when we saw this text first; `published` only where the page prints a time."""
    entry = etree.Element(f"{{{ATOM}}}entry", nsmap=NAMED)
    version = f"/{row['revision']}" if numbered else ""
    add(entry, "id", tag(f"article/{row['site']}/{row['key']}{version}"))
    add(entry, "title", one_line(row["title"]))
    add(entry, "updated", row["observed_at"])
    if row["published"] and row["time_known"]:
        add(entry, "published", row["published"])
    for author in row["authors"]:
        add(add(entry, "author"), "name", one_line(author["name"]))
    for term in (row["site"], row["section"], *row["tags"]):
        if term:
            add(entry, "category").set("term", one_line(term))
    link(entry, "alternate", row["url"], "text/html")
    if row["lead"]:
        add(entry, "summary", one_line(row["lead"])).set("type", "text")
    text = "\n\n".join(one_line(block["text"]) for block in row["body"])
    add(entry, "content", text).set("type", "text")
    return entry
