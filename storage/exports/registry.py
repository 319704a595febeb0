"""The formats of `tinwatch export`. A format is a line here and a module with its writer.

A writer takes the chosen articles and where they go, and returns how many rows or records it
wrote. What it is given is new, and gets its name when the writer has returned: a file is there as
a whole or not at all. A writer's module is imported when it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

Shape = Literal["text", "bytes", "file", "folder"]


@dataclass(frozen=True, slots=True)
class Format:
    """`shape` says what the writer is given:

    text, bytes: an open binary stream, which it writes from start to end (also standard output)
    file:        the path of a file that is not there yet
    folder:      the path of an empty folder
    """

    name: str
    said: str  # what it is, for the list of formats
    suffix: str  # of its file, with the dot; "" for a folder
    shape: Shape
    where: str  # module and function of the writer
    unit: str = "row"  # what the writer counts
    of_articles: bool = True  # False: of what is between them, so that a revision is no row

    def writer(self) -> Callable[..., int]:
        """`write(chosen: Chosen, to: BinaryIO | Path) -> int`."""
        module, _, function = self.where.partition(":")
        found: Any = getattr(import_module(module), function)
        return found  # type: ignore[no-any-return]


_ALL = (
    Format("csv", "CSV for Excel and LibreOffice", ".csv", "text",
           "storage.exports.csv_sheet:write"),
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
