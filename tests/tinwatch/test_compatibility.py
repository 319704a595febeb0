"""Commands, options and JSON keys of release 0.1.0, on which scripts of others rely."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tinwatch.commands.app import app
from tinwatch.commands.lazy_loading import load

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = {
    "crawl": "--home --json --replay --as-of --recheck",
    "nightly": "--home --json --replay --as-of --recheck",
    "import": "--home --json",
    "events": "--home --json",
    "articles": "--home --json",
    "show": "--home --json",
    "diff": "--home --json",
    "search": "--home --json",
    "export": "--home",
    "verify": "--home --json",
    "rebuild": "--home --json",
    "demo": "--home --json",
}
RECORD = (
    "authors body byline_as_printed captions capture dateline fields first_seen id images key "
    "language last_checked last_seen lead province province_now published published_as_printed "
    "reader revisions section site source source_as_printed status tags time_known title "
    "title_folded updated updated_as_printed url warnings"
)
REPORT = "errors findings night observed_at passed_over sites suspects totals"
SITE = "counts events first_look held kind problems reason run site verdict"
EVENT = "article id kind observed_at run site summary url"
EVENTS = {
    "new": EVENT,
    "edited": (
        f"{EVENT} changed class facts from_revision priority signs syllables_added "
        "syllables_removed to_revision"
    ),
    "reposted": f"{EVENT} original_article original_site original_url story",
    "removed": f"{EVENT} checks first_missed last_seen outcome",
}
EDITED = (
    "https://baohaugiang.com.vn/xay-dung-dang-chinh-quyen/"
    "to-cong-nghe-so-den-tung-nha-o-long-my-142041.html"
)
KEYS = {
    ("articles", "--json"): RECORD,
    ("show", EDITED, "--json"): f"{RECORD} history",
    ("diff", EDITED, "--json"): (
        "article changed class facts fields from_revision priority signs syllables_added "
        "syllables_removed to_revision"
    ),
    ("search", "dang", "--json"): (
        "article newest published revision score site snippet status title url"
    ),
    ("export", "jsonl"): (
        f"{RECORD} cause observed_at revision site_kind site_title story"
    ),
    ("verify", "--json"): "events files notes rebuildable records revisions troubles",
    ("report", "--json"): REPORT,
    ("runs", "--json"): "held held_events kind reason run site started_at verdict",
    ("schedule", "--json"): (
        "command detail does due_at ended_at exit_code jitter job next_at outcome started_at "
        "watched"
    ),
    ("sites", "--json"): (
        "domains kind platform province province_now reader retired_domains site status "
        "status_note successor title verified"
    ),
    ("stories", "--json"): "articles first_article first_site since sites story title until",
}  # fmt: skip


def rows(*words: object, home: Path, code: int = 0) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, list(map(str, words)), env={"TINWATCH_HOME": str(home)})
    assert done.exit_code == code, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("command", OPTIONS)
def test_command_has_its_options(command: str) -> None:
    options = {option for parameter in load(command).params for option in parameter.opts}
    assert set(OPTIONS[command].split()) <= options


@pytest.mark.parametrize("words", KEYS, ids=lambda words: words[0])
def test_output_has_its_keys(words: tuple[str, ...], demo_home: Path) -> None:
    found = rows(*words, home=demo_home)
    assert found
    assert all(set(KEYS[words].split()) <= set(row) for row in found)


def test_events_have_their_keys(demo_home: Path) -> None:
    found = rows("events", "--json", home=demo_home)
    assert set(EVENTS) <= {row["kind"] for row in found}
    for row in found:
        assert set(EVENTS.get(row["kind"], EVENT).split()) <= set(row)


@pytest.mark.parametrize("command", ["crawl", "nightly"])
def test_crawls_have_their_keys(command: str, demo_home: Path, tmp_path: Path) -> None:
    file = next((demo_home / "captures" / "backan").glob("*.warc.gz"))
    words = (command, "backan", "--replay", file, "--json", "--home", tmp_path / "new")
    done = subprocess.run(  # a process has one reactor, which runs once
        [sys.executable, "-m", "tinwatch", *words], cwd=ROOT, capture_output=True, check=True
    )
    report = json.loads(done.stdout)
    assert set(REPORT.split()) <= set(report)
    assert set(SITE.split()) <= set(report["sites"][0])


def test_import_has_its_keys(tmp_path: Path) -> None:
    (tmp_path / "note.html").write_text("no article", "utf-8")
    words = ("import", tmp_path / "note.html", "--site", "haugiang", "--json")
    (row,) = rows(*words, home=tmp_path / "new", code=1)
    assert set(row) >= {"problems", "read", "run", "site"}


def test_reparse_has_its_keys(demo_home: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_home, tmp_path / "home")
    found = rows("reparse", "backan", "--json", home=tmp_path / "home")
    keys = "articles changed fields held_dropped held_restated site unreadable"
    assert all(set(keys.split()) <= set(row) for row in found)


def test_rebuild_has_its_keys(demo_home: Path, tmp_path: Path) -> None:
    (row,) = rows("rebuild", "--from", demo_home, "--json", home=tmp_path / "new")
    keys = "articles events home left notes problems revisions runs"
    assert set(keys.split()) <= set(row)
