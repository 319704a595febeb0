"""The commands: lazily loaded, grouped in one screen of help, and reachable under old names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage.messages import gettext
from tinwatch.commands.app import app
from tinwatch.commands.help_texts import message_ids
from tinwatch.commands.lazy_loading import (
    COMMANDS,
    GROUPS,
    HELP_WIDTH,
    NAME_WIDTH,
    OLD_NAMES,
    imported,
    load,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_command_has_help(name: str, option: str) -> None:
    assert load(name).name == name
    assert load(name).help
    done = CliRunner().invoke(app, [name, option])
    assert done.exit_code == 0
    assert name in done.stdout.split("Usage:")[1].splitlines()[0]


def test_help_of_all_commands_fits_a_terminal() -> None:
    done = CliRunner().invoke(app, ["-h"], env={"COLUMNS": "80"})
    lines = done.stdout.splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    listed = done.stdout.split()
    assert set(COMMANDS) | {word for title in GROUPS for word in title.split()} <= set(listed)
    assert not set(OLD_NAMES) & {line.split()[0] for line in lines if line}


def test_one_line_help_fits_its_column() -> None:
    assert max(map(len, COMMANDS)) <= NAME_WIDTH
    assert max(len(command.help) for command in COMMANDS.values()) <= HELP_WIDTH


def test_no_command_prints_the_help() -> None:
    done = CliRunner().invoke(app, [])
    assert done.exit_code == 2
    assert "nightly" in done.stdout


def test_help_of_all_commands_imports_no_command() -> None:
    modules = {command.function.partition(":")[0] for command in COMMANDS.values()}
    script = (
        "import sys; from tinwatch.commands.app import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        f"assert not {modules!r} & {{m.rpartition('.')[2] for m in sys.modules\n"
        "    if m.startswith('tinwatch.commands.')}"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("old", ["reread", "regroup", "release", "discard", "index"])
def test_old_command_name_is_an_alias(old: str) -> None:
    done = CliRunner().invoke(app, [old, "--help"])
    assert done.exit_code == 0
    assert done.stdout == CliRunner().invoke(app, [OLD_NAMES[old], "--help"]).stdout


@pytest.mark.parametrize(
    ("command", "old"),
    [
        ("nightly", "apart"), ("nightly", "go-on"), ("nightly", "deep"), ("feed", "most"),
        ("feed", "words"), ("feed", "least-priority"), ("search", "most"), ("runs", "most"),
        ("import", "captured"),
    ],
)  # fmt: skip
def test_old_option_name_is_an_alias(command: str, old: str) -> None:
    options = {option for parameter in load(command).params for option in parameter.opts}
    assert f"--{OLD_NAMES[old]}" in options
    assert f"--{old}" not in options
    done = CliRunner().invoke(app, [command, f"--{old}", "--help"])
    assert "No such option" not in done.output


def test_old_option_name_takes_its_value(demo_home: Path) -> None:
    done = CliRunner().invoke(app, ["runs", "--json", "--most=1", "--home", str(demo_home)])
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 1


def test_mistyped_command_gets_a_suggestion() -> None:
    done = CliRunner().invoke(app, ["evnts"])
    assert done.exit_code == 2
    assert "events" in done.stderr


CODES = re.compile(r"[a-z0-9, -]+\.")  # a list of formats, the same in every language


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_both_languages(name: str) -> None:
    messages = [message for message in message_ids(imported(name)) if not CODES.fullmatch(message)]
    assert messages
    assert [message for message in messages if gettext(message, "vi") == message] == []


def test_help_is_in_the_users_language() -> None:
    command = [sys.executable, "-m", "tinwatch", "sites", "--help"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"TINWATCH_LANGUAGE": "vi"}, capture_output=True,
        text=True, timeout=60, check=True,
    )  # fmt: skip
    assert gettext("List the sites.", "vi") in done.stdout
    assert "List the sites." not in done.stdout
