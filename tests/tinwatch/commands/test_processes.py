"""The command as a process: readers that leave, nights, and Scrapy's own commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.articles.repository import add_article
from storage.articles.revisions import add_revision
from storage.db.connection import transaction
from storage.events.ledger import add_pending_event, publish_run
from storage.home import open_home
from storage.models import Article, RevisionCause
from storage.run_stats import RunStats
from storage.runs.repository import finish_run, start_run
from storage.runs.sites import SiteFacts, register_site
from tinwatch import commands
from tinwatch.commands.app import CHECKING
from tinwatch.commands.lazy_loading import GROUPS
from tinwatch.demo import sample_sites

Call = Callable[..., tuple[int, str, str]]
Rows = Callable[[str], list[dict[str, Any]]]
ROOT = Path(__file__).resolve().parents[3]


def spawn(*words: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tinwatch", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


def shell(words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tinwatch by bash; `words` may hold redirections."""
    command = ["bash", "-c", f"{sys.executable} -m tinwatch {words}"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env=os.environ | environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample pages of the first night in a WARC file."""
    return sample_sites.pack(1, tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose lists are longer than a pipe holds."""
    home = open_home(tmp_path_factory.mktemp("large"))
    db = home.database()
    register_site(db, SiteFacts("laocai", "t", "p", "newspaper", "P", "live", "1"))
    now = datetime(2025, 4, 7, tzinfo=UTC)
    run = start_run(db, "laocai", "crawl", now, None)
    blank = dict.fromkeys((f.name for f in fields(Article)), None)
    lists = dict.fromkeys(("body", "captions", "authors", "tags", "images", "warnings"), ())
    with transaction(db):
        for number in range(700):
            title = f"Tin {number} " + "dài " * 40
            named = {"site": "laocai", "key": str(number), "title": title, "fields": {}}
            record = Article(**{**blank, **lists, **named})  # type: ignore[arg-type]
            identity = add_article(db, record, run, now, checked=now)
            add_revision(
                db, identity, record, cause=RevisionCause.SITE, observed=now, run=run, capture=None,
                extractor_version="1", fingerprint="x",
            )  # fmt: skip
            add_pending_event(db, run, "laocai", "new", now, record.title, identity)
    finish_run(db, run, now, RunStats(), listings_complete=True)
    publish_run(db, run)
    db.close()
    return home.path


@pytest.mark.parametrize(
    ("words", "lines"),
    [("events", 1), ("articles --json", 0), ("report", 0), ("sites --json", 1)],
)
def test_closed_pipe_is_not_an_error(large: Path, words: str, lines: int) -> None:
    home = [] if words.startswith("sites") else ["--home", str(large)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tinwatch", *words.split(), *home], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    for _ in range(lines):
        assert process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(timeout=60), error) == (0, "")


@pytest.mark.parametrize("words", ["verify", pytest.param("verify --json", marks=pytest.mark.slow)])
def test_check_without_a_reader_keeps_its_exit_code(
    demo_home: Path, tmp_path: Path, words: str
) -> None:
    home = shutil.copytree(demo_home, tmp_path / "home")
    shutil.rmtree(home / "captures")
    done = shell(f"{words} --home {home} | head -c 1; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (1, "")


def test_commands_that_exit_with_problems_run_to_their_end() -> None:
    names: dict[str, set[str]] = {}
    for group in GROUPS.values():
        for name, command in group.items():
            names.setdefault(command.function.split(":")[0], set()).add(name)
    folder = Path(commands.__file__).parent
    for module, of_module in names.items():
        if "Exit.PROBLEMS" in (folder / f"{module}.py").read_text("utf-8"):
            assert of_module & CHECKING, module


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("sites", marks=pytest.mark.slow),
        "sites --json",
        pytest.param("--version", marks=pytest.mark.slow),
    ],
)
def test_closed_output_is_not_an_error(words: str) -> None:
    done = shell(f"{words} >&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert shell(f"{words} >&- 2>&- <&-").returncode == 0


@pytest.mark.parametrize(
    "options",
    [">&- 2>&- <&-", "--isolate 2> >(true)"],
)
@pytest.mark.slow
def test_batch_without_readers_of_its_output_does_its_work(
    archive: Path, tmp_path: Path, options: str
) -> None:
    home = tmp_path / "home"
    done = shell(f"nightly laocai --replay {archive} --home {home} {options}")
    assert done.returncode == 0, done.stderr
    assert (home / "tinwatch.db").read_bytes().startswith(b"SQLite format 3")
    found = spawn("events", "--json", "--home", home)
    assert len(found.stdout.splitlines()) > 0


def test_no_columns_do_not_hide_the_output() -> None:
    done = shell("sites", COLUMNS="0")
    assert "laocai" in done.stdout
    assert "--json" in shell("sites --help", COLUMNS="0").stdout


def test_batch_of_archives_reports_them_as_skipped(rows: Rows, tmp_path: Path) -> None:
    home = ["--home", tmp_path / "home"]
    done = spawn("nightly", "yenbai", "backan", *home)
    assert done.returncode == 0, done.stderr
    assert "skipped yenbai: an archive: the bloc was dissolved" in done.stdout
    assert "skipped backan: an archive" in done.stdout
    assert "no site was read" in done.stdout
    as_json = spawn("nightly", "yenbai", *home, "--json")
    (report,) = rows(as_json.stdout)
    assert list(report["passed_over"]) == ["yenbai"]
    datetime.strptime(report["observed_at"], "%Y-%m-%dT%H:%M:%SZ")


def test_replay_without_pages_of_a_site_skips_it(rows: Rows, tmp_path: Path) -> None:
    packed = sample_sites.pack(1, tmp_path)
    done = spawn("nightly", "laocai", "--replay", packed, "--as-of", "2025-03-10",
                 "--home", tmp_path / "home", "--json")  # fmt: skip
    (report,) = rows(done.stdout)
    assert (done.returncode, report["totals"]) == (0, {"new": 8}), done.stderr
    early = spawn("crawl", "laocai", "--replay", packed, "--as-of", "2020-01-01",
                  "--home", tmp_path / "home")  # fmt: skip
    assert early.returncode == 2
    assert "up to 2020-01-01" in early.stderr


def test_import_reports_unreadable_files(call: Call, rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><title>trống</title></html>", "utf-8")
    url = "https://baolaocai.vn/bai-viet-post1.html"
    code, out, err = call("import", "a.html", "none.html", "--site", "laocai", "--json",
                          "--home", tmp_path / "home")  # fmt: skip
    (row,) = rows(out)
    assert code == 1
    assert row["read"] == 0
    assert [p["file"] for p in row["problems"]] == ["a.html", "none.html"]
    assert "not imported:" in err
    assert url not in out


def test_version_and_help(call: Call) -> None:
    assert call("--version")[1].startswith("tinwatch ")
    for command in ("demo", "crawl", "nightly", "import", "sites", "events", "report", "articles",
                    "show", "diff"):  # fmt: skip
        code, out, _ = call(command, "--help")
        assert code == 0
        assert "Usage" in out


def test_scrapy_lists_the_sites() -> None:
    done = subprocess.run([sys.executable, "-m", "scrapy", "list"], cwd=ROOT,
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 0
    assert set(done.stdout.split()) >= set(sample_sites.sites())


def test_scrapy_crawls_and_publishes(call: Call, rows: Rows, tmp_path: Path) -> None:
    packed = sample_sites.pack(1, tmp_path)
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "hanoi_sotttt", "-s", f"REPLAY_FILES={packed}",
         "-s", f"TINWATCH_HOME={home}", "-a", "limit=5"],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = rows(call("events", "--json", "--home", home)[1])
    assert [row["kind"] for row in found] == ["new"] * 5
    assert {row["site"] for row in found} == {"hanoi_sotttt"}
    (report,) = rows(call("report", "--json", "--home", home)[1])
    assert report["sites"][0]["verdict"] == "passed"
