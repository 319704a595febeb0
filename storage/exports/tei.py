"""TEI P5: a teiCorpus with a TEI for every article, valid against TEI All.

The header says where the text comes from and how it changed; the body has the blocks of the
record in their order: subheads begin a div, items stand in a list, rows in a table.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, BinaryIO

from lxml import etree

from storage.exports.citations import cite_key
from storage.exports.plain_text import one_line
from storage.exports.selection import Chosen, Row

TEI = "http://www.tei-c.org/ns/1.0"
NAMED: Any = {None: TEI}  # the default name space
XML = "{http://www.w3.org/XML/1998/namespace}"
Element = etree._Element
ABOUT = "Articles of Vietnamese news sites as tinwatch read them"
RIGHTS = "A copy kept for research. The rights in the text are its publisher's and its authors'."


def write(chosen: Chosen, to: BinaryIO) -> int:
    """Raises ValueError where no article was chosen: there is no empty teiCorpus."""
    if not chosen.articles:
        raise ValueError("no article was chosen, and TEI has no empty corpus: choose otherwise")
    written = 0
    with etree.xmlfile(to, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(f"{{{TEI}}}teiCorpus", nsmap=NAMED):
            file.write(_corpus_header(), pretty_print=True)
            for row in chosen.rows():
                file.write(_article(chosen, row), pretty_print=True)
                written += 1
    to.write(b"\n")
    return written


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    element = etree.SubElement(parent, f"{{{TEI}}}{name}", attributes)
    element.text = one_line(text) if text else None
    return element


def _corpus_header() -> Element:
    header = etree.Element(f"{{{TEI}}}teiHeader", nsmap=NAMED)
    described = _add(header, "fileDesc")
    _add(_add(described, "titleStmt"), "title", ABOUT)
    _add(_add(described, "publicationStmt"), "p", RIGHTS)
    _add(_add(described, "sourceDesc"), "p", "Pages of the sites, as each TEI names its own.")
    return header


def _article(chosen: Chosen, row: Row) -> Element:
    article = etree.Element(f"{{{TEI}}}TEI", nsmap=NAMED)
    article.set(f"{XML}id", cite_key(row, numbered=chosen.revisions))
    header = _add(article, "teiHeader")
    described = _add(header, "fileDesc")
    titles = _add(described, "titleStmt")
    _add(titles, "title", row["title"])
    _authors(titles, row, also_photo=True)
    published = _add(described, "publicationStmt")
    _add(published, "p", RIGHTS)
    _source(_add(described, "sourceDesc"), chosen, row)
    _profile(header, row)
    _revisions(header, chosen, row)
    _text(article, row)
    return article


def _authors(parent: Element, row: Row, *, also_photo: bool) -> None:
    """Who wrote it as authors; in the title statement also who did what else."""
    others = []
    for author in row["authors"]:
        roles = [role for role in author["roles"] if role != "text"]
        if "text" in author["roles"] or not author["roles"]:
            _name(_add(parent, "author"), author)
        if roles and also_photo:
            others.append((roles, author))
    for roles, author in others:
        did = _add(parent, "respStmt")
        _add(did, "resp", ", ".join(roles))
        _name(did, author)


def _name(parent: Element, author: dict[str, Any]) -> None:
    _add(parent, "persName" if author["kind"] == "person" else "orgName", author["name"])


def _source(parent: Element, chosen: Chosen, row: Row) -> None:
    source = _add(parent, "biblStruct", type="newspaperArticle")
    part = _add(source, "analytic")
    _add(part, "title", row["title"], level="a")
    _authors(part, row, also_photo=False)
    if row["url"]:
        _add(part, "idno", row["url"], type="URL")
    _add(part, "idno", f"{row['site']}/{row['key']}", type="tinwatch")
    capture = chosen.db.execute(
        "SELECT captured_at, sha256, warc FROM captures WHERE id = ?", [row["capture"]]
    ).fetchone()
    if capture:
        _add(part, "idno", capture[1], type="SHA-256")
    whole = _add(source, "monogr")
    _add(whole, "title", row["site_title"], level="j")
    imprint = _add(whole, "imprint")
    _add(imprint, "publisher", row["site_title"])
    if row["published"]:
        _add(imprint, "date", row["published_as_printed"], when=row["published"])
    if capture:
        _add(source, "note", f"captured {capture[0]} in {capture[2]}", type="capture")
    seen = f"{row['status']}, last seen {row['last_seen']}"
    _add(source, "note", seen, type="status")
    if row["source"]:
        _add(source, "note", row["source"]["name"], type="source")


def _profile(header: Element, row: Row) -> None:
    profile = _add(header, "profileDesc")
    _add(_add(profile, "langUsage"), "language", row["language"], ident=row["language"])
    terms = [("section", row["section"]), *(("tag", tag) for tag in row["tags"])]
    stated = [(kind, text) for kind, text in terms if text]
    if stated:
        words = _add(_add(profile, "textClass"), "keywords")
        for kind, text in stated:
            _add(words, "term", text, type=kind)


def _revisions(header: Element, chosen: Chosen, row: Row) -> None:
    """The revisions up to this one, the newest first, as the Guidelines ask."""
    rows = chosen.db.execute(
        "SELECT number, cause, observed_at FROM revisions WHERE article = ? AND number <= ? "
        "ORDER BY number DESC",
        [row["id"], row["revision"]],
    )
    history = _add(header, "revisionDesc")
    for number, cause, observed in rows:
        said = "read otherwise by newer rules" if cause == "reader" else "changed by the site"
        said = "first read" if number == 1 else said
        _add(history, "change", f"revision {number}: {said}", n=str(number), when=observed)


def _text(article: Element, row: Row) -> None:
    text = _add(article, "text")
    text.set(f"{XML}lang", row["language"])
    body = _add(text, "body")
    _add(body, "head", row["title"])
    if row["byline_as_printed"]:
        _add(body, "byline", row["byline_as_printed"])
    if row["dateline"]:
        _add(body, "dateline", row["dateline"])
    if row["lead"]:
        _add(_add(body, "argument"), "p", row["lead"])
    place = body
    for kind, blocks in groupby(row["body"], key=lambda block: block["kind"]):
        for block in _joined(kind, [each["text"] for each in blocks]):
            if kind == "subhead":
                place = _add(body, "div", type="section")
            place.append(block)
    if not row["body"]:
        _add(body, "p")
    _captions(body, row["captions"])


def _joined(kind: str, texts: list[str]) -> list[Element]:
    """The elements of blocks of one kind that stand together."""
    if kind == "list item":
        return [_whole("list", "item", texts)]
    if kind == "table row":
        return [_table(texts)]
    names = {"subhead": "head", "quote": "quote"}
    return [_made(names.get(kind, "p"), text) for text in texts]


def _made(name: str, text: str) -> Element:
    element = etree.Element(f"{{{TEI}}}{name}")
    element.text = one_line(text)
    return element


def _whole(name: str, part: str, texts: list[str]) -> Element:
    whole = etree.Element(f"{{{TEI}}}{name}")
    for text in texts:
        _add(whole, part, text)
    return whole


def _table(rows: list[str]) -> Element:
    table = etree.Element(f"{{{TEI}}}table")
    for text in rows:
        row = _add(table, "row")
        for cell in text.split(" | "):
            _add(row, "cell", cell)
    return table


def _captions(body: Element, captions: list[dict[str, Any]]) -> None:
    """Behind the text, in a div of their own: where a picture stood in it is not kept."""
    if captions:
        apart = _add(body, "div", type="captions")
        for caption in captions:
            _add(_add(apart, "figure"), "figDesc", caption["text"])
