"""What a person sees of held runs, and decides about them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher

HELD = {"quarantined": 50}


@pytest.fixture(autouse=True)
def no_home_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TINWATCH_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def home(watcher: Watcher, day: Callable[[float], datetime]) -> Path:
    """A site with a night that passed and three that are held, an edit in each."""
    for number in range(4):
        page = watcher.read(site="laocai", title=f"Tựa số {number}", at=day(number))
        stats = HELD if number else None
        watcher.batch(page, site="laocai", at=day(number), stats=stats)
    return watcher.home.path


def call(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_runs_print_reason_and_pending_events(home: Path) -> None:
    code, said, _ = call("runs", "--home", home)
    assert code == 0
    newest, *_, first = said.splitlines()
    assert "held: 50 of 51 pages could not be extracted; 1 pending event (1 edited)" in newest
    assert first.endswith("passed")


def test_runs_as_json_have_pending_events(home: Path) -> None:
    _, said, _ = call("runs", "--home", home, "--json")
    newest, *_, first = [json.loads(line) for line in said.splitlines()]
    assert (newest["verdict"], newest["held"]) == ("held", 1)
    (event,) = newest["held_events"]
    assert (event["kind"], event["changed"], event["to_revision"]) == ("edited", ["title"], 4)
    assert (first["held"], first["held_events"]) == (0, [])


def test_publish_run_names_the_runs_published_with_it(home: Path) -> None:
    code, said, _ = call("publish-run", 4, "--home", home)
    assert code == 0
    first, also = said.splitlines()
    assert first == "run 4 published: 3 events"
    assert also.endswith("runs 2, 3")
    code, _, said = call("publish-run", 3, "--home", home)
    assert (code, "run 3 is not held, it has the verdict released" in said) == (2, True)


def test_retract_run_names_the_runs_retracted_with_it(home: Path) -> None:
    code, said, _ = call("retract-run", 3, "--home", home)
    assert code == 0
    first, also = said.splitlines()
    assert first.startswith("run 3 retracted: 2 pending events")
    assert also.endswith("run 4")
    assert call("publish-run", 2, "--home", home)[1] == "run 2 published: 1 event\n"


@pytest.mark.parametrize("command", ["publish-run", "retract-run"])
def test_unknown_run_is_an_error(command: str, home: Path) -> None:
    code, said, wrong = call(command, 99, "--home", home)
    assert (code, said) == (2, "")
    assert "no run 99" in wrong


@pytest.mark.parametrize("command", ["publish-run", "retract-run"])
def test_run_of_a_site_being_crawled_is_locked(command: str, home: Path, watcher: Watcher) -> None:
    with watcher.home.site_lock("laocai"):
        code, _, wrong = call(command, 4, "--home", home)
    assert code == 3
    assert "laocai is being crawled by process" in " ".join(wrong.split())
    assert watcher.kinds() == ["new", "redesign"]


@pytest.mark.parametrize("command", ["articles", "runs", "pins"])
def test_site_option_is_repeatable(
    watcher: Watcher, day: Callable[[float], datetime], command: str
) -> None:
    for number, site in enumerate(("laocai", "gialai", "hanoi"), 1):
        watcher.batch(watcher.read(site=site, at=day(0)), site=site, at=day(0))
        assert call("pin", number, "--home", watcher.home.path)[0] == 0
    sites = ("--site", "laocai", "--site", "hanoi")
    code, said, _ = call(command, *sites, "--json", "--home", watcher.home.path)
    assert code == 0
    assert {json.loads(line)["site"] for line in said.splitlines()} == {"laocai", "hanoi"}
    wrong = call(command, *sites, "--site", "khongco", "--home", watcher.home.path)
    assert wrong[0] == 2
    assert "khongco" in wrong[2]


@pytest.mark.parametrize("command", ["articles", "runs", "pins", "health"])
def test_nothing_found_says_so(home: Path, command: str) -> None:
    code, said, _ = call(command, "--site", "hanoi", "--home", home)
    assert code == 0
    assert re.search(r"^no ", said, re.M)
