"""tinwatch pin, unpin and pins."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
HOSTILE = "[red]Đỏ[/red] \x1b[31mESC \u202eđảo"


def call(home: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(home)], env={"COLUMNS": "200"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def home(watcher: Watcher, day: Day) -> Path:
    """Articles 1 (live), 2 (a hostile title), 3 (taken down)."""
    site = {"site": "laocai"}
    read = [watcher.read(key=k, title=t, **site) for k, t in (("1", "Một"), ("2", HOSTILE))]
    watcher.batch(*read, watcher.read(key="3", title="Ba", **site), site="laocai")
    for moment in (1, 2, 3):
        at = day(moment)
        again = watcher.read(key="1", title="Một", at=at, **site)
        watcher.batch(watcher.missed("3", "laocai", at=at), again, site="laocai", at=at)
    watcher.db.close()
    return watcher.home.path


def test_canary_is_listed_until_unpinned(home: Path) -> None:
    assert call(home, "pins")[1].startswith("no canaries")
    code, out, _ = call(home, "pin", "1", "--note", "trang mẫu")
    assert (code, out) == (0, "article 1 of laocai is pinned\n")
    assert call(home, "pin", "https://laocai.vn/bai-2.html")[0] == 0
    code, out, _ = call(home, "pins")
    assert (code, len(out.splitlines())) == (0, 2)
    assert "Một" in out
    assert "(trang mẫu)" in out
    rows = [
        json.loads(line)
        for line in call(home, "pins", "--json", "--site", "laocai")[1].splitlines()
    ]
    assert [row.pop("pinned_at")[:2] for row in rows] == ["20", "20"]
    assert rows[0] == {
        "article": 1, "site": "laocai", "url": "https://laocai.vn/bai-1.html", "title": "Một",
        "status": "live", "note": "trang mẫu",
    }  # fmt: skip
    assert call(home, "unpin", "1") == (0, "article 1 of laocai is unpinned\n", "")
    assert "Một" not in call(home, "pins")[1]


def test_hostile_title_is_printed_as_text(home: Path) -> None:
    call(home, "pin", "2", "--note", HOSTILE)
    out = call(home, "pins")[1]
    assert "[red]Đỏ[/red]" in out
    assert not set(out) & {"\x1b", "\u202e"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pin", "77"), "no article '77'"),
        (("pin", "3"), "article 3 is removed: pin a live one"),
        (("unpin", "1"), "article 1 is not pinned"),
        (("pins", "--site", "nosuch"), "no site 'nosuch'"),
        (("pin",), "ARTICLE"),
    ],
)
def test_wrong_calls_exit_with_usage_error(home: Path, words: tuple[str, ...], said: str) -> None:
    code, out, err = call(home, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_missing_home_is_an_error(tmp_path: Path) -> None:
    code, _, err = call(tmp_path / "none", "pins")
    assert code == 3
    assert "there is no database" in err
