"""A new database from the captures: the same articles, revisions and events."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.home import SiteBusy, open_home
from tinwatch import demo_nights

if TYPE_CHECKING:
    from tests.schedules.rebuilding.conftest import Remake


def test_the_demo_comes_back_the_same(remake: Remake, demo_home: Path, tmp_path: Path) -> None:
    place, told = remake.rebuilt(demo_home, tmp_path)
    assert (told.problems, told.left) == ([], 0)
    remake.assert_the_same(demo_home, place)
    kinds = {row[4] for row in remake.state(place)["events"]}
    assert {"new", "edited", "removed", "reposted"} <= kinds
    assert (told.runs, told.articles) == (
        len(remake.state(demo_home)["runs"]),
        len(remake.state(demo_home)["articles"]),
    )


def test_a_rebuilt_home_is_rebuilt_again(remake: Remake, demo_home: Path, tmp_path: Path) -> None:
    place, _ = remake.rebuilt(demo_home, tmp_path)
    (tmp_path / "twice").mkdir()
    again, _ = remake.rebuilt(place, tmp_path / "twice")
    remake.assert_the_same(demo_home, again)


def test_the_source_is_only_read(remake: Remake, own: Path, tmp_path: Path) -> None:
    before = {f: f.read_bytes() for f in own.rglob("*") if f.is_file() and f.suffix != ".lock"}
    remake.rebuilt(own, tmp_path)
    assert before == {
        f: f.read_bytes() for f in own.rglob("*") if f.is_file() and f.suffix != ".lock"
    }


def test_a_crawled_site_is_waited_for(remake: Remake, own: Path, tmp_path: Path) -> None:
    with open_home(own).site_lock("haugiang"), pytest.raises(SiteBusy):
        remake.rebuilt(own, tmp_path)


def test_settings_go_with_the_captures(remake: Remake, demo_home: Path, tmp_path: Path) -> None:
    place, _ = remake.rebuilt(demo_home, tmp_path)
    assert demo_nights.MARK in (place / "settings.toml").read_text("utf-8")
