"""tinwatch search and tinwatch reindex, as they are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from storage.runs.sites import SiteFacts, register_site
from tinwatch.commands.app import app

if TYPE_CHECKING:
    from tests.conftest import Watcher


PROVINCES = {"haugiang": "hau-giang", "cantho": "can-tho", "backan": "bac-kan"}


def call(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words), env={"COLUMNS": "300"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def home(watcher: Watcher, hostile: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    for site, province in PROVINCES.items():
        watcher.batch(
            watcher.read(site=site, key="1", title=f"Đảng bộ {site}"),
            watcher.read(site=site, key="2", title="Chợ phiên", body=[f"Đang bỏ dần. {hostile}"]),
            site=site,
        )
        register_site(watcher.db, SiteFacts(site, site, province, "newspaper", "P", "live", "1"))
    monkeypatch.setenv("TINWATCH_HOME", str(watcher.home.path))
    return watcher.home.path


def test_hits_are_printed_with_their_total(home: Path) -> None:
    code, out, err = call("search", "dang", "bo", "--limit", "2")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "6 articles found; the best 2:"
    assert len(out.splitlines()) == 5
    _, out, _ = call("search", "Đảng bộ", "--limit", "3", "--newest")
    assert out.splitlines()[0] == "6 articles found; the newest 3:"
    _, out, _ = call("search", "trâu")
    assert out == "0 articles found\n"


def test_day_without_a_printed_date_is_that_of_the_first_sighting(watcher: Watcher) -> None:
    watcher.batch(watcher.read(key="1"), watcher.read(key="2", published=None))
    home = ["--home", str(watcher.home.path)]
    hits = [
        json.loads(line)
        for line in call("search", "site:alpha", "--json", *home)[1].split("\n")[:2]
    ]
    assert {(hit["article"], hit["day"], hit["day_source"]) for hit in hits} == {
        (1, "2025-04-07", "published"), (2, "2025-04-08", "first_seen"),
    }  # fmt: skip
    for command in (["search", "site:alpha"], ["articles"]):
        lines = call(*command, *home)[1].splitlines()
        assert sorted("first seen" in line for line in lines if "alpha" in line) == [False, True]


def test_site_of_other_homes_matches_nothing(home: Path) -> None:
    assert call("search", "dang", "site:hanoi")[:2] == (0, "0 articles found\n")
    code, out, _ = call("search", "dang", "site:(hanoi OR cantho)", "--json")
    assert code == 0
    assert {json.loads(line)["site"] for line in out.splitlines()} == {"cantho"}


def test_json_has_all_hits_in_order(home: Path) -> None:
    code, out, _ = call("search", "Đảng bộ", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert len(rows) == 6
    assert {row["title"][:7] for row in rows[:3]} == {"Đảng bộ"}
    assert {row["title"] for row in rows[3:]} == {"Chợ phiên"}
    assert [t for t, is_found in rows[-1]["snippet"] if is_found] == ["Đang", "bỏ"]


@pytest.mark.parametrize(
    ("words", "sites"),
    [
        (("--site", "cantho"), {"cantho"}),
        (("--former-province", "hau giang"), {"haugiang"}),
        (("--province", "Thái Nguyên"), {"backan"}),
        (("site:cantho",), {"cantho"}),
    ],
)
def test_search_filters(home: Path, words: tuple[str, ...], sites: set[str]) -> None:
    _, out, _ = call("search", "dang", *words, "--json")
    assert {json.loads(line)["site"] for line in out.splitlines()} == sites


def test_hostile_text_is_printed_as_text(home: Path) -> None:
    code, out, _ = call("search", "bỏ dần")
    assert code == 0
    assert "<script>" in out
    assert "[red]Đỏ" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_invalid_query_gets_a_hint(home: Path) -> None:
    code, out, err = call("search", "tite:chợ")
    assert (code, out) == (2, "")
    assert "is it title:?" in err
    assert "Traceback" not in err


def test_reindex_repairs_the_index(home: Path, watcher: Watcher) -> None:
    watcher.db.execute("DELETE FROM search_revisions WHERE revision = 1")
    watcher.db.conn.commit()
    code, out, _ = call("verify")
    assert code == 1
    assert "tinwatch reindex makes it anew" in out
    assert call("reindex") == (0, "6 revisions indexed\n", "")
    _, out, _ = call("verify")
    assert "search:" not in out
