"""A home to look at from the command line, and what a command answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from storage.reasons import LEGACY_TEXT, Reason
from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
HOSTILE = "[red]Đỏ[/red] \x1b[31mESC\x1b[0m \u202eđảo\u202c \u2066x\u2069 [/] [link=x]y \\"


@pytest.fixture(autouse=True)
def no_home_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TINWATCH_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def call() -> Callable[..., tuple[int, str, str]]:
    """Called with words, gives exit code, stdout and stderr of a command that needs no reactor."""

    def called(*words: object) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, [str(word) for word in words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    return called


@pytest.fixture
def rows() -> Callable[[str], list[dict[str, Any]]]:
    """Called with stdout, of which every line is a JSON object of its own, gives the objects."""
    return lambda text: [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def fed(watcher: Watcher, day: Day) -> Path:
    """A home with a new, an edited, a suspected and a hostile article of a real site's name."""
    one = {"site": "laocai", "key": "1"}
    bad = {"site": "laocai", "key": "2", "lead": HOSTILE, "byline": HOSTILE, "body": [HOSTILE]}
    bad |= {
        "captions": [HOSTILE],
        "tags": [HOSTILE],
        "warnings": [Reason(LEGACY_TEXT, text=HOSTILE)],
    }
    for moment, title in ((0, "Tựa đầu"), (1, "Tựa sau")):
        last = {"site": "laocai", "key": "3", "title": "Sẽ mất"}
        watcher.batch(
            watcher.read(at=day(moment), title=title, **one),
            watcher.read(at=day(moment), title=f"{HOSTILE} {moment}", **bad),
            watcher.read(**last) if moment == 0 else watcher.missed("3", "laocai", at=day(moment)),
            site="laocai",
            at=day(moment),
            batch=f"night {moment}",
        )
    watcher.db.close()
    return watcher.home.path
