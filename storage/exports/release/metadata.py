"""What a release says of itself: its data package, its readme and how to cite it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from storage.exports.plain_text import one_line
from storage.exports.release.table_schema import ARTICLES, EVENTS, REVISIONS, STORIES, table_schema
from storage.exports.ris import record
from storage.exports.spreadsheet_cells import plain
from storage.version import VERSION

SCHEMAS = {
    "data/articles.csv": table_schema(ARTICLES, ["id"]),
    "data/revisions.jsonl": table_schema(REVISIONS, ["id", "revision"]),
    "data/events.csv": table_schema(EVENTS, ["id"]),
    "data/stories.csv": table_schema(STORIES, ["article"]),
}
SAID = {
    "articles.csv": "every article with its newest text, one a row; for spreadsheets",
    "revisions.jsonl": "every revision of every article, one a line, nothing left out",
    "events.csv": "what happened to the articles and to their sites, in order",
    "stories.csv": "which articles are one text",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a person says of a release. `authors`: "Family, Given", or a name as it is written."""

    name: str
    title: str
    authors: tuple[str, ...]
    license: str | None  # SPDX identifier
    query: str  # how the articles were chosen, as a command's arguments


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the release. `path` is relative to its folder; sha256 is hex."""

    path: str
    size: int
    sha256: str


def datapackage(about: About, as_of: str, parts: list[Part]) -> str:
    """A Frictionless data package, with a schema of each table."""
    stated: dict[str, Any] = {
        "profile": "data-package",
        "name": about.name,
        "title": about.title,
        "version": as_of[:10],
        "created": as_of,
        "contributors": [{"title": name, "role": "author"} for name in about.authors],
    }
    if about.license:
        stated["licenses"] = [{"name": about.license}]
    stated |= {
        "software": f"tinwatch {VERSION}",
        "query": about.query,
        "resources": [_resource(part) for part in parts],
    }
    return json.dumps(stated, ensure_ascii=False, indent=2) + "\n"


def _resource(part: Part) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "name": part.path.removeprefix("data/").lower().replace("/", "-").replace("=", "-"),
        "path": part.path,
        "bytes": part.size,
        "hash": f"sha256:{part.sha256}",
    }
    if part.path not in SCHEMAS:
        return stated | {"type": "file", "format": "parquet"}
    form = part.path.rpartition(".")[2]
    stated |= {"type": "table", "profile": "tabular-data-resource", "format": form}
    return stated | {"encoding": "utf-8", "schema": SCHEMAS[part.path]}


def citation(about: About, as_of: str) -> str:
    """CITATION.cff. A name without a comma is not cut into family name and given names."""
    lines = [
        "cff-version: 1.2.0",
        'message: "If you use this dataset, please cite it as below."',
        "type: dataset",
        f"title: {_yaml(about.title)}",
        f"version: {_yaml(as_of[:10])}",
        f"date-released: {as_of[:10]}",
        *([f"license: {_yaml(about.license)}"] if about.license else []),
        "authors:",
    ]
    for name in about.authors:
        family, comma, given = (part.strip() for part in name.partition(","))
        if comma:
            lines += [f"  - family-names: {_yaml(family)}", f"    given-names: {_yaml(given)}"]
        else:
            lines += [f"  - name: {_yaml(name)}"]
    return "\n".join(lines) + "\n"


def citation_ris(about: About, as_of: str, package: str) -> str:
    """The same for Zotero and its like, with the digest of the data package, which has those of
    all data in it: it tells whether two copies are one release."""
    digest = sha256(package.encode("utf-8", "replace")).hexdigest()
    chosen = about.query or "every article"
    note = f"Chosen: {chosen}. SHA-256 of datapackage.json: {digest}. {_software()}."
    tags = [
        ("ID", about.name),
        ("TI", one_line(about.title)),
        *(("AU", one_line(name)) for name in about.authors),
        ("PY", as_of[:4]),
        ("DA", as_of[:10].replace("-", "/")),
        ("ET", as_of[:10]),
        ("N1", one_line(note)),
    ]
    return record("DATA", tags)


def _software() -> str:
    return f"Made with tinwatch {VERSION}"


def _yaml(text: str) -> str:
    """A double-quoted scalar: YAML reads JSON's."""
    return json.dumps(plain(text), ensure_ascii=False)


def readme(about: About, as_of: str, rows: dict[str, int]) -> str:
    chosen = about.query or "every article"
    files = "\n".join(f"| `data/{name}` | {rows[name]} | {said} |" for name, said in SAID.items())
    licence = (
        f"The collection is released under {about.license}."
        if about.license else "No licence of the collection is stated."
    )  # fmt: skip
    return f"""# {plain(about.title)}

Articles from news sites of Vietnam's provincial party organs, as they were observed until
{as_of} (UTC). By {plain("; ".join(about.authors))}. `CITATION.cff` says how to cite it, and
`citation.ris` says it to Zotero.

Chosen: `{plain(chosen)}`. {_software()}.

## Files

| file | rows | what it holds |
|---|---|---|
{files}
| `data/parquet/` | {rows["revisions.jsonl"]} | the same with types, by year published and site |
| `datapackage.json` | | every column of every table (Frictionless Data Package) |
| `sha256sums.txt` | | checksums: `sha256sum -c sha256sums.txt` |

`id` is the article in all files, `story` the story. In the CSV files a cell that a spreadsheet
could take for a formula begins with an apostrophe, and what Excel cannot hold is shortened (column
`cut`); `revisions.jsonl` and the Parquet files hold every text as it is.

The same database gives the same files, byte for byte, with the same versions of tinwatch and
pyarrow. The date of this release is that of its newest observation.

## Rights

{licence} The texts are their publishers'.
"""
