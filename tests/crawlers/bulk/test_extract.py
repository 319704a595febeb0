"""What a bulk job extracts: the records that an import reads, in the tables of a dataset."""

from __future__ import annotations

import errno
import gzip
import os
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest
from distributed import Client

from crawlers.bulk.job import run_job
from crawlers.bulk.selection import ArchiveSelection
from crawlers.extraction.article import extract_article
from crawlers.registry import get_site
from pipelines.record.normalise import normalise
from storage.articles.record_json import output_record
from storage.messages.reasons_input import InputError
from tests.crawlers.bulk.archives import (
    contents,
    extract_alone,
    planned,
    rows,
    sample_archive,
)
from tests.storage.bulk.archive_files import packed, record
from tinwatch.demo import sample_sites

SITE = "haugiang"
PAGES = {page.url: page for page in sample_sites.pages(SITE, 1)}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return sample_archive(tmp_path_factory.mktemp("archive"), only=(SITE, "laocai"))


@pytest.fixture(scope="module")
def alone(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset that one process makes. To be read only."""
    folder = tmp_path_factory.mktemp("alone")
    extract_alone(folder, files)
    return folder


def test_a_row_is_the_record_of_the_nightly_crawl(alone: Path) -> None:
    found = [row for row in rows(alone, "articles") if row["site"] == SITE]
    first = {row["url"]: row for row in found if row["warc"].endswith("batch-1.warc.gz")}
    site = get_site(SITE)
    assert set(first) == {site.canonical(url) for url in PAGES if site.key_of(url)}
    row = first[next(iter(first))]
    page = PAGES[row["url"]]
    raw = extract_article(page.body, page.url, site, row["captured_at"])
    expected = output_record(normalise(raw).to_dict())
    for name in ("key", "url", "title", "lead", "published", "byline_as_printed"):
        assert row[name] == expected[name], name
    assert [block["text"] for block in row["body"]] == [b["text"] for b in expected["body"]]
    assert dict(row["fields"])["title"] == expected["fields"]["title"]
    assert row["reader"] == raw.extractor_version
    assert row["year"] == row["captured_at"].year


def test_a_row_names_its_bytes(alone: Path) -> None:
    row = rows(alone, "articles")[0]
    with open(row["warc"].removeprefix("file://"), "rb") as file:
        file.seek(row["warc_offset"])
        one = gzip.decompress(file.read()).split(b"WARC/1", 2)[1]
    assert row["url"].rpartition("/")[2].encode() in one.split(b"\r\n\r\n")[0]


def test_captures_and_shingles_belong_to_the_articles(alone: Path) -> None:
    captures = {row["capture"]: row for row in rows(alone, "captures")}
    articles = rows(alone, "articles")
    assert {row["capture"] for row in articles} == {
        number for number, row in captures.items() if row["outcome"] == "article"
    }


def test_a_page_that_is_gone_is_a_capture_without_an_article(tmp_path: Path) -> None:
    url = next(url for url in PAGES if get_site(SITE).key_of(url))
    gone = record(url, b"<html>404</html>").replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 404 No")
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed([gone]))
    extract_alone(tmp_path / "out", [file])
    [row] = rows(tmp_path / "out", "captures")
    assert (row["outcome"], row["http_status"], row["reason_code"]) == (
        "missing", 404, "http_status",
    )  # fmt: skip


def test_any_cluster_makes_the_same_files(files: list[Path], alone: Path, tmp_path: Path) -> None:
    with Client(processes=False, n_workers=2, threads_per_worker=1, dashboard_address=None) as dask:
        result = run_job(dask, str(tmp_path), ArchiveSelection(), planned(files))
        assert contents(tmp_path) == contents(alone)
        assert result.skipped == 0
        again = run_job(dask, str(tmp_path), ArchiveSelection(), planned(files))
    assert (again.skipped, again.counts) == (result.tasks, result.counts)
    assert result.counts["articles"] == len(rows(alone, "articles"))
    with pytest.raises(InputError, match="another selection"):
        run_job(None, str(tmp_path), ArchiveSelection(generic=True), planned(files))


def test_sites_and_days_are_selected(files: list[Path], alone: Path, tmp_path: Path) -> None:
    moments = sorted({row["captured_at"].date() for row in rows(alone, "captures")})
    assert len(moments) == 2
    selection = ArchiveSelection(sites=(SITE,), until=moments[0])
    extract_alone(tmp_path, files, selection)
    chosen = rows(tmp_path, "captures")
    assert {(row["site"], row["captured_at"].date()) for row in chosen} == {(SITE, moments[0])}
    assert ArchiveSelection(since=date(2030, 1, 1)).rules != selection.rules


def test_hosts_without_a_module_are_read_on_request(tmp_path: Path) -> None:
    page = next(p for url, p in PAGES.items() if get_site(SITE).key_of(url))
    own, other = page.url, "https://khong-co-module.example/tin/bai-1.html"
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed([record(own, page.body), record(other, page.body)]))
    found = {}
    for name, selection in {
        "known": ArchiveSelection(),
        "generic": ArchiveSelection(generic=True),
        "one": ArchiveSelection(sites=("gialai",), generic=True),
    }.items():
        extract_alone(tmp_path / name, [file], selection)
        found[name] = [row["site"] for row in rows(tmp_path / name, "captures")]
    host = "khong-co-module.example"
    assert found == {"known": [SITE], "generic": [SITE, host], "one": [host]}
    [_, article] = rows(tmp_path / "generic", "articles")
    assert article["reader"].endswith(".generic")


@pytest.mark.parametrize("generic", [False, True])
@pytest.mark.parametrize("sites", [(), (SITE,), (SITE, "laocai")])
@pytest.mark.parametrize("days", ["all", "since", "until", "both", "none"])
def test_a_selection_is_a_part_of_everything(
    days: str, sites: tuple[str, ...], generic: bool, mixed: tuple[Path, Path], tmp_path: Path
) -> None:
    file, everything = mixed
    first, second = date(2025, 3, 20), date(2025, 3, 21)
    since = {"since": second, "both": first, "none": second}.get(days)
    until = {"until": first, "both": first, "none": first}.get(days)
    extract_alone(tmp_path, [file], ArchiveSelection(sites, since, until, generic))
    for table in ("captures", "articles", "shingles"):
        expected = {
            row["capture"]
            for row in all_rows(everything, table)
            if (since is None or row["captured_at"].date() >= since)
            and (until is None or row["captured_at"].date() <= until)
            and (not sites or row["site"] in sites or row["site"] == OTHER_HOST)
            and (generic or row["site"] != OTHER_HOST)
        }
        found = all_rows(tmp_path, table) if (tmp_path / table).exists() else []
        assert {row["capture"] for row in found} == expected


OTHER_HOST = "khong-co-module.example"


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A file with pages of two sites and of another host, of two days, and all that it shows."""
    folder = tmp_path_factory.mktemp("mixed")
    [page] = [p for p in sample_sites.pages(SITE, 1) if get_site(SITE).key_of(p.url)][:1]
    [other] = [p for p in sample_sites.pages("laocai", 1) if get_site("laocai").key_of(p.url)][:1]
    places = {
        page.url: page.body,
        other.url: other.body,
        f"https://{OTHER_HOST}/a-1.html": page.body,
    }
    records = [record(url, body) for url, body in places.items()]
    records += [one.replace(b"2025-03-20T10", b"2025-03-21T10") for one in records]
    file = folder / "a.warc.gz"
    file.write_bytes(packed(records))
    extract_alone(folder / "all", [file], ArchiveSelection(generic=True))
    return file, folder / "all"


def all_rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        pads.dataset(f"{folder}/{table}", partitioning="hive").to_table().to_pylist()
    )
    return found


def test_a_full_disk_is_named_and_the_next_start_goes_on(
    files: list[Path], alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [len(contents(alone)) - 4]  # files until the disk is full

    def fsync(_: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("storage.bulk.dataset.os.fsync", fsync)
    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=":0") as dask:
        full = run_job(dask, str(tmp_path), ArchiveSelection(), planned(files))
        assert {reason.code for *_, reason in full.problems} == {"task_failed"}
        assert list((tmp_path / "_tmp").iterdir()) == []
        monkeypatch.undo()
        result = run_job(dask, str(tmp_path), ArchiveSelection(), planned(files))
    assert (result.failed, result.skipped > 0) == (0, True)
    assert contents(tmp_path) == contents(alone)


def test_a_redirect_to_no_address_says_nothing(tmp_path: Path) -> None:
    url = next(url for url in PAGES if get_site(SITE).key_of(url))
    moved = b"HTTP/1.1 301 Moved\r\nLocation: http://[broken"
    file = tmp_path / "a.warc.gz"
    file.write_bytes(packed([record(url, b"").replace(b"HTTP/1.1 200 OK", moved)]))
    extract_alone(tmp_path / "out", [file])
    [row] = rows(tmp_path / "out", "captures")
    assert (row["outcome"], row["http_status"]) == ("other", 301)
