"""tinwatch explain, fixture and verify-site, and the first look of a night."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.extraction.article import extract_article
from crawlers.extraction.trace import ExclusionKind
from crawlers.inspection.pages import HomePages, ReplayPages, site_of
from crawlers.registry import all_sites, get_site
from crawlers.scaffold.write import load_module
from pipelines.record.normalise import normalise
from storage.home import open_home
from storage.messages import describe
from storage.reasons import Reason
from tinwatch.commands.app import app
from tinwatch.commands.explain import COLOURS, KINDS, ORIGINS
from tinwatch.demo import sample_sites

ROOT = Path(__file__).resolve().parents[2]
SITE = "gialai"
HOSTILE = "[red]Đỏ[/red] \x1b[31mESC\x1b[0m \u202eđảo\u202c [/] [link=x]y \\"


@pytest.fixture(autouse=True)
def no_home_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TINWATCH_HOME", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A home after two nights of the sample sites, the first night's WARC file, and the report."""
    folder = tmp_path_factory.mktemp("looked")
    packed = [sample_sites.pack(night, folder) for night in (1, 2)]
    done = [
        subprocess.run(
            [sys.executable, "-m", "tinwatch", "crawl", SITE, "--replay", str(file),
             "--home", str(folder / "home")],
            cwd=ROOT, capture_output=True, text=True, timeout=120,
        )
        for file in packed
    ]  # fmt: skip
    assert [one.returncode for one in done] == [0, 0], done[0].stderr
    return folder / "home", packed[0], done[0].stdout


@pytest.fixture
def home(crawled: tuple[Path, Path, str]) -> Path:
    return crawled[0]


@pytest.fixture(scope="module")
def url() -> str:
    return next(entry.url for entry in sample_sites.load(SITE).entries if entry.batch == 1)


def call(*words: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command that needs no reactor."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def row(*words: object) -> dict[str, Any]:
    code, printed, error = call(*words, "--json")
    assert code in (0, 1), error
    found: dict[str, Any] = json.loads(printed)
    return found


def documented(command: str) -> set[str]:
    """What stands in backticks in a command's section of the documentation."""
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    section = re.search(rf"^## tinwatch {command}$\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert section
    return set(re.findall(r"`([^`\n]+)`", section[1]))


def state_of(home: Path) -> list[Any]:
    """All that a look must leave as it is: the rows of every table, and the kept files."""
    db = sqlite3.connect(home / "tinwatch.db")
    tables = [t for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [(table, db.execute(f"SELECT * FROM {table}").fetchall()) for table in sorted(tables)]
    db.close()
    files = [(str(p), p.stat().st_size) for p in sorted((home / "captures").rglob("*.gz"))]
    return [rows, files]


# explain


def test_newest_capture_is_explained(home: Path, url: str) -> None:
    found = row("explain", url, "--home", home)
    assert set(found) <= documented("explain")
    assert "the capture of 2025-03-10" in found["origin"]
    assert found["trouble"] is None
    fields = {story["field"]: story for story in found["fields"]}
    assert fields["title"]["origin"] == "platform CmsBody"
    assert {key for story in found["fields"] for key in story} <= documented("explain")
    db = open_home(home).database()
    kept = HomePages(open_home(home), db, get_site(SITE)).find(url)
    db.close()
    assert kept is not None
    page = extract_article(kept.body, kept.url, get_site(SITE), kept.captured_at, kept.content_type)
    assert fields["title"]["value"] == normalise(page).title


def test_replay_or_saved_page_is_explained(
    crawled: tuple[Path, Path, str], url: str, tmp_path: Path
) -> None:
    kept = ReplayPages([crawled[1]], get_site(SITE)).find(url)
    assert kept is not None
    saved = tmp_path / "page.html"
    saved.write_bytes(kept.body)
    replayed, read = (
        row("explain", url, "--replay", crawled[1]),
        row("explain", url, "--page", saved),
    )
    assert replayed["fields"] == read["fields"]
    assert read["origin"] == "the file page.html"
    assert not (tmp_path / "data").exists()


def test_every_kind_of_excluded_text_is_documented() -> None:
    assert set(ExclusionKind) <= documented("explain")
    assert {"site", "platform", "structured data", "generic reader", "body's lines"} == set(COLOURS)
    assert set(KINDS) == set(ExclusionKind)
    assert {*ORIGINS, "platform"} == set(COLOURS)


def test_printed_explanation_is_in_the_language_of_the_terminal(
    home: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = []
    for language, origin in (("en", "generic extractor: "), ("vi", "bộ trích xuất chung: ")):
        monkeypatch.setenv("TINWATCH_LANGUAGE", language)
        assert origin in call("explain", url, "--home", home)[1]
        rows.append(row("explain", url, "--home", home))
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explain", "https://tin.example/a.html"], "no site has the host tin.example"),
        (["explain", "baogialai.com.vn/a-post1.html"], "is no web address"),
        (["explain", "https://baogialai.com.vn/a-post1.html", "--page", "x"], "no such file"),
        (["explain", "https://baogialai.com.vn/lien-he"], "is no article of gialai"),
        (
            ["fixture", "gialai", "https://baogialai.com.vn/lien-he", "--yes"],
            "is not an article of",
        ),
        (["fixture", "gialai", "https://baogialai.com.vn/a-post1.html"], "use --yes"),
        (["fixture", "nowhere", "https://a.example/", "--yes"], "no site 'nowhere'"),
        (["verify-site", "nowhere"], "no site 'nowhere'"),
        (["verify-site", "gialai", "--live", "--replay", "x"], "exclude each other"),
        (["verify-site", "gialai", "--replay", "x"], "there is no such file"),
        (["verify-site", "haugiang", "--live"], "haugiang is an archive"),
    ],
)
def test_wrong_call_exits_with_usage_error(words: list[str], said: str) -> None:
    code, printed, error = call(*words)
    assert (code, printed) == (2, "")
    assert said in error
    assert "Traceback" not in error


def test_replay_without_the_page_is_an_error(crawled: tuple[Path, Path, str]) -> None:
    missing = "https://baogialai.com.vn/khong-co-post1.html"
    code, _, error = call("explain", missing, "--replay", crawled[1])
    assert code == 2
    assert f"no capture of {missing}" in error


def test_unreadable_page_is_explained_with_exit_code_1(tmp_path: Path, url: str) -> None:
    page = tmp_path / "page.html"
    page.write_text('<h1 class="article__title">Chỉ có tựa đề</h1>', "utf-8")
    code, printed, _ = call("explain", url, "--page", page)
    assert code == 1
    assert "no body: none of" in printed
    assert "Chỉ có tựa đề" in printed


def test_hostile_text_is_printed_as_text(tmp_path: Path, url: str) -> None:
    words = HOSTILE.replace("<", "")
    page = tmp_path / "page.html"
    page.write_text(
        f'<meta property="og:title" content="{words}"><h1 class="article__title">{words}</h1>'
        f'<time class="time">{words}</time><div class="article__body"><p>{words} đoạn văn.</p>'
        f'<div class="social">{words}</div><p>Đoạn thứ hai của bài viết này.</p></div>',
        "utf-8",
    )
    code, printed, _ = call("explain", url, "--page", page)
    assert code == 0
    assert "[red]Đỏ[/red]" in printed
    assert not re.search("[\x1b\u202e\u202c]", printed)


# fixture


def test_fixture_is_added_and_updated_and_needs_review(
    crawled: tuple[Path, Path, str], home: Path, url: str, tmp_path: Path
) -> None:
    into = ("--into", tmp_path / "checkout", "--yes")
    code, printed, error = call("fixture", SITE, url, "--replay", crawled[1], *into)
    assert code == 0, error
    assert "new fixture" in printed
    assert "not reviewed" in printed
    (case,) = (tmp_path / "checkout" / "tests" / "sites" / SITE).iterdir()
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    assert expected["reviewed"] is None

    expected["reviewed"] = "2026-01-31"
    expected["excludes"] = ["Đường dây nóng"]
    (case / "expected.json").write_text(json.dumps(expected, ensure_ascii=False), "utf-8")
    again = row("fixture", SITE, url, "--replay", crawled[1], *into)
    assert set(again) <= documented("fixture")
    assert (again["new"], again["changed"], again["reviewed"]) == (False, [], "2026-01-31")

    page = tmp_path / "edited.html"
    title = expected["title"].encode()
    page.write_bytes((case / "page.html").read_bytes().replace(title, "Tựa đề mới".encode()))
    code, printed, _ = call("fixture", SITE, url, "--page", page, *into)
    assert code == 0
    assert f'- "{expected["title"]}"' in printed
    assert '+ "Tựa đề mới"' in printed
    now = json.loads((case / "expected.json").read_text("utf-8"))
    assert (now["title"], now["reviewed"]) == ("Tựa đề mới", None)
    assert now["excludes"] == ["Đường dây nóng"]
    assert list((tmp_path / "checkout" / "tests" / "sites" / SITE).iterdir()) == [case]


def test_unchanged_fixture_keeps_its_capture_time(
    crawled: tuple[Path, Path, str], url: str, tmp_path: Path
) -> None:
    into = ("--into", tmp_path, "--yes", "--name", "mot-bai")
    before = row("fixture", SITE, url, "--replay", crawled[1], *into)
    page = tmp_path / "tests" / "sites" / SITE / "mot-bai" / "page.html"
    shutil.copy(page, tmp_path / "copy.html")
    after = row("fixture", SITE, url, "--page", tmp_path / "copy.html", *into)
    assert after["captured_at"] == before["captured_at"]
    assert after["changed"] == []


@pytest.mark.parametrize("name", ["../x", "a/b", "", "a b"])
def test_fixture_name_cannot_leave_its_folder(
    crawled: tuple[Path, Path, str], url: str, tmp_path: Path, name: str
) -> None:
    words = ("--replay", crawled[1], "--into", tmp_path / "in", "--yes", "--name", name)
    code, _, error = call("fixture", SITE, url, *words)
    assert code == 2
    assert "--name" in error
    assert not (tmp_path / "in").exists()


def test_unreadable_page_is_not_a_fixture(url: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>không có bài</p>", "utf-8")
    code, _, error = call("fixture", SITE, url, "--page", page, "--into", tmp_path / "in", "--yes")
    assert code == 2
    assert "cannot extract" in error
    assert not (tmp_path / "in").exists()


def test_all_fixtures_of_a_site_are_extracted_again(
    crawled: tuple[Path, Path, str], url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = ("--into", tmp_path, "--yes")
    urls = [entry.url for entry in sample_sites.load(SITE).entries if entry.batch == 1][:2]
    for number, address in enumerate(urls):
        call("fixture", SITE, address, "--replay", crawled[1], *into, "--name", f"bai-{number}")
    assert [f["changed"] for f in row("fixture", SITE, "--all", *into)["fixtures"]] == [[], []]
    select = get_site(SITE).select
    monkeypatch.setattr(get_site(SITE), "select", {**select, "tags": [".khong-co"]})
    code, printed, _ = call("fixture", SITE, "--all", *into)
    assert code == 0
    assert "2 of 2 fixtures changed" in printed
    assert "- " in printed
    expected = json.loads(
        (tmp_path / "tests" / "sites" / SITE / "bai-0" / "expected.json").read_text("utf-8")
    )
    assert expected["reviewed"] is None
    assert [f["changed"] for f in row("fixture", SITE, "--all", *into)["fixtures"]] == [[], []]
    page = tmp_path / "tests" / "sites" / SITE / "bai-0" / "page.html"
    page.write_text("<p>không có bài</p>", "utf-8")
    assert call("fixture", SITE, "--all", *into)[0] == 1
    assert call("fixture", SITE, url, "--all", *into)[0] == 2


# verify-site


def test_verify_site_reads_captures_and_stores_nothing(home: Path) -> None:
    before = state_of(home)
    found = row("verify-site", SITE, "--home", home)
    assert set(found) <= documented("verify-site")
    assert found["mend"] == []
    assert len(found["articles"]) == 5
    assert found["coverage"]["title"] == 5
    assert found["guess"] == found["platform"] == "CmsBody"
    assert any(listing["links"] for listing in found["listings"])
    code, printed, _ = call("verify-site", SITE, "--home", home)
    assert code == 0
    assert "nothing to fix" in printed
    assert state_of(home) == before


def test_verify_site_of_a_replay(crawled: tuple[Path, Path, str]) -> None:
    found = row("verify-site", SITE, "--replay", crawled[1])
    assert (found["mend"], len(found["articles"])) == ([], 5)


def test_problem_of_a_site_module_exits_with_1(
    crawled: tuple[Path, Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_site(SITE), "select", {"title": ["h1.khac"], "body": [".khac"]})
    code, printed, _ = call("verify-site", SITE, "--replay", crawled[1])
    assert code == 1
    assert "5 of 5 pages: the rules of the site cannot extract it: no body" in printed
    assert "nothing to fix" not in printed


def test_verify_site_without_captures_is_an_error(home: Path) -> None:
    code, _, error = call("verify-site", "laocai", "--home", home)
    assert code == 2
    assert "no captures of laocai" in error
    assert call("verify-site", "laocai", "--home", home.parent / "none")[0] == 3


def test_evidence_says_which_source_is_confirmed_by_what(crawled: tuple[Path, Path, str]) -> None:
    found = row("verify-site", SITE, "--replay", crawled[1])
    evidence = {one["field"]: one for one in found["evidence"]}
    title = next(s for s in evidence["title"]["sources"] if s["used"])
    assert (title["origin"], title["confirmed"], title["used"]) == ("platform CmsBody", 5, 5)
    expected = {"structured data": 5, "generic reader": 5, "head and URL": 5}
    assert (title["witnesses"], title["disputed"]) == (expected, 0)
    assert found["diff"] is None
    code, printed, _ = call("verify-site", SITE, "--replay", crawled[1])
    assert code == 0
    assert re.search(r"title +5 of 5 platform CmsBody .*structured data", printed)


BROKEN = {"title": ["h1.khac"], "body": [".khac"], "published": [".ngay-khac"]}


def test_counts_of_the_runs_are_shown(home: Path, url: str) -> None:
    counted = row("verify-site", SITE, "--home", home)["counted"]
    title = next(c for c in counted["counts"] if c["field"] == "title")
    assert (title["confirmed"], title["disputed"]) == (counted["pages"], 0)
    assert counted["pages"] >= 5
    assert row("explain", url, "--home", home)["counted"] == counted
    _, printed, _ = call("explain", url, "--home", home)
    number = title["confirmed"]
    assert f"site's pages: confirmed on {number}, no witness on 0, disputed on 0" in printed
    _, printed, _ = call("verify-site", SITE, "--home", home)
    assert f"on the last {number} pages that runs have read" in printed


def test_change_of_a_module_is_shown_and_written(
    crawled: tuple[Path, Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = get_site(SITE)
    monkeypatch.setattr(site, "select", BROKEN)
    module = tmp_path / "crawlers" / "sites" / f"{SITE}.py"
    module.parent.mkdir(parents=True)
    source = Path(sys.modules[site.__module__].__file__ or "").read_text("utf-8")
    source = source.replace("    absent", f"    select = {json.dumps(BROKEN)}\n    absent")
    module.write_text(source, "utf-8")
    words = ("verify-site", SITE, "--replay", crawled[1], "--into", tmp_path)
    code, printed, _ = call(*words)
    assert code == 1
    assert '".khac"' in printed
    assert module.read_text("utf-8") == source
    diff = row(*words)["diff"]
    assert diff.startswith(f"--- crawlers/sites/{SITE}.py")
    assert call(*words, "--fix")[0] == 0
    fixed = load_module(module.read_text("utf-8"), SITE)
    assert fixed.select["body"][1:] == BROKEN["body"]
    assert fixed.select["published"][1:] == BROKEN["published"]
    monkeypatch.setattr(site, "select", fixed.select)
    monkeypatch.setattr(site, "indexed_names", fixed.indexed_names)
    again = row(*words)
    assert (again["diff"], again["mend"]) == (None, [])


def test_change_needs_several_pages_and_says_so(
    crawled: tuple[Path, Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_site(SITE), "select", BROKEN)
    for module in ("crawlers.inspection.module_fix", "tinwatch.commands.verify_site"):
        monkeypatch.setattr(import_module(module), "MIN_PAGES", 6)
    code, printed, _ = call("verify-site", SITE, "--replay", crawled[1])
    assert code == 1
    assert "from 6 article pages on" in printed
    assert "--- crawlers" not in printed


def test_all_sites_with_captures_are_verified(home: Path) -> None:
    code, printed, error = call("verify-site", "--all", "--home", home, "--json")
    assert code == 0, error
    assert [json.loads(line)["site"] for line in printed.splitlines()] == [SITE]


def redesigned(packed: Path, to: Path) -> Path:
    """Copy a WARC file, a day later and with another class of the body."""
    with packed.open("rb") as source, to.open("wb") as target:
        writer = WARCWriter(target, gzip=True)
        for record in ArchiveIterator(source):
            if record.rec_type != "response":
                continue
            body = record.content_stream().read().replace(b"article__body", b"than-bai-moi")
            headers = [h for h in record.http_headers.headers if h[0].lower() != "content-length"]
            status = StatusAndHeaders(record.http_headers.statusline, headers, protocol="HTTP/1.1")
            date = record.rec_headers.get_header("WARC-Date").replace("2025-03-10", "2025-03-11")
            writer.write_record(
                writer.create_warc_record(
                    record.rec_headers.get_header("WARC-Target-URI"), "response",
                    payload=BytesIO(body), http_headers=status,
                    warc_headers_dict={"WARC-Date": date},
                )
            )  # fmt: skip
    return to


def test_newest_capture_is_inspected_after_a_redesign(
    crawled: tuple[Path, Path, str], url: str, tmp_path: Path
) -> None:
    """No page of the redesign can be read: that, and not the last good capture, is shown."""
    home = tmp_path / "home"
    shutil.copytree(crawled[0], home)
    warc = redesigned(crawled[1].with_name("batch-2.warc.gz"), tmp_path / "redesign.warc.gz")
    words = ("crawl", SITE, "--replay", str(warc), "--recheck", "all", "--home", str(home))
    subprocess.run([sys.executable, "-m", "tinwatch", *words], cwd=ROOT, capture_output=True,
                   timeout=120, check=False)  # fmt: skip
    explained = row("explain", url, "--home", home)
    assert "2025-03-11" in explained["origin"]
    assert explained["trouble_code"] is not None
    assert call("verify-site", SITE, "--home", home)[0] == 1
    found = row("verify-site", SITE, "--home", home)
    assert found["mend"] != []
    assert '"body": [' in found["diff"]


# smoke checks


def test_smoke_check_runs_on_the_first_run_only(crawled: tuple[Path, Path, str]) -> None:
    db = sqlite3.connect(crawled[0] / "tinwatch.db")
    first, second = (json.loads(s) for (s,) in db.execute("SELECT stats FROM runs ORDER BY id"))
    db.close()
    smoke_check = first["first_look"]
    assert smoke_check["pages"] == 5
    assert smoke_check["mend"] == []
    assert smoke_check["guess"] == "CmsBody"
    assert smoke_check["coverage"]["body"] == 5
    assert "first_look" not in second
    assert f"smoke check of {SITE}: nothing to fix" in crawled[2]
    report = row("report", "--run", 1, "--home", crawled[0])
    assert report["sites"][0]["first_look"] == smoke_check | {
        "robots": describe(Reason.of(smoke_check["robots"])), "mend_reasons": []
    }  # fmt: skip


# where pages are found


def test_site_of_a_url_with_a_retired_host() -> None:
    assert site_of("https://www.baogialai.com.vn/a-post1.html").name == "gialai"
    moved = next(site for site in all_sites().values() if site.retired_domains)
    assert moved.retired_domains[0] in site_of(f"http://{moved.retired_domains[0]}/").hosts()


def test_page_is_found_by_any_of_its_urls(home: Path, url: str) -> None:
    place, site = open_home(home), get_site(SITE)
    db = place.database()
    pages = HomePages(place, db, site)
    held = pages.find(url)
    assert held is not None
    assert pages.find(url.replace("https://", "http://www.")) == held
    assert pages.find("https://baogialai.com.vn/khong-co-post1.html") is None
    assert set(pages.articles()) >= {url}
    db.close()
