"""Metadata files of a release: data package, readme and citation."""

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
FILE_DESCRIPTIONS = {
    "articles.csv": "every article with its newest text, one a row; for spreadsheets",
    "revisions.jsonl": "every revision of every article, one a line, nothing left out",
    "events.csv": "what happened to the articles and to their sites, in order",
    "stories.csv": "which articles are one text",
}


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """Metadata given by the user.

    Attributes:
        authors: "Family, Given", or a name that is not split
    """

    name: str
    title: str
    authors: tuple[str, ...]
    license: str | None  # SPDX identifier
    query: str  # how the articles were selected, as arguments of the command


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A file of the release.

    Attributes:
        path: relative to the folder of the release
        size: in bytes
        sha256: in hex
    """

    path: str
    size: int
    sha256: str


def datapackage(info: ReleaseInfo, as_of: str, files: list[ReleaseFile]) -> str:
    """Return datapackage.json: a Frictionless data package with a schema per table."""
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": info.name,
        "title": info.title,
        "version": as_of[:10],
        "created": as_of,
        "contributors": [{"title": name, "role": "author"} for name in info.authors],
    }
    if info.license:
        package["licenses"] = [
            {"name": info.license, "path": f"https://spdx.org/licenses/{info.license}"}
        ]
    package |= {
        "software": f"tinwatch {VERSION}",
        "query": info.query,
        "resources": [_resource(file) for file in files],
    }
    return json_text(package)


def json_text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _resource(file: ReleaseFile) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": file.path.removeprefix("data/").lower().replace("/", "-").replace("=", "-"),
        "path": file.path,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    format_name = file.path.rpartition(".")[2]
    if file.path not in SCHEMAS:
        return resource | {"type": "file", "format": format_name}
    resource |= {"type": "table", "profile": "tabular-data-resource", "format": format_name}
    return resource | {"encoding": "utf-8", "schema": SCHEMAS[file.path]}


def citation(info: ReleaseInfo, as_of: str) -> str:
    """Return CITATION.cff. A name without a comma is not split into family and given names."""
    lines = [
        "cff-version: 1.2.0",
        'message: "If you use this dataset, please cite it as below."',
        "type: dataset",
        f"title: {_yaml(info.title)}",
        f"version: {_yaml(as_of[:10])}",
        f"date-released: {as_of[:10]}",
        *([f"license: {_yaml(info.license)}"] if info.license else []),
        "authors:",
    ]
    for name in info.authors:
        family, given = family_and_given(name)
        if given:
            lines += [f"  - family-names: {_yaml(family)}", f"    given-names: {_yaml(given)}"]
        else:
            lines += [f"  - name: {_yaml(name)}"]
    return "\n".join(lines) + "\n"


def citation_ris(info: ReleaseInfo, as_of: str, package: str) -> str:
    """Return the citation as RIS, for Zotero.

    It has the digest of the data package, which in turn has the digests of all data files: equal
    digests mean the same release.
    """
    digest = sha256(package.encode("utf-8", "replace")).hexdigest()
    selection = info.query or "every article"
    note = f"Chosen: {selection}. SHA-256 of datapackage.json: {digest}. {_software()}."
    tags = [
        ("ID", info.name),
        ("TI", one_line(info.title)),
        *(("AU", one_line(name)) for name in info.authors),
        ("PY", as_of[:4]),
        ("DA", as_of[:10].replace("-", "/")),
        ("ET", as_of[:10]),
        ("N1", one_line(note)),
    ]
    return record("DATA", tags)


def _software() -> str:
    return f"Made with tinwatch {VERSION}"


def family_and_given(name: str) -> tuple[str, str]:
    """Return both parts of "Family, Given"; a name that is not split has no second one."""
    family, _, given = (part.strip() for part in name.partition(","))
    return family, given


def _yaml(text: str) -> str:
    """Return a double-quoted YAML scalar: a JSON string is one."""
    return json.dumps(plain(text), ensure_ascii=False)


def readme(info: ReleaseInfo, as_of: str, rows: dict[str, int]) -> str:
    """Return README.md. `rows` is the number of rows by file name."""
    selection = info.query or "every article"
    files = "\n".join(
        f"| `data/{name}` | {rows[name]} | {purpose} |"
        for name, purpose in FILE_DESCRIPTIONS.items()
    )
    licence = (
        f"The collection is released under {info.license}."
        if info.license else "No licence of the collection is stated."
    )  # fmt: skip
    return f"""# {plain(info.title)}

Articles from news sites of Vietnam's provincial party organs, as they were observed until
{as_of} (UTC). By {plain("; ".join(info.authors))}. `CITATION.cff` says how to cite it, and
`citation.ris` says it to Zotero.

Chosen: `{plain(selection)}`. {_software()}.

## Files

| file | rows | what it holds |
|---|---|---|
{files}
| `data/parquet/` | {rows["revisions.jsonl"]} | the same with types, by year published and site |
| `datapackage.json` | | every column of every table (Frictionless Data Package) |
| `record.schema.json` | | JSON Schema of a line of `data/revisions.jsonl` |
| `ro-crate-metadata.json`, `datacite.json` | | for repositories: RO-Crate, DataCite |
| `sha256sums.txt` | | checksums: `sha256sum -c sha256sums.txt` |

`id` is the article in all files, `story` the story. In the CSV files a cell that a spreadsheet
could take for a formula begins with an apostrophe, and what Excel cannot hold is shortened (column
`cut`); `revisions.jsonl` and the Parquet files hold every text as it is.

The same database gives the same files, byte for byte, with the same versions of tinwatch and
pyarrow. The date of this release is that of its newest observation.

## Rights

{licence} The texts are their publishers'.
"""
