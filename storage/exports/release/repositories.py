"""Metadata of a release for repositories: RO-Crate 1.1 and DataCite 4."""

from __future__ import annotations

import mimetypes
from typing import Any

from storage.exports.release.metadata import ReleaseFile, ReleaseInfo, family_and_given, json_text
from storage.version import VERSION

RO_CRATE = "https://w3id.org/ro/crate/1.1"
DATACITE = "http://datacite.org/schema/kernel-4"
SPDX = "https://spdx.org/licenses/"
UNKNOWN = ":unav"  # DataCite's value for what is not available yet
TYPES = {".jsonl": "application/jsonl", ".parquet": "application/vnd.apache.parquet",
         ".md": "text/markdown", ".cff": "text/yaml", ".wacz": "application/wacz",
         ".ris": "application/x-research-info-systems"}  # fmt: skip


def ro_crate(info: ReleaseInfo, as_of: str, files: list[ReleaseFile]) -> str:
    """Return ro-crate-metadata.json: the release, its authors, licence and files."""
    authors = [_ro_author(number, name) for number, name in enumerate(info.authors, 1)]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": info.title,
        "description": "Articles from news sites of Vietnam's provincial party organs, with every "
        f"observed revision and event. Selection: {info.query or 'every article'}.",
        "identifier": info.name,
        "version": as_of[:10],
        "datePublished": as_of[:10],
        "author": [{"@id": author["@id"]} for author in authors],
        "hasPart": [{"@id": file.path} for file in files],
    }
    entities = []
    if info.license:
        root["license"] = {"@id": f"{SPDX}{info.license}"}
        entities.append({
            "@id": f"{SPDX}{info.license}", "@type": "CreativeWork", "name": info.license,
        })  # fmt: skip
    software = {
        "@id": "#tinwatch", "@type": "SoftwareApplication", "name": "tinwatch", "version": VERSION,
    }  # fmt: skip
    action = {
        "@id": "#export", "@type": "CreateAction", "name": "tinwatch dataset", "endTime": as_of,
        "instrument": {"@id": "#tinwatch"}, "result": {"@id": "./"},
    }  # fmt: skip
    descriptor = {
        "@id": "ro-crate-metadata.json", "@type": "CreativeWork",
        "conformsTo": {"@id": RO_CRATE}, "about": {"@id": "./"},
    }  # fmt: skip
    graph = [descriptor, root, *authors, *entities, software, action, *map(_ro_file, files)]
    return json_text({"@context": f"{RO_CRATE}/context", "@graph": graph})


def datacite(info: ReleaseInfo, as_of: str) -> str:
    """Return datacite.json: all but the DOI and the publisher, which the repository adds."""
    data: dict[str, Any] = {
        "schemaVersion": DATACITE,
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "News articles"},
        "creators": [_creator(name) for name in info.authors],
        "titles": [{"title": info.title}],
        "publisher": {"name": UNKNOWN},
        "publicationYear": as_of[:4],
        "dates": [{"date": as_of, "dateType": "Collected"}],
        "language": "vi",
        "version": as_of[:10],
        "descriptions": [{
            "description": f"Selection: {info.query or 'every article'}. Made with tinwatch "
            f"{VERSION}.",
            "descriptionType": "Methods",
        }],
    }  # fmt: skip
    if info.license:
        data["rightsList"] = [{
            "rights": info.license, "rightsIdentifier": info.license,
            "rightsIdentifierScheme": "SPDX", "schemeUri": SPDX,
            "rightsUri": f"{SPDX}{info.license}",
        }]  # fmt: skip
    return json_text(data)


def _ro_author(number: int, name: str) -> dict[str, Any]:
    family, given = family_and_given(name)
    if not given:  # a person or a team: only the whole name is known
        return {"@id": f"#author{number}", "@type": "Organization", "name": name}
    return {
        "@id": f"#author{number}", "@type": "Person", "name": f"{family} {given}",
        "familyName": family, "givenName": given,
    }  # fmt: skip


def _creator(name: str) -> dict[str, Any]:
    family, given = family_and_given(name)
    if not given:
        return {"name": name}
    return {"name": name, "nameType": "Personal", "familyName": family, "givenName": given}


def _ro_file(file: ReleaseFile) -> dict[str, Any]:
    suffix = f".{file.path.rpartition('.')[2]}"
    return {
        "@id": file.path, "@type": "File", "contentSize": str(file.size), "sha256": file.sha256,
        "encodingFormat": TYPES.get(suffix) or mimetypes.types_map.get(suffix, "text/plain"),
    }  # fmt: skip
