"""tinwatch demo: four batches with exactly the events of the manifest."""

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


def test_each_batch_has_the_events_of_the_manifest(played: Any) -> None:
    _, batches = played
    totals = [Counter(batch["totals"]) for batch in batches]
    assert set(totals[0]) == {"new"}
    by_batch = MANIFEST["expect"]["by_batch"]
    assert totals[1] == Counter(by_batch["2"])
    assert totals[2] + totals[3] == Counter(by_batch["3 and 4"])
    assert +sum(totals[1:], Counter()) == +Counter(MANIFEST["expect"]["events"])
    assert [batch["errors"] for batch in batches] == [{}] * 4
    assert {site["verdict"] for batch in batches for site in batch["sites"]} == {"passed"}


def test_events_name_the_changed_articles(played: Any) -> None:
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


def test_removal_needs_a_second_check(played: Any) -> None:
    _, batches = played
    assert [len(batch["suspects"]) for batch in batches] == [0, 2, 0, 0]
    assert batches[1]["totals"].get("removed", 0) == 0
    assert batches[2]["totals"] == {"removed": 2}


@pytest.mark.slow
def test_second_demo_has_the_same_events(played: Any) -> None:
    home, batches = played

    def facts(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return sorted(
            (e["kind"], e["site"], e["url"], e["observed_at"], e["summary"]) for e in found
        )

    before = facts(ledger(home))
    (home / "captures" / "left.txt").write_text("of an earlier demo")
    done = demo(home)
    assert done.returncode == 0, done.stderr
    assert facts(ledger(home)) == before
    assert not (home / "captures" / "left.txt").exists()
    assert done.stdout.count("Nightly batch of ") == len(batches) == 4
    assert "Everything is stored in" in done.stdout


def test_every_capture_is_valid(played: Any) -> None:
    home, _ = played
    files = sorted(map(str, home.glob("captures/*/*.warc.gz")))
    assert len(files) == 8 * 4
    command = [sys.executable, "-m", "warcio.cli", "check", *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_home_of_no_demo_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = demo(tmp_path)
    assert done.returncode == 3
    assert "is not a folder of a demo" in " ".join(done.stderr.split())
    assert [f.name for f in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.slow
def test_captures_can_be_replayed(played: Any, tmp_path: Path) -> None:
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
