"""The documentation names what exists, and nothing that exists is missing in it."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from storage import models as records
from storage.articles.repository import articles_as_json
from storage.config import Settings
from storage.db.connection import open_database
from storage.events.ledger import ARTICLE_KINDS, SITE_KINDS
from tests.doc_pages import FENCE, MESSAGES, PAGES, ROOT, VIETNAMESE, named, rows, section, text_of
from tests.each import for_each
from tinwatch.commands import lazy_loading
from tinwatch.commands.app import app
from tinwatch.commands.lazy_loading import load
from tinwatch.terminal.console import Exit

COMMANDS: dict[str, Any] = {name: load(name) for name in lazy_loading.COMMANDS}
GLOBAL = {"--version", "--help", "--install-completion", "--show-completion"}
OLD_OPTIONS = {f"--{name}" for name in lazy_loading.OLD_NAMES}
CALL = re.compile(r"\btinwatch ([a-z]+(?:-[a-z]+)*|--[a-z-]+)([^|;#`]*)")
EDITED = (  # by the sample's story
    "https://baohaugiang.com.vn/xay-dung-dang-chinh-quyen/"
    "to-cong-nghe-so-den-tung-nha-o-long-my-142041.html"
)


@for_each("page", PAGES, lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_file(), f"{page.name} links to {target}"
        headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.M)
        anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
        assert not anchor or anchor in anchors, f"{page.name} links to {target}"


def options_of(command: str) -> set[str]:
    """The options of a command, or those of all commands of a group."""
    commands = getattr(COMMANDS[command], "commands", {"": COMMANDS[command]}).values()
    return {o for c in commands for p in c.params for o in p.opts if o.startswith("--")}


@for_each("page", PAGES, lambda page: str(page.relative_to(ROOT)))
def test_commands_and_options_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    every = set().union(*(options_of(c) for c in COMMANDS)) | GLOBAL
    code = [line for kind, block in FENCE.findall(text) if kind in ("console", "text")
            for line in block.splitlines()]  # fmt: skip
    for snippet in [*code, *named(FENCE.sub("", text))]:
        if snippet.startswith("--"):
            assert snippet.split()[0] in every | OLD_OPTIONS, f"{page.name}: {snippet}"
        for command, rest in CALL.findall(snippet):
            if command.startswith("--"):
                assert command in GLOBAL, f"{page.name}: {snippet}"
                continue
            if snippet.startswith("error:"):
                continue
            assert command in COMMANDS, f"{page.name}: {snippet}"
            stated = set(re.findall(r"--[a-z-]+", rest))
            assert stated <= options_of(command) | {"--help"}, f"{page.name}: {snippet}"


@for_each("command", COMMANDS)
def test_every_command_is_documented_with_all_its_options(command: str) -> None:
    text = section("commands", f"## tinwatch {command}")
    stated = {o.split()[0] for o in rows(text) if o.startswith("--")}
    assert stated == options_of(command) - {"--help"}


def test_exit_codes_are_those_of_the_code() -> None:
    shared = section("commands", "## Common options and exit codes")
    codes = [int(c) for c in re.findall(r"^\| (\d+) \|", shared, re.M)]
    assert codes == [int(code) for code in Exit]


KEYS = {
    "sites": ("commands", "sites"),
    "report": ("commands", "report"),
    "diff": ("commands", "diff"),
    "show": ("record", "show"),
    "events": ("events", "events"),
}


@pytest.mark.parametrize("command", KEYS)
def test_keys_of_json_are_documented(command: str, played: Path) -> None:
    arguments = [EDITED] if command in ("diff", "show") else []
    home = {} if command == "sites" else {"TINWATCH_HOME": str(played / "data" / "demo")}
    done = CliRunner().invoke(app, [command, *arguments, "--json"], env=home)
    assert done.exit_code == 0
    keys = {key for row in done.stdout.splitlines() for key in json.loads(row)}
    page = text_of(KEYS[command][0]) + section("commands", f"## tinwatch {command}")
    assert keys <= named(page)


# The record, the tables, the settings, the attributes


def test_every_field_of_the_record_is_documented() -> None:
    stated = rows(section("record", "## Fields"))
    assert list(stated) == [f.name for f in fields(records.Article)]
    parts = (records.Block, records.Author, records.Source, records.Caption, records.FieldState)
    every = {f.name for part in parts for f in fields(part)}
    choices = (records.BlockKind, records.AuthorKind, records.Role, records.State)
    assert every | {c for choice in choices for c in get_args(choice)} <= named(text_of("record"))


def test_observed_fields_are_documented(played: Path) -> None:
    db = open_database(played / "data" / "demo" / "tinwatch.db")
    observed = set(next(articles_as_json(db))) - {f.name for f in fields(records.Article)}
    db.close()
    assert set(rows(section("record", "## Observed fields"))) == observed


def test_every_table_and_column_is_documented(played: Path) -> None:
    db = sqlite3.connect(played / "data" / "demo" / "tinwatch.db")
    kept = "SELECT name FROM pragma_table_list WHERE type IN ('table', 'virtual')"  # no shadows
    tables = [r[0] for r in db.execute(kept)]
    tables = [t for t in tables if not t.startswith(("sqlite_", "_"))]
    assert sorted(re.findall(r"^### (\w+)$", text_of("schema"), re.M)) == sorted(tables)
    for table in tables:
        columns = [r[1] for r in db.execute(f"PRAGMA table_info({table})")]
        assert list(rows(section("schema", f"### {table}"))) == columns, table
    db.close()


def test_every_kind_and_verdict_is_documented() -> None:
    kinds = set(rows(section("events", "## Kinds"))) | named(section("events", "## Kinds"))
    assert {*ARTICLE_KINDS, *SITE_KINDS} <= kinds
    published = section("events", "## When events are published")
    assert set(re.findall(r"^\| (\w+) \|", published, re.M)) >= {
        "passed",
        "held",
        "outage",
        "failed",
    }


def test_every_setting_is_documented_with_its_default() -> None:
    stated = rows(section("settings", "## settings.toml"))
    for setting in fields(Settings):
        default = json.dumps(setting.default)
        assert stated[setting.name].strip().startswith(f"`{default}`"), setting.name


@pytest.mark.parametrize("page", VIETNAMESE, ids=lambda page: page.stem)
def test_both_languages_show_the_same(page: Path) -> None:
    """Commands, files, names and addresses; test_docs_commands.py runs the English ones."""
    vietnamese = page.read_text("utf-8")
    english = (ROOT / "docs" / page.name).read_text("utf-8")
    assert FENCE.findall(vietnamese) == FENCE.findall(english)
    without_code = [FENCE.sub("", MESSAGES.sub("", text)) for text in (english, vietnamese)]
    assert named(without_code[1]) == named(without_code[0])
    ranks = [re.findall(r"^#+(?= )", text, re.M) for text in without_code]
    assert ranks[1] == ranks[0]
    rows = [re.findall(r"^\|", text, re.M) for text in (english, vietnamese)]
    assert rows[1] == rows[0]
    assert f"[English](../{page.name})" in vietnamese
    assert f"[Tiếng Việt](vi/{page.name})" in english
