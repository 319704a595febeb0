"""tinwatch stories, story, network and recluster."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import networkx
import pytest
from typer.testing import CliRunner

from tests.tinwatch.conftest import HOSTILE
from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
SITES = ("laocai", "cantho", "gialai")


def call(home: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(home)], env={"COLUMNS": "200"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def rows(home: Path, *words: str) -> list[dict[str, object]]:
    code, out, err = call(home, *words, "--json")
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def home(watcher: Watcher, day: Day) -> Path:
    """One text on three sites, a day apart, the last with a headline that is no friend of ours."""
    for number, site in enumerate(SITES):
        title = HOSTILE if number == 2 else "Suối Vàng nạo vét mương trước vụ mới"
        published = f"{7 + number:02d}/04/2025 08:15"
        at = day(number)
        read = watcher.read(site=site, key=site, at=at, title=title, published=published)
        watcher.batch(read, site=site, title=f"Báo {site}", at=at)
    watcher.db.close()
    return watcher.home.path


def test_stories_name_the_first_publisher(home: Path) -> None:
    [found] = rows(home, "stories")
    assert found == {
        "story": 1, "articles": 3, "sites": 3, "first_article": 1, "first_site": "laocai",
        "title": "Suối Vàng nạo vét mương trước vụ mới",
        "since": "2025-04-07T18:30:00Z", "until": "2025-04-09T18:30:00Z",
    }  # fmt: skip
    assert "3 articles on 3 sites laocai Suối Vàng" in call(home, "stories")[1]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--min-sites", "4"), 0),
        (("--since", "2025-04-10"), 1),
        (("--since", "2025-04-11"), 0),
        (("--province", "Lào Cai"), 1),
        (("--former-province", "tra-vinh"), 0),
    ],
)
def test_stories_filters(home: Path, words: tuple[str, ...], count: int) -> None:
    assert len(rows(home, "stories", *words)) == count


def test_story_is_in_order_of_publication(home: Path) -> None:
    [comparison] = rows(home, "story", "1")
    assert comparison["first"]["site"] == "laocai"  # type: ignore[index]
    others = comparison["others"]
    assert [o["site"] for o in others] == ["cantho", "gialai"]  # type: ignore[attr-defined]
    assert [o["headline_changed"] for o in others] == [False, True]  # type: ignore[attr-defined]


def test_hostile_headline_is_printed_as_text(home: Path) -> None:
    _, out, _ = call(home, "story", "1")
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]Đỏ" in out


def test_network_is_readable_by_networkx(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "reprints.gexf"
    assert call(home, "network", "-o", str(file))[0] == 0
    graph = networkx.read_gexf(file)
    assert sorted(graph.edges) == [("laocai", "cantho"), ("laocai", "gialai")]
    assert graph.nodes["laocai"]["label"] == "Báo laocai"
    assert graph.nodes["laocai"]["province"] == "lao-cai"
    assert graph.edges["laocai", "gialai"]["weight"] == 1


def test_network_as_csv(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "edges.csv"
    assert call(home, "network", "-o", str(file))[0] == 0
    with file.open(encoding="utf-8", newline="") as sheet:
        found = list(csv.DictReader(sheet))
    assert [(row["Source"], row["Target"], row["Weight"]) for row in found] == [
        ("laocai", "cantho", "1"), ("laocai", "gialai", "1"),
    ]  # fmt: skip


def test_recluster_prints_its_counts(home: Path) -> None:
    assert call(home, "recluster")[1] == "3 articles clustered: 1 story\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("story", "7"), "no story 7"),
        (("stories", "--since", "gestern"), "no date 'gestern'"),
        (("network", "-o", "edges.txt"), "use a .gexf or .csv file"),
        (("network", "-o", "nowhere/edges.csv"), "there is no folder nowhere"),
    ],
)
def test_wrong_calls_exit_with_usage_error(home: Path, words: tuple[str, ...], said: str) -> None:
    code, _, err = call(home, *words)
    assert (code, said in err) == (2, True), err
