"""Registry of the formats of `tinwatch export`: one line per format, and a module with its writer.

A writer takes a Selection and an output, and returns how many rows or records it wrote. The output
is temporary and renamed when the writer has returned, so a file is complete or absent. Writers are
imported when they are called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

Shape = Literal["text", "bytes", "file", "folder"]


@dataclass(frozen=True, slots=True)
class Format:
    """An export format.

    Attributes:
        description: for the list of formats
        suffix: file extension with the dot; "" for a folder
        shape: what the writer gets: text, bytes: a binary stream, also standard output;
            file: the path of a new file; folder: the path of an empty folder
        entry_point: module:function of the writer
        unit: what the writer counts
        of_articles: False for formats of relations between articles, which have no revisions
    """

    name: str
    description: str
    suffix: str
    shape: Shape
    entry_point: str
    unit: str = "row"
    of_articles: bool = True

    def writer(self) -> Callable[..., int]:
        """Import and return `write(selection: Selection, output: BinaryIO | Path) -> int`."""
        module, _, function = self.entry_point.partition(":")
        writer: Any = getattr(import_module(module), function)
        return writer  # type: ignore[no-any-return]


_ALL = (
    Format("csv", "CSV for Excel and LibreOffice", ".csv", "text",
           "storage.exports.csv_sheet:write"),
    Format("xlsx", "XLSX for Excel, with real dates", ".xlsx", "bytes",
           "storage.exports.xlsx_sheet:write"),
    Format("jsonl", "JSON Lines: every field of the record", ".jsonl", "text",
           "storage.exports.jsonl:write"),
    Format("ris", "RIS: citations for Zotero, EndNote, JabRef", ".ris", "text",
           "storage.exports.ris:write"),
    Format("bibtex", "BibTeX: citations for LaTeX", ".bib", "text",
           "storage.exports.bibtex:write"),
    Format("csl-json", "CSL-JSON: citations for Zotero, Pandoc, citeproc", ".json", "text",
           "storage.exports.csl_json:write"),
    Format("tei", "TEI P5: a corpus with structure and history", ".xml", "text",
           "storage.exports.tei:write"),
    Format("corpus", "plain text files and metadata.csv, for AntConc and quanteda", "", "folder",
           "storage.exports.corpus:write", "text"),
    Format("vertical", "a syllable a line, for Sketch Engine and NoSketch Engine", ".vert", "text",
           "storage.exports.vertical:write"),
    Format("atom", "Atom: a feed of the articles", ".atom", "text", "storage.exports.atom:write"),
    Format("parquet", "Parquet, a folder by year and site", "", "folder",
           "storage.exports.parquet:write"),
    Format("4cat", "CSV for a custom upload to 4CAT", ".csv", "text",
           "storage.exports.four_cat:write"),
    Format("sqlite", "SQLite database with every revision", ".db", "file",
           "storage.exports.sqlite_subset:write", "revision"),
    Format("warc", "WARC file of the captures", ".warc.gz", "bytes",
           "storage.exports.warc:write", "record"),
    Format("wacz", "WACZ archive of the captures, for ReplayWeb.page", ".wacz", "file",
           "storage.exports.wacz:write", "record"),
)  # fmt: skip

FORMATS = {each.name: each for each in _ALL}
