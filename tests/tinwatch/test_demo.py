"""The demo, as a newcomer runs it: four nights, and exactly what the manifest says."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = tomllib.loads((ROOT / "tinwatch/demo/sample/manifest.toml").read_text("utf-8"))


def demo(home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tinwatch", "demo", "--home", str(home), *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def ledger(home: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tinwatch", "events", "--json", "--home", str(home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The home after the demo, and its four reports."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = demo(home, "--json")
    assert done.returncode == 0, done.stderr
    return home, [json.loads(line) for line in done.stdout.splitlines()]


def changes(kind: str) -> list[str]:
    return sorted(c["url"] for c in MANIFEST["change"] if c["kind"] == kind)


def test_each_night_holds_what_the_manifest_says(played: Any) -> None:
    _, nights = played
    totals = [Counter(night["totals"]) for night in nights]
    assert set(totals[0]) == {"new"}
    by_night = MANIFEST["expect"]["by_night"]
    assert totals[1] == Counter(by_night["2"])
    assert totals[2] + totals[3] == Counter(by_night["3 and 4"])
    assert +sum(totals[1:], Counter()) == +Counter(MANIFEST["expect"]["events"])
    assert [night["errors"] for night in nights] == [{}] * 4
    assert {site["verdict"] for night in nights for site in night["sites"]} == {"passed"}


def test_the_events_are_about_the_articles_that_were_changed(played: Any) -> None:
    home, _ = played
    found = ledger(home)
    urls = {
        kind: sorted(e["url"] for e in found if e["kind"] == kind)
        for kind in ("edited", "removed", "restored", "reposted")
    }
    assert urls["edited"] == changes("edited")
    assert urls["removed"] == sorted([*changes("gone"), *changes("redirected")])
    assert urls["restored"] == changes("restored")
    assert urls["reposted"] == sorted(r["url"] for r in MANIFEST["reprint"])
    (reprint,) = MANIFEST["reprint"]
    assert [e["original_url"] for e in found if e["kind"] == "reposted"] == [reprint["of"]]
    assert not set(changes("noise")) & set(urls["edited"])


def test_a_removal_waits_for_its_second_check(played: Any) -> None:
    _, nights = played
    assert [len(night["suspects"]) for night in nights] == [0, 2, 0, 0]
    assert nights[1]["totals"].get("removed", 0) == 0
    assert nights[2]["totals"] == {"removed": 2}


def test_playing_it_again_gives_the_same(played: Any) -> None:
    home, nights = played

    def told(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return sorted(
            (e["kind"], e["site"], e["url"], e["observed_at"], e["summary"]) for e in found
        )

    before = told(ledger(home))
    (home / "captures" / "left.txt").write_text("of an earlier demo")
    done = demo(home)
    assert done.returncode == 0, done.stderr
    assert told(ledger(home)) == before
    assert not (home / "captures" / "left.txt").exists()
    assert done.stdout.count("Nightly batch of ") == len(nights) == 4
    assert "Everything is in" in done.stdout


def test_every_capture_of_the_demo_is_whole(played: Any) -> None:
    home, _ = played
    files = sorted(map(str, home.glob("captures/*/*.warc.gz")))
    assert len(files) == 8 * 4
    command = [sys.executable, "-m", "warcio.cli", "check", *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_home_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = demo(tmp_path)
    assert done.returncode == 3
    assert "holds something that no demo made" in " ".join(done.stderr.split())
    assert [f.name for f in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_was_captured_can_be_played_again(played: Any, tmp_path: Path) -> None:
    """The database can be rebuilt from the captures: the same articles with the same contents."""
    home, _ = played

    def contents(of: Path) -> list[tuple[Any, ...]]:
        command = [sys.executable, "-m", "tinwatch", "articles", "--json", "--home", str(of),
                   "--site", "haugiang"]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        return sorted((a["key"], a["title"], str(a["body"]), a["published"]) for a in found)

    files = [
        w for f in sorted((home / "captures/haugiang").iterdir()) for w in ("--replay", str(f))
    ]
    command = [sys.executable, "-m", "tinwatch", "crawl", "haugiang", *files, "--home",
               str(tmp_path / "again")]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    assert contents(tmp_path / "again") == contents(home)
