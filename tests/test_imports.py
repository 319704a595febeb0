"""The graph of imports: which package may import which, and where SQL and Scrapy may stand."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import networkx
import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("storage", "pipelines", "crawlers", "schedules", "tinwatch")  # a room imports to its left
# The sub-packages of a room in order: each may import those before it.
SUBPACKAGES = {
    "storage": (
        "text", "messages", "provinces", "db", "stories", "search", "articles", "archive", "runs",
        "checks", "events", "exports", "bulk",
    ),
    "pipelines": ("text", "boilerplate", "record", "changes", "stories", "history", "recording"),
    "crawlers": (
        "extraction", "crawl", "middlewares", "platforms", "sites", "reprocess", "backfill",
        "bulk", "scaffold", "inspection",
    ),
    "schedules": (
        "gate", "monitoring", "alerts", "publishing", "batch", "recheck", "service",
    ),
    "tinwatch": ("notebook", "terminal", "reports", "demo", "web", "commands"),
}  # fmt: skip
SCRAPY_ALLOWED = {"pipelines.item_pipeline"}  # the item pipeline
SQL = re.compile(
    r"\s*(SELECT\s.+\bFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|CREATE\s+(TEMP\s+)?(TABLE|INDEX|VIEW|TRIGGER|VIRTUAL)\s|PRAGMA\s+\w+|ATTACH\s+DATABASE)",
    re.S,
)


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax tree of every module by its dotted name."""
    found = {}
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(file.read_text("utf-8"))
    return found


def imported(module: str) -> set[str]:
    """Dotted names that a module imports, at its top, in a function or for type checking."""
    found: set[str] = set()
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} uses a relative import"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = whole & trees().keys()
            found |= modules or {node.module or ""}
    return found


@cache
def graph() -> networkx.DiGraph[str]:
    """An edge leads from a module to each module of the project that it imports."""
    edges = [(module, other) for module in trees() for other in imported(module) & trees().keys()]
    return networkx.DiGraph(edges)


def subpackage(module: str) -> tuple[str, str] | None:
    room, *rest = module.split(".")
    return (room, rest[0]) if rest and f"{room}.{rest[0]}" in packages() else None


@cache
def packages() -> frozenset[str]:
    files = (file for room in ROOMS for file in (ROOT / room).rglob("__init__.py"))
    return frozenset(".".join(file.relative_to(ROOT).parent.parts) for file in files)


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {file.parent for room in ROOMS for file in (ROOT / room).rglob("*.py")}
    assert [
        str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()
    ] == []


def test_a_room_imports_only_from_the_rooms_below_it() -> None:
    level = {room: number for number, room in enumerate(ROOMS)}
    wrong = [
        (module, other)
        for module, other in graph().edges
        if level[module.split(".")[0]] < level[other.split(".")[0]]
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_subpackages_of_a_room_import_one_way(room: str) -> None:
    order = SUBPACKAGES[room]
    existing = {name.split(".")[1] for name in packages() if name.startswith(f"{room}.")}
    assert existing == set(order), "name the sub-packages of the room in their order"
    wrong = []
    for module, other in graph().edges:
        one, two = subpackage(module), subpackage(other)
        if one and two and one[0] == two[0] == room and order.index(one[1]) < order.index(two[1]):
            wrong.append((module, other))
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    circles = [sorted(part) for part in networkx.strongly_connected_components(graph())]
    assert [one for one in circles if len(one) > 1] == []


def test_storage_and_pipelines_import_no_scrapy() -> None:
    wrong = [
        (module, name)
        for module in trees()
        if module.startswith(("storage", "pipelines")) and module not in SCRAPY_ALLOWED
        for name in imported(module)
        if name.split(".")[0] in ("scrapy", "twisted")
    ]
    assert wrong == []


def test_sql_stands_in_storage_only() -> None:
    found = [
        (module, node.value[:60])
        for module, tree in trees().items()
        if not module.startswith("storage")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]
    assert found == []
