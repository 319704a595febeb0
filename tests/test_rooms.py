"""The rooms of the house: who may import whom, and what stands where."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("storage", "pipelines", "crawlers", "schedules", "tinwatch")
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
NAMES = [str(file.relative_to(ROOT)) for file in FILES]
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "base"}
# Scrapy takes these as dotted paths; a room above the crawlers is named there, not imported.
NAMED_IN_SETTINGS = {"schedules.publishing.publish.PublishOnClose", "schedules.recheck.cadence.due"}


def imported(file: Path) -> set[str]:
    """Full names of the modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            found.add(node.module or "")
    return found


def strings(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) if type(n.value) is str}


def test_there_are_files_to_look_at() -> None:
    assert {file.relative_to(ROOT).parts[0] for file in FILES} == set(ROOMS)
    assert len(FILES) > 40


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_room_imports_only_from_the_rooms_below_it(file: Path) -> None:
    room = ROOMS.index(file.relative_to(ROOT).parts[0])
    above = {name for name in imported(file) if name.split(".")[0] in ROOMS[room + 1 :]}
    assert not above


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_no_room_above_is_named_in_a_string(file: Path) -> None:
    room = ROOMS.index(file.relative_to(ROOT).parts[0])
    modules = {".".join(f.relative_to(ROOT).with_suffix("").parts) for f in FILES}
    above = {name for name in modules if name.split(".")[0] in ROOMS[room + 1 :]}
    named = {s for s in strings(file) if s in above or s.rpartition(".")[0] in above}
    assert named == (NAMED_IN_SETTINGS if file.match("crawlers/settings.py") else set())


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_storage_and_pipelines_know_no_scrapy(file: Path) -> None:
    room, *_ = file.relative_to(ROOT).parts
    frameworks = {name.split(".")[0] for name in imported(file)} & {"scrapy", "twisted"}
    if room in ("storage", "pipelines") and not file.match("pipelines/item_pipeline.py"):
        assert not frameworks


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_only_storage_loads_sqlite_utils(file: Path) -> None:
    """Loaded by another room first, it would bring pandas with it (storage/__init__.py)."""
    room, *_ = file.relative_to(ROOT).parts
    named = {name for name in imported(file) if name.split(".")[0] == "sqlite_utils"}
    assert not named or room == "storage"


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_says_what_it_is(file: Path) -> None:
    assert file.stem not in VAGUE


def test_every_package_of_the_tree_is_packed() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {".".join(file.relative_to(ROOT).parent.parts) for file in FILES}
    assert set(stated["tool"]["setuptools"]["packages"]) == packages


SQL_METHODS = {"execute", "executemany", "executescript", "query", "rows_where"}
SQL_STATEMENTS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA ", "CREATE ", "DROP ")


def test_sql_is_only_in_storage() -> None:
    found = []
    for file in FILES:
        if file.relative_to(ROOT).parts[0] == "storage":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            calls = isinstance(called, ast.Attribute) and called.attr in SQL_METHODS
            states = isinstance(node, ast.Constant) and str(node.value).startswith(SQL_STATEMENTS)
            if calls or states:
                found.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert not found
