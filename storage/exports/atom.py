"""Atom export: a feed of articles (storage/events/atom.py has feeds of events).

Text of pages has type "text", never markup.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from lxml import etree

from storage.events.atom import ATOM, EPOCH, add, link, new_feed, tag
from storage.exports.plain_text import one_line
from storage.exports.selection import Row, Selection

NAMESPACES: Any = {None: ATOM}  # the default namespace


def write(selection: Selection, output: BinaryIO) -> int:
    count = 0
    (newest,) = selection.db.execute(
        "SELECT max(observed_at) FROM temp.selected JOIN revisions USING (article)"
    ).fetchone()
    with etree.xmlfile(output, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(f"{{{ATOM}}}feed", nsmap=NAMESPACES):
            for part in new_feed("feed/articles", "tinwatch: articles", newest or EPOCH):
                file.write(part, pretty_print=True)
            for row in selection.rows():
                file.write(_entry(row, numbered=selection.revisions), pretty_print=True)
                count += 1
    output.write(b"\n")
    return count


def _entry(row: Row, *, numbered: bool) -> etree._Element:
    """Return an entry. `updated` is when this revision was first seen; `published` needs a time."""
    entry = etree.Element(f"{{{ATOM}}}entry", nsmap=NAMESPACES)
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
