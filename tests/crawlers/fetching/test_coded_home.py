"""A home whose captures are all in br or zstd: every later reading decodes them."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawlers.crawl import replay
from crawlers.inspection.explain import explain
from crawlers.inspection.pages import HomePages, ReplayPages
from crawlers.reprocess import past, reparse
from crawlers.reprocess.importer import import_files
from schedules.publishing import rebuild
from storage.archive.reader import read_records
from storage.articles.repository import find_article
from storage.exports import wacz, warc
from storage.exports.selection import select_articles
from storage.home import Home, open_home
from storage.reasons import Reason
from storage.verify import verify
from tests.crawlers.fetching.undecodable import write_undecodable
from tests.sentences import sentences
from tinwatch.reports.evidence import evidence_files

if TYPE_CHECKING:
    from crawlers.spider import SiteSpider
    from tests.crawlers.fetching.conftest import Crawled

SITE = "thu_nghiem"


@pytest.fixture(params=["br", "zstd"])
def crawl(crawls: dict[str, Crawled], request: pytest.FixtureRequest) -> Crawled:
    return crawls[f"coded_{request.param}"]


@pytest.fixture
def home(crawl: Crawled, tmp_path: Path) -> Home:
    return open_home(Path(shutil.copytree(crawl.home, tmp_path / "home")))


@pytest.fixture
def site(crawl: Crawled, monkeypatch: pytest.MonkeyPatch) -> type[SiteSpider]:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1]))
    from faulty_site.scene import watched

    site = watched(f"127.0.0.1:{crawl.report['port']}", {})
    monkeypatch.setattr(past, "get_site", lambda name: site)
    return site


def files(home: Home) -> list[Path]:
    return sorted(home.captures.glob("*/*.warc.gz"))


def bad_file(home: Home) -> Path:
    return home.captures / SITE / "2026-01-02.warc.gz"


def test_verify_decodes_every_record(home: Home) -> None:
    with closing(home.database()) as db:
        result = verify(home.captures, db)
    assert (sentences(result.problems), result.rebuildable) == ([], True)


def test_verify_names_a_body_that_cannot_be_decoded(home: Home, crawl: Crawled) -> None:
    """Its digests are those of the bytes received: only decoding shows it."""
    url, offset = write_undecodable(bad_file(home), crawl.report["port"])
    result = verify(home.captures, None)
    [problem] = sentences(result.problems)
    where = f"captures/{SITE}/2026-01-02.warc.gz: the record at {offset} of {url} cannot be decoded"
    assert problem.startswith(where)
    assert problem.endswith("(coding_incomplete)")


def test_captures_are_replayed(crawl: Crawled) -> None:
    with closing(sqlite3.connect(crawl.home / "replayed" / "tinwatch.db")) as db:
        [(articles,)] = db.execute("SELECT count(*) FROM articles").fetchall()
        [(edited,)] = db.execute(
            "SELECT record FROM revisions JOIN articles ON articles.id = article WHERE key = '103'"
        ).fetchall()
    assert articles == 12
    assert "Gà mới gáy, 110 gia đình" in edited


def test_inspection_reads_the_captures(home: Home, crawl: Crawled) -> None:
    index = replay.Replay(tuple(map(str, files(home))), None)
    record = index.find(f"http://127.0.0.1:{crawl.report['port']}/robots.txt")
    assert record is not None
    assert record.body.startswith(b"User-agent: tinwatch")


def test_captures_are_imported(home: Home, site: type[SiteSpider], tmp_path: Path) -> None:
    done = import_files(open_home(tmp_path / "other"), site, files(home))
    assert (done.read, done.problems) == (24, [])


def test_captures_are_reparsed(
    home: Home, site: type[SiteSpider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reparse, "get_site", lambda name: site)
    result = reparse.reparse_sites(home, [SITE])[SITE]
    assert (result.articles, result.unreadable, result.changed) == (12, 0, 0)


def test_captures_are_exported_and_read_back(home: Home, tmp_path: Path) -> None:
    output = io.BytesIO()
    with closing(home.database()) as db, select_articles(db, home.captures) as selection:
        assert warc.write(selection, output) == 12
    file = tmp_path / "export.warc.gz"
    file.write_bytes(output.getvalue())
    assert all(b"</html>" in record.body for record in read_records(file))


def test_wacz_is_read_back(home: Home, site: type[SiteSpider], tmp_path: Path) -> None:
    file = tmp_path / "export.wacz"
    with closing(home.database()) as db, select_articles(db, home.captures) as selection:
        assert wacz.write(selection, file) == 12
    with zipfile.ZipFile(file) as archive:
        data = archive.read("archive/data.warc.gz")
        [*lines] = gzip.decompress(archive.read("indexes/index.cdx.gz")).decode().splitlines()
    (tmp_path / "data.warc.gz").write_bytes(data)
    records = {record.url: record for record in read_records(tmp_path / "data.warc.gz")}
    assert len(lines) == len(records) == 12
    for entry in (json.loads(line.split(" ", 2)[2]) for line in lines):
        assert b"</html>" in records[entry["url"]].body
        member = data[int(entry["offset"]) : int(entry["offset"]) + int(entry["length"])]
        assert f"WARC-Target-URI: {entry['url']}\r\n".encode() in gzip.decompress(member)
    done = import_files(open_home(tmp_path / "other"), site, [file])
    assert (done.read, done.problems) == (12, [])


def test_stored_page_is_explained(home: Home, site: type[SiteSpider], crawl: Crawled) -> None:
    with closing(home.database()) as db:
        article = find_article(db, SITE, "103")
        assert article is not None
        assert article.url is not None
        for pages in (HomePages(home, db, site), ReplayPages(files(home), site)):
            page = pages.find(article.url)
            assert page is not None
            explanation = explain(page, site)
            assert explanation.problem is None
            fields = {one.field: one.value for one in explanation.fields}
            assert "Gà mới gáy, 110 gia đình" in str(fields["body"])


def test_evidence_holds_the_captures(home: Home, tmp_path: Path) -> None:
    with closing(home.database()) as db:
        article = find_article(db, SITE, "103")
        assert article is not None
        evidence = evidence_files(db, home, article, "en")
    file = tmp_path / "evidence.warc.gz"
    file.write_bytes(evidence["captures.warc.gz"])
    bodies = [record.body.decode() for record in read_records(file)]
    assert any("Gà mới gáy, 110 gia đình" in body for body in bodies)


def test_import_resumes_after_a_bad_record(
    home: Home, site: type[SiteSpider], crawl: Crawled, tmp_path: Path
) -> None:
    url, _ = write_undecodable(bad_file(home), crawl.report["port"])
    whole = bad_file(home).read_bytes() + files(home)[-1].read_bytes()
    bad_file(home).write_bytes(whole)
    done = import_files(open_home(tmp_path / "other"), site, [bad_file(home)])
    assert done.read == 24
    assert done.problems == [(url, Reason("coding_incomplete", coding="br"))]


def test_rebuild_resumes_after_a_bad_record(
    home: Home, site: type[SiteSpider], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of one article no bytes are left, neither of its first request nor of the unchanged one."""
    with closing(home.database()) as db:
        query = "SELECT warc, warc_offset FROM captures WHERE url LIKE '%bai108.html'"
        warc_name, offset = db.execute(query).fetchone()
    file = home.captures / warc_name
    data = bytearray(file.read_bytes())
    data[offset + 300] ^= 0xFF
    file.write_bytes(data)
    monkeypatch.setattr(rebuild, "get_site", lambda name: site)
    (tmp_path / "rebuilt").mkdir()
    report = rebuild.rebuild(home, tmp_path / "rebuilt")
    assert report.articles == 11
    assert f"at {offset}" in sentences(report.problems)[0]
    assert "(record_damaged)" in sentences(report.problems)[0]
    with closing(home.database()) as db:
        problems = sentences(verify(home.captures, db).problems)
    assert any(f"the record at {offset} is damaged" in problem for problem in problems)
