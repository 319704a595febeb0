"""Export in the vertical format of Sketch Engine: one token per line, within structure tags.

A token is a syllable, a number or a punctuation mark. Vietnamese also puts spaces between the
syllables of a word; word segmentation is left to other tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from storage.exports.citations import cite_key
from storage.exports.plain_text import one_line
from storage.exports.selection import Row, Selection

TOKEN = re.compile(
    r"https?://\S+|www\.\S+"  # a URL is one token
    r"|\d+(?:[.,:/-]\d+)*"  # 1.072 and 10/3/2025 and 8-3
    r"|\w+"
    r"|\S"
)
GLUE = "<g/>"  # no space between two tokens
BLOCK_TAGS = {"subhead": "head", "quote": "quote", "list item": "item", "table row": "row"}
ATTRIBUTES = (
    "site", "site_title", "site_kind", "province", "province_now", "url", "title", "published",
    "section", "language", "status", "story", "revision",
)  # fmt: skip


def write(selection: Selection, output: BinaryIO) -> int:
    return selection.write_rows(
        output,
        lambda row: "".join(
            f"{line}\n" for line in _document(row, cite_key(row, numbered=selection.revisions))
        ).encode(),
    )


def tokens(text: str) -> Iterator[str]:
    """Yield the tokens of a line, with GLUE between tokens that no space separates."""
    end = 0
    for match in TOKEN.finditer(text):
        if match.start() == end and end:
            yield GLUE
        yield escape(match[0])
        end = match.end()


def _document(row: Row, key: str) -> Iterator[str]:
    metadata = {name: one_line(str(row[name])) for name in ATTRIBUTES if row[name] is not None}
    metadata["author"] = "|".join(one_line(a["name"]).replace("|", "/") for a in row["authors"])
    metadata["year"] = (row["published"] or "")[:4]
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in metadata.items() if value)
    yield f'<doc id="{key}"{attributes}>'
    yield from _part("title", row["title"])
    if row["lead"]:
        yield from _part("lead", row["lead"])
    for block in row["body"]:
        yield from _part(BLOCK_TAGS.get(block["kind"], "p"), block["text"])
    for caption in row["captions"]:
        yield from _part("caption", caption["text"])
    yield "</doc>"


def _part(tag: str, text: str) -> list[str]:
    return [f"<{tag}>", *tokens(one_line(text)), f"</{tag}>"]
