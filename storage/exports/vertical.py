"""Sketch Engine's vertical: a token a line, within tags for document, head and paragraph.

A token is a syllable, a number or a sign: Vietnamese writes a space between the syllables of a
word too, and which of them make a word is left to a tool that knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from storage.exports.citations import cite_key
from storage.exports.plain_text import one_line
from storage.exports.selection import Chosen, Row

TOKEN = re.compile(
    r"https?://\S+|www\.\S+"  # an address is one token
    r"|\d+(?:[.,:/-]\d+)*"  # 1.072 and 10/3/2025 and 8-3
    r"|\w+"
    r"|\S"
)
GLUE = "<g/>"  # stands where no space was
TAGS = {"subhead": "head", "quote": "quote", "list item": "item", "table row": "row"}
ATTRIBUTES = (
    "site", "site_title", "site_kind", "province", "province_now", "url", "title", "published",
    "section", "language", "status", "story", "revision",
)  # fmt: skip


def write(chosen: Chosen, to: BinaryIO) -> int:
    written = 0
    for row in chosen.rows():
        key = cite_key(row, numbered=chosen.revisions)
        to.write("".join(f"{line}\n" for line in _document(row, key)).encode())
        written += 1
    return written


def tokens(text: str) -> Iterator[str]:
    """The tokens of a line of text, with GLUE between two that no space parts."""
    end = 0
    for found in TOKEN.finditer(text):
        if found.start() == end and end:
            yield GLUE
        yield escape(found[0])
        end = found.end()


def _document(row: Row, key: str) -> Iterator[str]:
    stated = {name: one_line(str(row[name])) for name in ATTRIBUTES if row[name] is not None}
    stated["author"] = "|".join(one_line(a["name"]).replace("|", "/") for a in row["authors"])
    stated["year"] = (row["published"] or "")[:4]
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in stated.items() if value)
    yield f'<doc id="{key}"{attributes}>'
    yield from _part("title", row["title"])
    if row["lead"]:
        yield from _part("lead", row["lead"])
    for block in row["body"]:
        yield from _part(TAGS.get(block["kind"], "p"), block["text"])
    for caption in row["captions"]:
        yield from _part("caption", caption["text"])
    yield "</doc>"


def _part(tag: str, text: str) -> list[str]:
    return [f"<{tag}>", *tokens(one_line(text)), f"</{tag}>"]
