"""tinwatch add, from the outside: what it shows, asks, writes and refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crawlers.extraction.article import extract_article
from crawlers.scaffold.fixtures import load_expected
from crawlers.scaffold.saved_pages import from_warc, host_of
from crawlers.scaffold.write import load_module
from pipelines.record.normalise import normalise
from pipelines.text.normal_forms import clean
from tinwatch.commands.app import app
from tinwatch.demo.sample_sites import pack

ROOT = Path(__file__).resolve().parents[2]
SITES = ROOT / "tests" / "sites"
CAPTURES = ROOT.parent / "shared" / "captures"
HAUGIANG = "https://baohaugiang.com.vn/"


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(1, tmp_path_factory.mktemp("warc") / "night.warc.gz", ["haugiang", "gialai"])


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("TINWATCH_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crawlers" / "sites").mkdir(parents=True)
    return tmp_path


def add(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["add", *map(str, words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, " ".join(done.stderr.split())


def files_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_proposal_is_printed_and_written(warc: Path, checkout: Path) -> None:
    code, out, _ = add(HAUGIANG, "--replay", warc, "--into", checkout, "--yes")
    assert code == 0
    assert "ContentView" in out
    assert "haugiang" in out
    facts = [
        load_expected(path.parent) for path in checkout.glob("tests/sites/haugiang/*/expected.json")
    ]
    assert len(facts) >= 3
    for fact in facts:
        assert fact["title"][:60] in out
        assert fact["published_as_printed"] in out
        assert fact["reviewed"] is None
    text = (checkout / "crawlers/sites/haugiang.py").read_text("utf-8")
    assert 'province = "hau-giang"' in text
    assert "verified = None" in text
    tops = {path.split("/")[0] for path in files_in(checkout)}
    assert tops == {"crawlers", "tests"}


def test_json_is_one_line(warc: Path, checkout: Path) -> None:
    code, out, _ = add(
        HAUGIANG, "--replay", warc, "--into", checkout, "--yes", "--json",
        "--name", "hau_giang_moi", "--title", "Báo mới", "--province", "Hậu Giang",
        "--kind", "portal",
    )  # fmt: skip
    assert code == 0
    (row,) = [json.loads(line) for line in out.splitlines()]
    assert (row["name"], row["title"], row["province"], row["kind"]) == (
        "hau_giang_moi", "Báo mới", "hau-giang", "portal",
    )  # fmt: skip
    assert row["attributes"]["platform"] == "ContentView"
    assert row["module"] == "crawlers/sites/hau_giang_moi.py"
    assert all(article["agrees"] for article in row["articles"])
    assert len(row["fixtures"]) >= 3
    assert {f"{folder}/page.html" for folder in row["fixtures"]} <= set(files_in(checkout))


def test_saved_pages_as_input(checkout: Path) -> None:
    pages = [case / "page.html" for case in sorted((SITES / "travinh").iterdir())]
    urls = [load_expected(page.parent)["url"] for page in pages]
    copies = []
    for number, (page, url) in enumerate(zip(pages, urls, strict=True)):
        copy = checkout / f"{number}.html"
        noted = f"<!-- saved from url=(0042){url} -->".encode()
        copy.write_bytes(noted + page.read_bytes())
        copies += ["--page", copy]
    code, out, _ = add(*copies, "--into", checkout, "--yes", "--json", "--name", "travinh_moi")
    assert code == 0
    row = json.loads(out)
    assert row["attributes"]["platform"] == "VnptPath"
    assert {article["url"] for article in row["articles"]} == set(urls)


def refusals(warc: Path, checkout: Path) -> list[tuple[list[Any], int, str]]:
    into = ["--into", checkout]
    replay = [HAUGIANG, "--replay", warc, *into]
    return [
        (replay, 2, "cannot ask without a terminal: use --yes"),
        ([*replay, "--json"], 2, "cannot ask without a terminal: use --yes"),
        ([*replay, "--yes", "--page", warc], 2, "--replay and --page exclude each other"),
        ([*replay, "--yes", "--url", HAUGIANG], 2, "--url needs --page"),
        ([*replay, "--yes", "--province", "Atlantis"], 2, "no former province 'Atlantis'"),
        ([*replay, "--yes", "--kind", "paper"], 2, "the kind 'paper' is none of department"),
        ([*replay, "--yes", "--name", "../x"], 2, "the name '../x' is none"),
        ([*into, "--yes"], 2, "name a page of the site: tinwatch add https://..."),
        (["baohaugiang.com.vn", *into, "--yes"], 2, "invalid URL"),
        (
            ["https://bao.example/", "--replay", warc, *into, "--yes"],
            2,
            "no page of bao.example is",
        ),
        ([HAUGIANG, "--replay", "no.warc.gz", *into, "--yes"], 2, "no.warc.gz"),
        ([HAUGIANG, "--replay", warc, "--into", checkout / "crawlers", "--yes"], 2, "no checkout"),
        (["ftp://bao.example/", *into, "--yes"], 2, "is no address of a page"),
    ]


@pytest.mark.parametrize("number", range(13))
def test_wrong_call_exits_with_usage_error(number: int, warc: Path, checkout: Path) -> None:
    words, code, message = refusals(warc, checkout)[number]
    if words[0] == "ftp://bao.example/":  # a reactor starts once in a process
        done = subprocess.run(
            [sys.executable, "-m", "tinwatch", "add", *map(str, words)],
            cwd=checkout, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
            text=True,
        )  # fmt: skip
        found = (done.returncode, done.stdout, " ".join(done.stderr.split()))
    else:
        found = add(*words)
    assert found[0] == code, found
    assert message in found[2]
    assert found[2].startswith("error:")
    assert files_in(checkout) == []


def test_existing_site_needs_force(warc: Path, checkout: Path) -> None:
    words = [HAUGIANG, "--replay", warc, "--into", checkout, "--yes"]
    assert add(*words)[0] == 0
    module = checkout / "crawlers/sites/haugiang.py"
    module.write_text("# mended\n", "utf-8")
    code, _, err = add(*words)
    assert code == 2
    assert "are there already: choose another --name, or give --force" in err
    assert module.read_text("utf-8") == "# mended\n"
    assert add(*words, "--force")[0] == 0
    assert "class Haugiang" in module.read_text("utf-8")


def test_unknown_province_must_be_given(checkout: Path) -> None:
    text = "<p>Sáng nay bà con trong xã ra đồng từ sớm, ai cũng mang theo một nắm cơm.</p>" * 6
    url = "https://lang.example/ba-con-trong-xa-ra-dong-1001.html"
    page = checkout / "a.html"
    page.write_text(f"<title>Ra đồng</title><h1>Ra đồng</h1>{text}", "utf-8")
    words = ["--page", page, "--url", url, "--into", checkout, "--yes"]
    code, _, err = add(*words)
    assert code == 2
    assert "use --province" in err
    code, _, err = add(*words, "--province", "an-giang")
    assert code == 0
    assert "1 of 3 fixtures" in err


def test_hostile_text_is_printed_as_text(checkout: Path) -> None:
    text = "<p>Sáng nay bà con \x1b[31m ra đồng từ sớm [bold]ai cũng[/] mang theo cơm nắm.</p>" * 6
    url = "https://lang.example/ba-con-trong-xa-ra-dong-1001.html"
    page = checkout / "a.html"
    title = "[red]Ra đồng[/red] \x1b[2J \u202eđảo\u202c"
    page.write_text(f"<title>{title}</title><h1>{title}</h1>{text}", "utf-8")
    code, out, _ = add(
        "--page", page, "--url", url, "--into", checkout, "--yes", "--province", "an-giang"
    )
    assert code == 0
    assert "[red]Ra đồng[/red]" in out
    assert not re.search("[\x1b\u202e]", out)


def test_other_site_on_the_same_host_is_noted(warc: Path, checkout: Path) -> None:
    code, _, err = add(
        HAUGIANG, "--replay", warc, "--into", checkout, "--yes", "--name", "hau_giang_moi"
    )
    assert code == 0
    assert "note: haugiang has the same host baohaugiang.com.vn" in err


REAL = {
    "https://baochinhphu.vn/": "papers-dev",
    "https://tuoitre.vn/": "papers-dev",
    "https://vietnamnet.vn/": "papers-dev",
    "https://sotttt.hanoi.gov.vn/hoat-ong-ang-oan-the": "sotttt-party-dev",
}


@pytest.mark.skipif(
    not (CAPTURES / "gold.jsonl").exists(),
    reason="the real pages (../shared/captures) are not here",
)
@pytest.mark.parametrize("url", REAL)
def test_written_module_extracts_real_pages(url: str, checkout: Path) -> None:
    """From the command line to the file: what it wrote reads every gold article of the host."""
    file = CAPTURES / f"{REAL[url]}.warc.gz"
    words = ["--into", checkout, "--yes", "--name", "moi", "--province", "Hà Nội"]
    assert add(url, "--replay", file, *words)[0] == 0
    site = load_module((checkout / "crawlers/sites/moi.py").read_text("utf-8"), "moi")
    pages = {page.url: page for page in from_warc([file], host_of(url))}
    rows = [json.loads(line) for line in (CAPTURES / "gold.jsonl").read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["url"] in pages]
    assert rows
    for gold in rows:
        page = pages[gold["url"]]
        read = extract_article(page.html, page.url, site, page.captured_at, page.content_type)
        article = normalise(read)
        text = " ".join(block.text for block in article.body)
        assert article.title == clean(gold["title"])
        assert article.published_as_printed == clean(gold["published_printed"])
        assert (article.published or "")[:16] == gold["published_iso"][:16]
        assert text.startswith(clean(gold["body_first80"]))
        assert text.endswith(clean(gold["body_last80"]))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals on this system")
@pytest.mark.parametrize("answer", ["y", "n"])
def test_terminal_prompts(answer: str, warc: Path, checkout: Path) -> None:
    master, slave = os.openpty()
    command = [
        sys.executable,
        "-m",
        "tinwatch",
        "add",
        HAUGIANG,
        "--replay",
        str(warc),
        "--into",
        ".",
    ]
    env = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "dumb"}
    os.write(master, f"hoi_thu\n\n\nportal\n{answer}\n".encode())
    done = subprocess.run(
        command, cwd=checkout, env=env, stdin=slave, capture_output=True, text=True, timeout=120
    )
    os.close(master)
    os.close(slave)
    assert done.returncode == 0, done.stderr
    assert "write it?" in done.stdout
    module = checkout / "crawlers/sites/hoi_thu.py"
    if answer == "n":
        assert "nothing was written" in done.stdout
        assert files_in(checkout) == []
    else:
        text = module.read_text("utf-8")
        assert 'kind = "portal"' in text
        assert 'province = "hau-giang"' in text
