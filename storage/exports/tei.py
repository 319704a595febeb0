"""TEI P5 export: a teiCorpus with one TEI per article, valid against TEI All.

The header has the source and the revision history. The body has the blocks of the record in order:
a subhead starts a div, list items become a list, table rows a table.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, BinaryIO

from lxml import etree

from storage.articles.revisions import revision_heads
from storage.exports.citations import cite_key
from storage.exports.plain_text import one_line
from storage.exports.selection import Row, Selection
from storage.messages.reasons_input import InputError, InputReason
from storage.models import RevisionCause
from storage.reasons import Reason

TEI = "http://www.tei-c.org/ns/1.0"
NAMESPACES: Any = {None: TEI}  # the default namespace
XML = "{http://www.w3.org/XML/1998/namespace}"
Element = etree._Element
ABOUT = "Articles of Vietnamese news sites as tinwatch read them"
RIGHTS = "A copy kept for research. The rights in the text are its publisher's and its authors'."


def write(selection: Selection, output: BinaryIO) -> int:
    """Write the corpus. Raise ValueError if no article is selected: a teiCorpus cannot be empty."""
    if not selection.articles:
        raise InputError(Reason(InputReason.EMPTY_TEI))
    count = 0
    with etree.xmlfile(output, encoding="UTF-8") as file:
        file.write_declaration()
        with file.element(f"{{{TEI}}}teiCorpus", nsmap=NAMESPACES):
            file.write(_corpus_header(), pretty_print=True)
            for row in selection.rows():
                file.write(_article(selection, row), pretty_print=True)
                count += 1
    output.write(b"\n")
    return count


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    element = etree.SubElement(parent, f"{{{TEI}}}{name}", attributes)
    element.text = one_line(text) if text else None
    return element


def _corpus_header() -> Element:
    header = etree.Element(f"{{{TEI}}}teiHeader", nsmap=NAMESPACES)
    file_desc = _add(header, "fileDesc")
    _add(_add(file_desc, "titleStmt"), "title", ABOUT)
    _add(_add(file_desc, "publicationStmt"), "p", RIGHTS)
    _add(_add(file_desc, "sourceDesc"), "p", "Pages of the sites, as each TEI names its own.")
    return header


def _article(selection: Selection, row: Row) -> Element:
    article = etree.Element(f"{{{TEI}}}TEI", nsmap=NAMESPACES)
    article.set(f"{XML}id", cite_key(row, numbered=selection.revisions))
    header = _add(article, "teiHeader")
    file_desc = _add(header, "fileDesc")
    titles = _add(file_desc, "titleStmt")
    _add(titles, "title", row["title"])
    _authors(titles, row, also_photo=True)
    published = _add(file_desc, "publicationStmt")
    _add(published, "p", RIGHTS)
    _source(_add(file_desc, "sourceDesc"), row)
    _profile(header, row)
    _revisions(header, selection, row)
    _text(article, row)
    return article


def _authors(parent: Element, row: Row, *, also_photo: bool) -> None:
    """Add authors, and with `also_photo` contributors in other roles (respStmt)."""
    others = []
    for author in row["authors"]:
        roles = [role for role in author["roles"] if role != "text"]
        if "text" in author["roles"] or not author["roles"]:
            _name(_add(parent, "author"), author)
        if roles and also_photo:
            others.append((roles, author))
    for roles, author in others:
        statement = _add(parent, "respStmt")
        _add(statement, "resp", ", ".join(roles))
        _name(statement, author)


def _name(parent: Element, author: dict[str, Any]) -> None:
    _add(parent, "persName" if author["kind"] == "person" else "orgName", author["name"])


def _source(parent: Element, row: Row) -> None:
    source = _add(parent, "biblStruct", type="newspaperArticle")
    analytic = _add(source, "analytic")
    _add(analytic, "title", row["title"], level="a")
    _authors(analytic, row, also_photo=False)
    if row["url"]:
        _add(analytic, "idno", row["url"], type="URL")
    _add(analytic, "idno", f"{row['site']}/{row['key']}", type="tinwatch")
    if row["captured_at"]:
        _add(analytic, "idno", row["sha256"], type="SHA-256")
    monograph = _add(source, "monogr")
    _add(monograph, "title", row["site_title"], level="j")
    imprint = _add(monograph, "imprint")
    _add(imprint, "publisher", row["site_title"])
    if row["published"]:
        _add(imprint, "date", row["published_as_printed"], when=row["published"])
    if row["captured_at"]:
        captured = f"captured {row['captured_at']} in {row['warc']}"
        _add(source, "note", captured, type="capture")
    seen = f"{row['status']}, last seen {row['last_seen']}"
    _add(source, "note", seen, type="status")
    if row["source"]:
        _add(source, "note", row["source"]["name"], type="source")


def _profile(header: Element, row: Row) -> None:
    profile = _add(header, "profileDesc")
    _add(_add(profile, "langUsage"), "language", row["language"], ident=row["language"])
    terms = [("section", row["section"]), *(("tag", tag) for tag in row["tags"])]
    present_terms = [(kind, text) for kind, text in terms if text]
    if present_terms:
        keywords = _add(_add(profile, "textClass"), "keywords")
        for kind, text in present_terms:
            _add(keywords, "term", text, type=kind)


def _revisions(header: Element, selection: Selection, row: Row) -> None:
    """Add the revisions up to this one, newest first, as the TEI Guidelines recommend."""
    heads = revision_heads(selection.db, row["id"])
    until = next(index for index, head in enumerate(heads) if head.number == row["revision"])
    history = _add(header, "revisionDesc")
    for index, head in reversed(list(enumerate(heads[: until + 1]))):
        description = "changed by the site"
        if index == 0:
            description = "first read"
        elif head.cause == RevisionCause.EXTRACTOR:
            description = "read otherwise by newer rules"
        line = f"revision {head.number}: {description}"
        _add(history, "change", line, n=str(head.number), when=head.observed_at)


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
    parent = body
    for kind, blocks in groupby(row["body"], key=lambda block: block["kind"]):
        for block in _block_elements(kind, list(blocks)):
            if kind == "subhead":
                parent = _add(body, "div", type="section")
            parent.append(block)
    if not row["body"]:
        _add(body, "p")
    _captions(body, row["captions"])


def _block_elements(kind: str, blocks: list[dict[str, Any]]) -> list[Element]:
    """Return the elements of adjacent blocks of one kind."""
    texts = [block["text"] for block in blocks]
    if kind == "list item":
        return [_list(texts)]
    if kind == "table row":
        return [_table(blocks)]
    name = {"subhead": "head", "quote": "quote"}.get(kind, "p")
    return [_text_element(name, text) for text in texts]


def _text_element(name: str, text: str) -> Element:
    element = etree.Element(f"{{{TEI}}}{name}")
    element.text = one_line(text)
    return element


def _list(items: list[str]) -> Element:
    element = etree.Element(f"{{{TEI}}}list")
    for text in items:
        _add(element, "item", text)
    return element


def _table(rows: list[dict[str, Any]]) -> Element:
    """Rows that were stored before version 4 of the extractor have only their text."""
    table = etree.Element(f"{{{TEI}}}table")
    for block in rows:
        row = _add(table, "row")
        for cell in block.get("cells") or block["text"].split(" | "):
            _add(row, "cell", cell)
    return table


def _captions(body: Element, captions: list[dict[str, Any]]) -> None:
    """Add captions in a div after the text: the record has no positions of pictures."""
    if captions:
        section = _add(body, "div", type="captions")
        for caption in captions:
            _add(_add(section, "figure"), "figDesc", caption["text"])
