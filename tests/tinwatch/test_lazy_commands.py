"""Commands that are imported when called: each is there, and no module of commands is forgotten."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tinwatch.cli import app
from tinwatch.lazy_commands import WHERE, LazyCommands

FOLDER = Path(__file__).resolve().parents[2] / "tinwatch"
GROUP: Any = typer.main.get_command(app)


@pytest.mark.parametrize("name", WHERE)
def test_a_command_is_made_from_its_function(name: str) -> None:
    command = GROUP.commands[name]
    assert command.name == name
    assert command.help, "a sentence says what it does"
    done = CliRunner().invoke(app, [name, "--help"])
    assert done.exit_code == 0
    assert name in done.stdout.split("Usage:")[1].splitlines()[0]


@pytest.mark.parametrize("module", sorted(FOLDER.glob("*_command*.py")), ids=lambda m: m.stem)
def test_every_module_of_commands_is_named(module: Path) -> None:
    if module.stem == "lazy_commands":
        return
    assert any(where.startswith(f"tinwatch.{module.stem}:") for where in WHERE.values())
    assert ast.get_docstring(ast.parse(module.read_text("utf-8")))


def test_nothing_is_imported_before_it_is_called() -> None:
    lazy = LazyCommands({"no": "tinwatch.no_such_module:no", "sites": WHERE["sites"]})
    assert list(lazy) == ["no", "sites"]
    assert len(lazy) == 2
    assert lazy["sites"] is lazy["sites"]
    with pytest.raises(ModuleNotFoundError):
        lazy["no"]


def test_commands_can_be_added_and_taken_away() -> None:
    lazy = LazyCommands({"sites": WHERE["sites"]})
    lazy["own"] = "a command"
    assert dict(lazy)["own"] == "a command"
    del lazy["own"]
    assert list(lazy) == ["sites"]
    assert lazy.get("own") is None


def test_a_mistyped_command_is_guessed() -> None:
    done = CliRunner().invoke(app, ["evnts"])
    assert done.exit_code == 2
    assert "events" in done.stderr
