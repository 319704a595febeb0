"""The command line: exit codes, messages, and output that programs and terminals can take."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from storage.articles import add_article, add_revision
from storage.database import transaction
from storage.events import hold_event, publish_run
from storage.home import open_home
from storage.records import Article
from storage.runs import SiteFacts, finish_run, register_site, start_run
from tinwatch import sample_sites
from tinwatch.cli import app
from tinwatch.console import safe

if TYPE_CHECKING:
    from tests.conftest import Watcher

ROOT = Path(__file__).resolve().parents[2]
Day = Callable[[float], datetime]
HOSTILE = "[red]Đỏ[/red] \x1b[31mESC\x1b[0m \u202eđảo\u202c \u2066x\u2069 [/] [link=x]y \\"
OBSERVED = {
    "id", "province", "province_now", "first_seen", "last_seen", "last_checked", "status",
    "revisions", "capture", "reader",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_home_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TINWATCH_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


def call(*words: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command that needs no reactor."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def spawn(*words: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tinwatch", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


def rows(text: str) -> list[dict[str, Any]]:
    """Every line of stdout is a JSON object of its own."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def fed(watcher: Watcher, day: Day) -> Path:
    """A home with a new, an edited, a suspected and a hostile article of a real site's name."""
    one = {"site": "laocai", "key": "1"}
    bad = {"site": "laocai", "key": "2", "lead": HOSTILE, "byline": HOSTILE, "body": [HOSTILE]}
    bad |= {"captions": [HOSTILE], "tags": [HOSTILE], "warnings": [HOSTILE]}
    for moment, title in ((0, "Tựa đầu"), (1, "Tựa sau")):
        last = {"site": "laocai", "key": "3", "title": "Sẽ mất"}
        watcher.night(
            watcher.read(at=day(moment), title=title, **one),
            watcher.read(at=day(moment), title=f"{HOSTILE} {moment}", **bad),
            watcher.read(**last) if moment == 0 else watcher.missed("3", "laocai", at=day(moment)),
            site="laocai",
            at=day(moment),
            night=f"night {moment}",
        )
    watcher.db.close()
    return watcher.home.path


# What is called wrongly, or cannot be used.

USAGE = [
    (["crawl", "nosuch"], "no site 'nosuch'; tinwatch sites lists them"),
    (["crawl", "hau-giang"], "no site 'hau-giang'; is it haugiang"),
    (["crawl", "baocantho.com"], "no site 'baocantho.com'; is it cantho"),
    (["crawl"], "Missing argument"),
    (["crawl", "yenbai"], "yenbai is an archive (the bloc was dissolved"),
    (["crawl", "laocai", "yenbai"], "give --replay FILE, or tinwatch import --site"),
    (["crawl", "laocai", "--as-of", "2025-01-01"], "--as-of belongs to --replay"),
    (["nightly", "--as-of", "2025-01-01"], "--as-of belongs to --replay"),
    (["crawl", "laocai", "--recheck", "often"], "--recheck must be one of due, all, none"),
    (["crawl", "laocai", "--limit", "-1"], "--limit"),
    (["crawl", "laocai", "--replay", "none.warc"], "none.warc: there is no such file"),
    (["nightly", "nosuch"], "no site 'nosuch'"),
    (["import", "a.html", "--site", "nosuch"], "no site 'nosuch'"),
    (["import", "a.html"], "--site"),
    (["import", "a.html", "b.html", "--site", "laocai", "--url", "x"], "--url belongs to a single"),
    (["import", "a.html", "--site", "laocai", "--captured", "yesterday"], "yesterday"),
    (["nosuch"], "No such command"),
    (["events", "--since", "-1"], "--since"),
    (["events", "--since", str(10**30)], "--since"),
    (["report", "--run", str(10**30)], "--run"),
]


@pytest.mark.parametrize(("words", "said"), USAGE, ids=[" ".join(c[0])[:40] for c in USAGE])
def test_a_wrong_call_says_what_is_wrong(words: list[str], said: str, tmp_path: Path) -> None:
    code, out, err = call(*words, "--home", tmp_path / "home")
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "content", [b"", b"just text\n", b"<html>not a warc</html>", b"\x1f\x8b\x08broken", b"\0" * 999]
)
@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz"])
def test_a_replay_file_that_is_no_warc(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    code, out, err = call("crawl", "laocai", "--replay", name, "--home", tmp_path / "home")
    assert (code, out) == (2, "")
    assert name in err


READING = (["events"], ["report"], ["articles"], ["show", "1"], ["diff", "1"])


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_there_is_no_home(tmp_path: Path, words: list[str]) -> None:
    code, out, err = call(*words, "--home", tmp_path / "none")
    assert (code, out) == (3, "")
    assert "there is no database in" in err
    assert "crawl or import something first" in err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "words", [*READING, ["crawl", "laocai"], ["nightly"], ["demo"],
              ["import", "a.html", "--site", "laocai"]],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_home_that_cannot_be_written(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").write_text("x")
    code, out, err = call(*words, "--home", tmp_path / "file" / "home")
    assert (code, out) == (3, "")
    assert "error:" in err


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
@pytest.mark.parametrize("kept", [0, 100, 8192])
def test_a_database_that_is_damaged(fed: Path, words: list[str], kept: int) -> None:
    file = fed / "tinwatch.db"
    data = file.read_bytes()
    file.write_bytes(data[:kept] + b"\xab" * (len(data) - kept))
    code, _, err = call(*words, "--home", fed)
    assert code == 3
    assert "error:" in err
    assert "Traceback" not in err


def test_wrong_settings_end_with_the_file_and_the_name(fed: Path) -> None:
    (fed / "settings.toml").write_text("dealy = 1\n")
    code, _, err = call("events", "--home", fed)
    assert code == 3
    assert "settings.toml: 'dealy' is no setting" in " ".join(err.split())


MISSING = [
    (["show", "99"], "no article '99'"),
    (["show", "https://nowhere.vn/1"], "no article 'https://nowhere.vn/1'"),
    (["diff", "1", "7"], "no revision 7; the article has 2, from 1 on"),
    (["report", "--run", "99"], "no run 99"),
    (["events", "--kind", "gone"], "no event kind 'gone'; there are: new, edited"),
    (["events", "--site", "nosuch"], "no site 'nosuch'"),
    (["articles", "--site", "nosuch"], "no site 'nosuch'"),
]


@pytest.mark.parametrize(("words", "said"), MISSING, ids=[" ".join(c[0]) for c in MISSING])
def test_what_is_not_there_is_named(fed: Path, words: list[str], said: str) -> None:
    code, out, err = call(*words, "--home", fed)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_an_empty_database_has_had_no_night(tmp_path: Path) -> None:
    open_home(tmp_path / "home").database().close()
    assert call("report", "--home", tmp_path / "home")[0] == 2
    assert call("events", "--home", tmp_path / "home") == (0, "", "")
    assert call("articles", "--json", "--home", tmp_path / "home") == (0, "", "")


# JSON Lines.


def test_events_as_json(fed: Path) -> None:
    code, out, err = call("events", "--json", "--home", fed)
    found = rows(out)
    assert (code, err) == (0, "")
    assert [row["kind"] for row in found] == ["new", "new", "new", "edited", "edited"]
    assert [row["id"] for row in found] == [1, 2, 3, 4, 5]
    for row in found:
        assert set(row) >= {
            "id", "kind", "site", "url", "article", "observed_at", "summary", "run",
        }  # fmt: skip
    assert found[3]["changed"] == ["title"]
    assert found[3]["class"] == "title"
    assert found[3]["url"] == "https://laocai.vn/bai-1.html"
    later = rows(call("events", "--json", "--since", 3, "--home", fed)[1])
    assert later == found[3:]
    assert call("events", "--json", "--home", fed)[1] == out
    assert len(rows(call("events", "--json", "--kind", "new", "--home", fed)[1])) == 3


def test_articles_as_json(fed: Path) -> None:
    code, out, _ = call("articles", "--json", "--home", fed)
    found = rows(out)
    assert code == 0
    assert [row["key"] for row in found] == ["1", "2", "3"]
    for row in found:
        assert set(row) == {f.name for f in fields(Article)} | OBSERVED
    assert [row["status"] for row in found] == ["live", "live", "suspect"]
    assert [row["revisions"] for row in found] == [2, 2, 1]
    assert found[0]["title"] == "Tựa sau"
    assert found[0]["first_seen"] == "2025-04-07T18:30:00Z"
    assert rows(call("articles", "--json", "--site", "gialai", "--home", fed)[1]) == []


def test_show_diff_and_report_as_json(fed: Path) -> None:
    (shown,) = rows(call("show", "1", "--json", "--home", fed)[1])
    assert {line["what"] for line in shown["history"]} == {
        "revision 1", "revision 2", "new", "edited",
    }  # fmt: skip
    (by_url,) = rows(call("show", "https://laocai.vn/bai-1.html", "--json", "--home", fed)[1])
    assert by_url == shown
    (found,) = rows(call("diff", "1", "--json", "--home", fed)[1])
    assert (found["from_revision"], found["to_revision"], found["class"]) == (1, 2, "title")
    spans = found["fields"][0]["parts"][0]
    assert " ".join(s["text"] for s in spans if s["op"] != "added") == "Tựa đầu"
    (report,) = rows(call("report", "--json", "--home", fed)[1])
    assert report["totals"] == {"edited": 2}
    assert [s["title"] for s in report["suspects"]] == ["Sẽ mất"]
    (first,) = rows(call("report", "--json", "--run", 1, "--home", fed)[1])
    assert first["totals"] == {"new": 3}


def test_sites_as_json() -> None:
    code, out, _ = call("sites", "--json")
    found = rows(out)
    assert code == 0
    assert {row["site"] for row in found} >= set(sample_sites.sites())
    for row in found:
        assert row["domains"]
        assert row["status"] in ("live", "archive")
        assert bool(row["status_note"]) is (row["status"] == "archive")


def test_the_table_of_sites_names_each() -> None:
    code, out, _ = call("sites")
    assert code == 0
    assert all(site[:8] in out for site in sample_sites.sites())


# What pages say is text, whatever it holds.


@pytest.mark.parametrize(
    "words", [["events"], ["report"], ["report", "--run", "1"], ["articles"], ["show", "2"],
              ["diff", "2"]],
    ids=" ".join,
)  # fmt: skip
def test_hostile_text_is_printed_as_text(fed: Path, words: list[str]) -> None:
    code, out, _ = call(*words, "--home", fed)
    assert code == 0
    plain = " ".join(out.split())
    assert "[red]Đỏ[/red]" in plain
    assert "[/]" in plain
    assert "[link=x]y" in plain
    assert not set(out) & set("\x1b\u202e\u202c\u2066\u2069")


def test_json_keeps_what_the_page_said(fed: Path) -> None:
    (row,) = rows(call("show", "2", "--json", "--home", fed)[1])
    assert "[red]Đỏ[/red]" in row["title"]
    assert "\x1b" not in row["title"]  # control characters are no part of a text


NO_EMOJI = ":smile: :100:"


def test_no_emoji_is_made_of_a_title(watcher: Watcher) -> None:
    watcher.night(watcher.read(site="laocai", title=f"Giờ {NO_EMOJI} và 08:30:00"), site="laocai")
    _, out, _ = call("events", "--home", watcher.home.path)
    assert NO_EMOJI in out


@pytest.mark.parametrize("text", ["\\d", "[x\\]", "\\[red]", "[[red]]", "[/", "[bold", ""])
def test_any_bracket_and_backslash_survives(watcher: Watcher, text: str) -> None:
    title = f"Đầu {text}"
    watcher.night(watcher.read(site="laocai", title=title), site="laocai")
    code, out, _ = call("articles", "--home", watcher.home.path)
    assert code == 0
    assert out.rstrip("\n").endswith(title.strip())
    code, out, _ = call("show", "1", "--home", watcher.home.path)
    assert code == 0
    assert out.splitlines()[0] == title.strip()


def test_a_backslash_at_the_end_escapes_no_tag_of_ours(watcher: Watcher) -> None:
    watcher.night(watcher.read(site="laocai", title="Đầu \\"), site="laocai")
    for words in (["show", "1"], ["articles"], ["events"], ["report"]):
        code, out, _ = call(*words, "--home", watcher.home.path)
        assert code == 0
        assert "Đầu \\" in out
        assert "[/" not in out


def test_safe_takes_nothing() -> None:
    assert safe(None) == ""
    assert safe("a\x9bb\x7fc\u061cd") == "abcd"


# Pipes and processes.


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
    for number in range(700):
        title = f"Tin {number} " + "dài " * 40
        named = {"site": "laocai", "key": str(number), "title": title, "fields": {}}
        record = Article(**{**blank, **lists, **named})  # type: ignore[arg-type]
        with transaction(db):
            identity = add_article(db, record, run, now, checked=now)
            add_revision(
                db, identity, record, cause="site", observed=now, run=run, capture=None,
                reader="1", fingerprint="x",
            )  # fmt: skip
            hold_event(db, run, "laocai", "new", now, record.title, identity)
    finish_run(db, run, now, {}, swept=True)
    publish_run(db, run)
    db.close()
    return home.path


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("words", ["events", "articles", "report", "sites"])
@pytest.mark.parametrize("lines", [0, 1])
def test_a_reader_that_leaves_is_no_error(
    large: Path, words: str, as_json: list[str], lines: int
) -> None:
    home = [] if words == "sites" else ["--home", str(large)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tinwatch", words, *as_json, *home], cwd=ROOT,
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


def test_a_night_of_archives_passes_over_them_and_says_so(tmp_path: Path) -> None:
    home = ["--home", tmp_path / "home"]
    done = spawn("nightly", "yenbai", "backan", *home)
    assert done.returncode == 0, done.stderr
    assert "passed over yenbai: an archive: the bloc was dissolved" in done.stdout
    assert "passed over backan: an archive" in done.stdout
    assert "no site was read" in done.stdout
    as_json = spawn("nightly", "yenbai", *home, "--json")
    (report,) = rows(as_json.stdout)
    assert list(report["passed_over"]) == ["yenbai"]
    datetime.strptime(report["observed_at"], "%Y-%m-%dT%H:%M:%SZ")


def test_a_replay_that_holds_nothing_of_a_site_passes_over_it(tmp_path: Path) -> None:
    packed = sample_sites.pack(1, tmp_path)
    done = spawn("nightly", "laocai", "--replay", packed, "--as-of", "2025-03-10",
                 "--home", tmp_path / "home", "--json")  # fmt: skip
    (report,) = rows(done.stdout)
    assert (done.returncode, report["totals"]) == (0, {"new": 8}), done.stderr
    early = spawn("crawl", "laocai", "--replay", packed, "--as-of", "2020-01-01",
                  "--home", tmp_path / "home")  # fmt: skip
    assert early.returncode == 2
    assert "up to 2020-01-01" in early.stderr


def test_an_import_reports_what_it_could_not_read(tmp_path: Path) -> None:
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


def test_version_and_help() -> None:
    assert call("--version")[1].startswith("tinwatch ")
    for command in ("demo", "crawl", "nightly", "import", "sites", "events", "report", "articles",
                    "show", "diff"):  # fmt: skip
        code, out, _ = call(command, "--help")
        assert code == 0
        assert "Usage" in out


# Scrapy's own commands.


def test_scrapy_lists_the_sites() -> None:
    done = subprocess.run([sys.executable, "-m", "scrapy", "list"], cwd=ROOT,
                          capture_output=True, text=True, timeout=60)  # fmt: skip
    assert done.returncode == 0
    assert set(done.stdout.split()) >= set(sample_sites.sites())


def test_scrapy_crawls_and_publishes(tmp_path: Path) -> None:
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
