"""The documentation is true: its commands run, its names exist, nothing that exists is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.testing import CliRunner

from crawlers.rules import FIELDS, KINDS, LEADS, STATUSES, SiteRules
from crawlers.spider import SiteSpider
from schedules.health import VerdictName
from storage import records
from storage.articles import articles_as_json
from storage.database import open_database
from storage.events import ARTICLE_KINDS, SITE_KINDS
from storage.home import Settings
from tinwatch.cli import app
from tinwatch.console import Exit

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [page.name for page in PAGES]
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
GLOBAL = {"--version", "--help", "--install-completion", "--show-completion"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
CALL = re.compile(r"\btinwatch ([a-z]+(?:-[a-z]+)*|--[a-z-]+)([^|;#`]*)")
NUMBERED = re.compile(r"\((article|event) \d+\)")
EDITED = (  # by the sample's story
    "https://baohaugiang.com.vn/xay-dung-dang-chinh-quyen/"
    "to-cong-nghe-so-den-tung-nha-o-long-my-142041.html"
)


def text_of(name: str) -> str:
    page = ROOT / "README.md" if name == "README" else ROOT / "docs" / f"{name}.md"
    return page.read_text("utf-8")


def section(name: str, heading: str) -> str:
    """A page's text under a heading, up to the next of the same rank or higher."""
    rank = heading.count("#")
    found = re.search(
        rf"^{re.escape(heading)}$\n(.*?)(?=^#{{1,{rank}}} |\Z)", text_of(name), re.M | re.S
    )
    assert found, f"{name}.md has no heading {heading!r}"
    return found[1]


def rows(text: str) -> dict[str, str]:
    """The tables of a text: what stands in backticks in the first column -> the rest."""
    return {
        code: rest
        for first, rest in re.findall(r"^\| (.+?) \|(.*)\|$", text, re.M)
        for code in re.findall(r"`([^`]+)`", first)
    }


def named(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


# The commands that the pages show


@dataclass
class Shown:
    """A command of a page, the exit code stated for it and the lines printed under it."""

    line: str
    code: int = 0
    output: list[str] = field(default_factory=list)


def shown_commands(page: Path) -> Iterator[Shown]:
    for language, block in FENCE.findall(page.read_text("utf-8")):
        if language == "console":
            yield from _commands(block)


def _commands(block: str) -> list[Shown]:
    found: list[Shown] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            stated = re.search(r"# exit (\d+)$", line)
            found.append(Shown(line[2:], int(stated[1]) if stated else 0))
        elif line.startswith("> "):
            found[-1].line += "\n" + line[2:]
        else:
            found[-1].output.append(line)
    return found


def environment(home: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "COLUMNS": "100", "TERM": "dumb"}


def assert_printed(shown: list[str], printed: str) -> None:
    """Each shown line is part of a printed one, in the same order; "..." stands for anything."""
    left = [" ".join(NUMBERED.sub("", line).split()) for line in printed.splitlines()]
    for line in shown:
        wanted = " ".join(line.removeprefix("...").split())
        while wanted and left and wanted not in left[0]:
            left.pop(0)
        assert left or not wanted, f"not printed, or not in this order: {line}\n---\n{printed}"
        if wanted:
            left.pop(0)


WITH_COMMANDS = [page for page in PAGES if any(shown_commands(page))]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=[page.stem for page in WITH_COMMANDS])
def test_commands_do_what_the_page_shows(page: Path, played: Path, tmp_path: Path) -> None:
    shutil.copytree(played, tmp_path, dirs_exist_ok=True)
    commands = list(shown_commands(page))
    ends = [f"{c.line}\nprintf '\\n@@ %s\\n' $?" for c in commands]
    done = subprocess.run(
        ["bash"], input="\n".join(["exec 2>&1", *ends, ""]), cwd=tmp_path,
        env=environment(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    parts = re.split(r"^@@ (\d+)$", done.stdout, flags=re.M)
    assert len(parts) == 2 * len(commands) + 1, done.stdout
    for command, printed, code in zip(commands, parts[::2], parts[1::2], strict=False):
        assert int(code) == command.code, f"{command.line} ended with {code}:\n{printed}"
        assert_printed(command.output, printed)


def test_the_readme_shows_the_second_night(played: Path) -> None:
    excerpt = FENCE.search(text_of("README").partition("<!-- night 2 -->")[2])
    assert excerpt
    night = re.split(r"^(?=Night of )", (played / "printed.txt").read_text("utf-8"), flags=re.M)[2]
    assert_printed(excerpt[2].splitlines(), night)


# Names


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_file(), f"{page.name} links to {target}"
        headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.M)
        anchors = {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}
        assert not anchor or anchor in anchors, f"{page.name} links to {target}"


def options_of(command: str) -> set[str]:
    return {o for p in COMMANDS[command].params for o in p.opts if o.startswith("--")}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_and_options_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    every = set().union(*(options_of(c) for c in COMMANDS)) | GLOBAL
    code = [line for kind, block in FENCE.findall(text) if kind in ("console", "text")
            for line in block.splitlines()]  # fmt: skip
    for snippet in [*code, *named(FENCE.sub("", text))]:
        if snippet.startswith("--"):
            assert snippet.split()[0] in every, f"{page.name}: {snippet}"
        for command, rest in CALL.findall(snippet):
            if command.startswith("--"):
                assert command in GLOBAL, f"{page.name}: {snippet}"
                continue
            if snippet.startswith("error:"):
                continue
            assert command in COMMANDS, f"{page.name}: {snippet}"
            stated = set(re.findall(r"--[a-z-]+", rest))
            assert stated <= options_of(command) | {"--help"}, f"{page.name}: {snippet}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented_with_all_its_options(command: str) -> None:
    text = section("commands", f"## tinwatch {command}")
    stated = {o.split()[0] for o in rows(text) if o.startswith("--")}
    assert stated == options_of(command) - {"--help"}


def test_exit_codes_are_those_of_the_code() -> None:
    shared = section("commands", "## What all commands share")
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
    assert set(re.findall(r"^\| (\w+) \|", published, re.M)) >= set(get_args(VerdictName))


def test_every_setting_is_documented_with_its_default() -> None:
    stated = rows(section("settings", "## settings.toml"))
    for setting in fields(Settings):
        default = json.dumps(setting.default)
        assert stated[setting.name].strip().startswith(f"`{default}`"), setting.name


def test_every_attribute_of_a_site_is_documented() -> None:
    computed = {"keys", "reader", "all_hosts", "bare_hosts"}
    stated = rows(section("site-attributes", "## A whole module"))
    assert set(stated) >= set(SiteRules.__annotations__) - computed
    table = named(section("site-attributes", "## A whole module"))
    assert table >= KINDS | STATUSES | LEADS | FIELDS
    assert set(stated) <= set(SiteRules.__annotations__)


def test_python_in_the_pages_is_python() -> None:
    for page in PAGES:
        for language, block in FENCE.findall(page.read_text("utf-8")):
            if language == "python":
                compile(block, page.name, "exec")


WITH_PYTHON = (
    "python",
    "research-tutorial",
)  # pages whose Python is run, one block after the other


@pytest.mark.parametrize("name", WITH_PYTHON)
def test_python_prints_what_the_page_shows(name: str, played: Path, tmp_path: Path) -> None:
    """What a block prints holds the lines of the output block behind it, if there is one.

    The page's commands have been run before.
    """
    shutil.copytree(played, tmp_path, dirs_exist_ok=True)
    commands = "\n".join(c.line for c in shown_commands(ROOT / "docs" / f"{name}.md"))
    subprocess.run(["bash"], input=commands, cwd=tmp_path, env=environment(tmp_path), text=True,
                   capture_output=True, check=True)  # fmt: skip
    blocks = [(k, b) for k, b in FENCE.findall(text_of(name)) if k in ("python", "output")]
    script = "\n".join(b if k == "python" else "print('@@')" for k, b in blocks)
    env = environment(tmp_path) | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-"], input=script, cwd=tmp_path, env=env, capture_output=True, text=True
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shown = [block.splitlines() for kind, block in blocks if kind == "output"]
    parts = done.stdout.split("@@\n")
    assert len(parts) == len(shown) + 1
    for lines, printed in zip(shown, parts, strict=False):
        assert_printed(lines, printed)


def test_the_platforms_shown_can_be_imported() -> None:
    stated = section("site-attributes", "## Platforms by their addresses")
    shown = [c for c in named(stated) if "import" in c]
    assert len(shown) > 5
    for line in shown:
        exec(line, {})


def test_the_modules_shown_are_accepted() -> None:
    blocks = [b for kind, b in FENCE.findall(text_of("site-attributes")) if kind == "python"]
    whole = [b for b in blocks if "import" in b]
    assert len(whole) == 2
    for block in whole:
        made: dict[str, Any] = {"__name__": "shown"}
        exec(block, made)
        (site,) = (v for v in made.values() if isinstance(v, type) and "name" in v.__dict__)
        assert issubclass(site, SiteSpider)
        assert site.reader


MISTAKES = {
    "does not say: province, kind": {"province": None, "kind": None},
    "province = 'hau-gian' is no province's slug; is it hau-giang": {"province": "hau-gian"},
    "kind = 'paper' is none of department, newspaper": {"kind": "paper"},
    "'author' is no field; fields are": {"absent": {"author"}},
    "is an archive: say why in status_note": {"status": "archive"},
    "is live: give it sections and a listing_url, or feeds": {"sections": []},
    "selector '.title[' is not valid": {"drop": [".title["]},
    "article_url is no regular expression": {"article_url": "("},
}


@pytest.mark.parametrize("message", MISTAKES)
def test_the_messages_shown_are_those_one_gets(message: str) -> None:
    right = {
        "name": "mau", "title": "Báo Mẫu", "province": "ha-nam", "kind": "newspaper",
        "domains": ["baomau.example"], "sections": ["tin"], "listing_url": "{root}/{section}",
        "article_url": "-(?P<key>[0-9]+)$", "select": {"title": ["h1"], "body": [".text"]},
    }  # fmt: skip
    with pytest.raises(TypeError) as error:
        type("Mau", (SiteSpider,), right | MISTAKES[message])
    assert message in str(error.value)
    assert message in rows(section("site-attributes", "## When a module is not accepted"))
