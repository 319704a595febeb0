"""A home that the released version 0.1.0 wrote is opened in place, and nothing in it is lost.

`released_home.tar.xz` holds four nights of four sample sites with a released run, a run that is
still held, pinned pages, saved searches, reviews, job runs, alert messages and domain checks.
`released_home.json` is what version 0.1.0 said of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from storage.checks.retired_domains import newest_checks
from storage.events.alert_outbox import last_sent, waiting
from storage.events.reviews import article_reviews
from storage.home import open_home
from storage.runs.job_history import job_history
from storage.search.saved_searches import saved_searches
from tinwatch.commands.app import app
from tinwatch.demo import sample_sites

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
SITES = ("backan", "haugiang", "travinh", "yenbai")
ARTICLE_KEYS = (
    "id", "site", "key", "url", "title", "lead", "published", "updated", "time_known", "authors",
    "source", "section", "tags", "images", "captions", "status", "first_seen", "last_seen",
    "last_checked", "revisions", "province",
)  # fmt: skip
EVENT_KEYS = ("id", "kind", "site", "url", "article", "observed_at", "run")
RUN_KEYS = ("run", "site", "kind", "started_at", "verdict", "held")
REVIEW_KEYS = ("event", "mark", "note", "name", "marked_at")


def tinwatch(home: Path, *arguments: str) -> list[dict[str, Any]]:
    """The JSON lines of a command."""
    done = CliRunner().invoke(app, [*arguments, "--json", "--home", str(home)])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def chosen(row: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: row[key] for key in keys}


def article(home: Path, row: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(row["body"], ensure_ascii=False).encode()
    (shown,) = tinwatch(home, "show", str(row["id"]))
    captures = [[e["at"], e["sha256"]] for e in shown["history"] if "sha256" in e]
    return chosen(row, ARTICLE_KEYS) | {
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "captures": captures,
    }


def story(row: dict[str, Any]) -> dict[str, Any]:
    """The story without the key that later versions added."""
    first = {key: value for key, value in row["first"].items() if key != "why_code"}
    return row | {"first": first}


def ledger(home: Path) -> list[dict[str, Any]]:
    return [chosen(row, EVENT_KEYS) for row in tinwatch(home, "events")]


def contents(folder: Path) -> dict[str, Any]:
    """Everything that people would miss."""
    home = open_home(folder)
    with closing(home.database()) as db:
        kept: dict[str, Any] = {
            "settings": [
                getattr(home.settings, name)
                for name in ("removal_checks", "removal_hours", "sites_at_once", "delay")
            ],
            "saved_searches": [[one.name, one.query] for one in saved_searches(db)],
            "reviews": [
                {key: getattr(review, key) for key in REVIEW_KEYS}
                for number in range(1, 35)
                for review in article_reviews(db, number)
            ],
            "job_runs": [
                [run.job, run.due_at, run.ended_at, run.exit_code]
                for job in ("night", "digest", "backup")
                for run in job_history(db, job, 100)
            ],
            "waiting_alerts": [[m.target, m.events, m.tries] for m in waiting(db)],
            "sent_alert": getattr(last_sent(db, "ban-bien-tap"), "events", None),
            "domains": [[c.site, c.domain, c.state, c.before, c.since] for c in newest_checks(db)],
        }
    return kept | {
        "articles": [article(folder, row) for row in tinwatch(folder, "articles")],
        "events": ledger(folder),
        "runs": [chosen(row, RUN_KEYS) for row in tinwatch(folder, "runs")],
        "stories": tinwatch(folder, "stories"),
        "story": [story(row) for row in tinwatch(folder, "story", "1")],
        "pins": tinwatch(folder, "pins"),
        "found": [row["article"] for row in tinwatch(folder, "search", "heo đất")],
    }


@pytest.fixture
def released(tmp_path: Path) -> Path:
    with tarfile.open(FOLDER / "released_home.tar.xz") as packed:
        packed.extractall(tmp_path / "home", filter="data")
    return tmp_path / "home"


def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "released_home.json").read_text("utf-8"))
    return found


def test_home_of_the_released_version_is_complete(released: Path) -> None:
    found = json.loads(json.dumps(contents(released)))
    stated = expected()
    assert found.keys() == stated.keys()
    for part, value in stated.items():
        assert found[part] == value, part


def test_home_of_the_released_version_is_verified(released: Path) -> None:
    (found,) = tinwatch(released, "verify")
    assert (found["troubles"], found["revisions"], found["events"]) == ([], 36, 39)
    assert found["rebuildable"]


def test_next_batch_adds_no_false_event(released: Path, tmp_path: Path) -> None:
    warc = sample_sites.pack(4, tmp_path)
    command = [sys.executable, "-m", "tinwatch", "nightly", *SITES, "--replay", str(warc), "--json"]
    done = subprocess.run(  # a process can run the crawler's reactor once
        [*command, "--home", str(released)], env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    report = json.loads(done.stdout)
    verdicts = {row["site"]: row["verdict"] for row in report["sites"]}
    assert verdicts == dict.fromkeys(SITES, "passed") | {"yenbai": "held"}, done.stderr
    assert ledger(released) == expected()["events"]


def test_run_held_by_the_released_version_can_be_published(released: Path) -> None:
    done = CliRunner().invoke(app, ["release", "16", "--home", str(released)])
    assert done.exit_code == 0, done.output
    before = expected()["events"]
    *kept, new = ledger(released)
    assert kept == before
    assert (new["kind"], new["site"], new["run"]) == ("edited", "yenbai", 8)
