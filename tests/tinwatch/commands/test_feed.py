"""tinwatch feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import pytest
from typer.testing import CliRunner

from tests.tinwatch.conftest import HOSTILE
from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher


def call(home: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["feed", *words, "--home", str(home)], env={"COLUMNS": "200"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def home(watcher: Watcher, day: Callable[[float], datetime]) -> Path:
    """An edit of a title, and a new article whose headline is no friend of ours."""
    watcher.batch(watcher.read(site="laocai"), site="laocai")
    watcher.batch(
        watcher.read(site="laocai", at=day(1), title="Tên khác"), site="laocai", at=day(1)
    )
    watcher.batch(watcher.read(site="gialai", at=day(2), title=HOSTILE), site="gialai", at=day(2))
    watcher.db.close()
    return watcher.home.path


def titles(text: str) -> list[str]:
    found = feedparser.parse(text.encode())
    assert not found.bozo
    return [" ".join(entry.title.split()[:3]) for entry in found.entries]


def test_feed_to_standard_output_or_file(home: Path, tmp_path: Path) -> None:
    code, printed, _ = call(home)
    assert code == 0
    assert titles(printed) == ["reposted · gialai", "edited · laocai", "new · laocai"]
    code, said, _ = call(home, "-o", str(tmp_path / "tin.atom"))
    assert (code, said) == (0, f"written to {tmp_path / 'tin.atom'}\n")
    assert (tmp_path / "tin.atom").read_text("utf-8") == printed


def test_feed_filters(home: Path) -> None:
    assert titles(call(home, "--site", "gialai")[1]) == ["reposted · gialai"]
    assert titles(call(home, "--kind", "edited", "--kind", "removed")[1]) == ["edited · laocai"]
    assert titles(call(home, "--min-priority", "1")[1]) == ["reposted · gialai", "new · laocai"]
    assert len(titles(call(home, "--former-province", "lao-cai")[1])) == 3
    assert titles(call(home, "--former-province", "hau-giang")[1]) == []
    assert len(titles(call(home, "--limit", "1")[1])) == 1


def test_base_url_links_to_the_diff(home: Path) -> None:
    found = feedparser.parse(call(home, "--kind", "edited", "--base", "https://w.example/x/")[1])
    links = {link.rel: link.href for link in found.entries[0].links}
    assert links["related"] == "https://w.example/x/articles/1/diff?from=1&to=2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--site", "nowhere"), "nowhere"),
        (("--kind", "nothing"), "no event kind nothing"),
        (("--province", "atlantis"), "no province 'atlantis'"),
        (("-o", "no/such/folder.atom"), "there is no folder no/such"),
    ],
)
def test_wrong_calls_exit_with_usage_error(home: Path, words: tuple[str, ...], said: str) -> None:
    code, _, err = call(home, *words)
    assert code == 2
    assert said in err
