"""tinwatch dataset: a release that others validate, cite, and get again byte for byte."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pandas
import pytest
import rispy
import yaml
from frictionless import Package, system, validate
from typer.testing import CliRunner

from storage.exports.csv_sheet import SHEET_COLUMNS
from storage.exports.flat_rows import COLUMNS
from storage.exports.release.table_schema import ARTICLES, REVISIONS
from tinwatch.commands.app import app

if TYPE_CHECKING:
    from click.testing import Result

    from tests.tinwatch.exports.conftest import Exporter

TEAM = ("--author", "Nhóm theo dõi báo Đảng", "--author", "Đỗ, Thị Mẫu")


def freeze(exporter: Exporter, *options: str, name: str = "release", team: bool = True) -> Result:
    folder = str(exporter.folder / name)
    arguments = ["dataset", "bao-dang", *options, *(TEAM if team else ()), "-o", folder]
    return CliRunner().invoke(app, [*arguments, "--home", str(exporter.home)])


def frozen(exporter: Exporter, *options: str, name: str = "release") -> Path:
    done = freeze(exporter, *options, name=name)
    assert done.exit_code == 0, done.output
    return exporter.folder / name


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.parametrize("home", ["demo", "hostile_export"])
def test_frictionless_validates_it(home: str, request: pytest.FixtureRequest) -> None:
    folder = frozen(request.getfixturevalue(home))
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["path", "rowNumber", "fieldNumber", "type", "note"])[:5]
    tables = {task.place: task.stats["rows"] for task in report.tasks if task.type == "table"}
    assert tables["data/articles.csv"] == 68
    assert tables["data/revisions.jsonl"] == 70
    assert tables["data/events.csv"] == 73
    assert tables["data/stories.csv"] > 0
    with system.use_context(trusted=True):
        package = Package(str(folder / "datapackage.json"))
    listed = {resource.path for resource in package.resources}
    assert listed == {path for path in contents(folder) if path.startswith("data/")}


def test_changed_byte_fails_the_checksum(demo: Exporter) -> None:
    folder = frozen(demo)
    file = folder / "data" / "events.csv"
    file.write_bytes(file.read_bytes().replace(b"2025", b"2024", 1))
    assert not validate(str(folder / "datapackage.json")).valid
    done = subprocess.run(["sha256sum", "-c", "sha256sums.txt"], cwd=folder, check=False)
    assert done.returncode == 1


def test_sha256sum_checks_every_file(demo: Exporter) -> None:
    folder = frozen(demo)
    done = subprocess.run(["sha256sum", "-c", "sha256sums.txt"], cwd=folder, check=True,
                          capture_output=True, text=True)  # fmt: skip
    checked = {line.removesuffix(": OK") for line in done.stdout.splitlines()}
    assert checked == contents(folder).keys() - {"sha256sums.txt"}


def test_dataset_is_reproducible(demo: Exporter) -> None:
    """In another process, with another time zone, hash seed and folder."""
    first = frozen(demo, "--zip", "--title", "Báo Đảng")
    second = demo.folder / "elsewhere" / "release"
    second.parent.mkdir()
    command = [sys.executable, "-m", "tinwatch", "dataset", "bao-dang", "--zip", "--title",
               "Báo Đảng", *TEAM, "-o", str(second), "--home", str(demo.home)]  # fmt: skip
    env = os.environ | {"TZ": "America/New_York", "PYTHONHASHSEED": "7"}
    subprocess.run(command, env=env, check=True, capture_output=True)
    assert contents(first) == contents(second)
    zips = [folder.with_name("release.zip") for folder in (first, second)]
    assert zips[0].read_bytes() == zips[1].read_bytes()
    with zipfile.ZipFile(zips[0]) as packed:
        assert packed.testzip() is None
        read = {name.removeprefix("release/"): packed.read(name) for name in packed.namelist()}
    assert read == contents(first)


def test_dataset_date_is_the_newest_observation(demo: Exporter) -> None:
    folder = frozen(demo)
    package: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    newest = demo.value(
        "SELECT max(at) FROM (SELECT max(last_checked) AS at FROM articles "
        "UNION SELECT max(observed_at) FROM events)"
    )
    assert package["created"] == newest
    assert package["version"] == newest[:10] == "2025-03-12"


def test_citation_names_only_the_given_authors(demo: Exporter) -> None:
    folder = frozen(demo, "--title", 'Báo "Đảng": 2025 #1', "--license", "CC-BY-4.0")
    cited = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "dataset"
    assert cited["title"] == 'Báo "Đảng": 2025 #1'
    assert cited["license"] == "CC-BY-4.0"
    assert cited["authors"] == [
        {"name": "Nhóm theo dõi báo Đảng"},
        {"family-names": "Đỗ", "given-names": "Thị Mẫu"},
    ]


def test_ris_file_identifies_the_release(demo: Exporter) -> None:
    folder = frozen(demo, "--title", "Báo Đảng\r\nER  - 2025", "site:haugiang")
    (cited,) = rispy.loads((folder / "citation.ris").read_bytes().decode())
    assert cited["type_of_reference"] == "DATA"
    assert cited["title"] == "Báo Đảng ER - 2025"
    assert cited["authors"] == ["Nhóm theo dõi báo Đảng", "Đỗ, Thị Mẫu"]
    assert (cited["year"], cited["date"]) == ("2025", "2025/03/12")
    digest = hashlib.sha256((folder / "datapackage.json").read_bytes()).hexdigest()
    assert f"SHA-256 of datapackage.json: {digest}" in cited["notes"][0]
    assert "Chosen: site:haugiang." in cited["notes"][0]


def test_dataset_without_authors_is_refused(demo: Exporter) -> None:
    done = freeze(demo, team=False)
    assert done.exit_code == 2
    assert "name a person or team with --author" in done.output
    assert not list(demo.folder.iterdir())


@pytest.mark.parametrize("name", ["Bao Dang", "../bao", "báo", ""])
def test_invalid_dataset_name_is_refused(demo: Exporter, name: str) -> None:
    arguments = ["dataset", name, *TEAM, "-o", str(demo.folder / "x"), "--home", str(demo.home)]
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_readme_states_query_and_filters(demo: Exporter) -> None:
    folder = frozen(demo, "title:(chi bộ)", "--former-province", "Hậu Giang")
    text = (folder / "README.md").read_text("utf-8")
    assert "Chosen: `'title:(chi bộ)' --former-province 'Hậu Giang'`." in text
    table = pandas.read_csv(folder / "data" / "articles.csv")
    assert set(table["province"]) == {"hau-giang"}
    events = pandas.read_csv(folder / "data" / "events.csv")
    assert set(events["article"].dropna()) == set(table["id"])


def test_schemas_list_columns_in_order(demo: Exporter) -> None:
    folder = frozen(demo)
    line = (folder / "data" / "revisions.jsonl").read_text("utf-8").splitlines()[0]
    assert list(json.loads(line)) == list(REVISIONS)
    assert tuple(ARTICLES) == SHEET_COLUMNS == (*COLUMNS, "cut")


def test_every_line_is_valid_by_the_schema_of_the_release(hostile_export: Exporter) -> None:
    folder = frozen(hostile_export)
    schema = json.loads((folder / "record.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    lines = (folder / "data" / "revisions.jsonl").read_text("utf-8").split("\n")
    for line in lines[:20]:
        validator.validate(json.loads(line))
    assert not validator.is_valid(json.loads(lines[0]) | {"other": 1})


def test_repositories_find_authors_licence_and_files(demo: Exporter) -> None:
    folder = frozen(demo, "--license", "cc-by-4.0", "--wacz", "site:haugiang")
    crate = json.loads((folder / "ro-crate-metadata.json").read_bytes())
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    root = entities["./"]
    assert root["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert {part["@id"] for part in root["hasPart"]} <= contents(folder).keys()
    assert "data/captures.wacz" in entities
    for reference in [*root["author"], *root["hasPart"], root["license"]]:
        assert reference["@id"] in entities
    cited = json.loads((folder / "datacite.json").read_bytes())
    assert [each.get("familyName") for each in cited["creators"]] == [None, "Đỗ"]
    assert cited["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    assert zipfile.ZipFile(folder / "data" / "captures.wacz").testzip() is None


def test_unknown_licence_is_refused(demo: Exporter) -> None:
    assert freeze(demo, "--license", "free").exit_code == 2
    assert not list(demo.folder.iterdir())
