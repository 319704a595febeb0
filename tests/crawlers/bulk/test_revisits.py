"""Revisit records, which repeat the bytes of another record, anywhere in the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from crawlers.bulk.dataset_import import import_dataset
from crawlers.bulk.job import JobResult, run_job
from crawlers.bulk.selection import ArchiveSelection
from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from storage.articles.repository import stored_articles
from storage.articles.revisions import revisions
from storage.bulk.dataset import DatasetFolder
from storage.home import open_home
from storage.messages.reasons_crawl import CrawlReason
from tests.crawlers.bulk.archives import contents, planned, rows
from tests.storage.bulk.archive_files import packed, record, wacz
from tinwatch.demo import sample_sites

SITE = "haugiang"
FIRST = "2025-03-20T10:00:00Z"  # of all records that archive_files writes
BETWEEN = "2025-03-25T10:00:00Z"
LATER = "2025-04-01T08:30:00Z"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
PAGES = [p for p in sample_sites.pages(SITE, 1) if get_site(SITE).key_of(p.url)]


def digest_of(number: int) -> str:
    return f"sha1:{'ABCDEFGHIJ'[number] * 32}"


def original(number: int, *, stated: bool = True) -> bytes:
    more = f"WARC-Payload-Digest: {digest_of(number)}\r\n" if stated else ""
    return record(PAGES[number].url, PAGES[number].body, more=more)


def revisit(
    number: int, *, digest: bool = True, place: bool = True, profile: str = IDENTICAL,
    url: str | None = None, http: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
) -> bytes:  # fmt: skip
    """A record that says that the page was seen again with the same bytes."""
    named = {"WARC-Profile": profile}
    if digest:
        named["WARC-Payload-Digest"] = digest_of(number).lower()
    if place:
        named |= {"WARC-Refers-To-Target-URI": PAGES[number].url, "WARC-Refers-To-Date": FIRST}
    head = (
        "WARC/1.1\r\nWARC-Type: revisit\r\n"
        f"WARC-Target-URI: {url or PAGES[number].url}\r\nWARC-Date: {LATER}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        + "".join(f"{name}: {value}\r\n" for name, value in named.items())
        + f"Content-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def write(folder: Path, **files: list[bytes]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, records in files.items():
        (folder / f"{name}.warc.gz").write_bytes(packed(records))
    return [folder / f"{name}.warc.gz" for name in files]


def run(
    files: list[Path], out: Path, selection: ArchiveSelection | None = None, workers: int = 1
) -> JobResult:
    with Client(processes=False, n_workers=workers, threads_per_worker=1,
                dashboard_address=":0") as client:  # fmt: skip
        return run_job(client, str(out), selection or ArchiveSelection(), planned(files))


def of_revisits(out: Path) -> list[dict[str, Any]]:
    return [row for row in rows(out, "captures") if row["kind"] == "revisit"]


@pytest.mark.parametrize(
    ("of_original", "of_revisit"),
    [
        ({}, {}),
        ({}, {"place": False}),
        ({}, {"digest": False}),
        ({"stated": False}, {}),
        ({}, {"profile": NOT_MODIFIED, "http": b"HTTP/1.1 304 Not Modified\r\n\r\n"}),
        ({}, {"http": b""}),
    ],
    ids=["both", "by digest", "by place", "original states no digest", "304", "no headers"],
)
def test_a_revisit_shows_the_bytes_of_its_original(
    of_original: dict[str, Any], of_revisit: dict[str, Any], tmp_path: Path
) -> None:
    files = write(  # the revisit is read before its original
        tmp_path / "warc", a=[revisit(0, **of_revisit)], b=[original(1), original(0, **of_original)]
    )
    result = run(files, tmp_path / "out")
    assert (result.failed, result.counts["articles"], result.counts["captures"]) == (0, 3, 3)
    [again] = of_revisits(tmp_path / "out")
    first = next(
        row for row in rows(tmp_path / "out", "captures") if row["capture"] == again["original"]
    )
    assert (again["outcome"], again["sha256"]) == ("article", first["sha256"])
    articles = {row["capture"]: row for row in rows(tmp_path / "out", "articles")}
    one, other = articles[first["capture"]], articles[again["capture"]]
    assert other["captured_at"] == datetime.fromisoformat(LATER).astimezone(UTC)
    assert (other["article"], other["fingerprint"]) == (one["article"], one["fingerprint"])
    assert again["warc"].endswith("a.warc.gz")


def test_a_revisit_of_another_address_keeps_its_own(tmp_path: Path) -> None:
    files = write(tmp_path / "warc", a=[original(0), revisit(0, url=PAGES[1].url)])
    run(files, tmp_path / "out")
    [again] = of_revisits(tmp_path / "out")
    assert again["url"] == get_site(SITE).canonical(PAGES[1].url)
    [article] = [r for r in rows(tmp_path / "out", "articles") if r["capture"] == again["capture"]]
    assert article["key"] == get_site(SITE).key_of(PAGES[1].url)


def test_a_revisit_without_its_original_is_counted_by_name(tmp_path: Path) -> None:
    wrong = revisit(0).replace(digest_of(0).lower().encode(), digest_of(3).encode())
    files = write(tmp_path / "warc", a=[original(0), wrong, revisit(1)])
    result = run(files, tmp_path / "out")
    assert (result.failed, result.counts["outcome_repeated"]) == (0, 2)
    lost = of_revisits(tmp_path / "out")
    assert {(row["outcome"], row["reason_code"], row["sha256"]) for row in lost} == {
        ("repeated", "no_original", None)
    }


def test_the_selection_holds_for_revisits(tmp_path: Path) -> None:
    files = write(tmp_path / "warc", a=[original(0), original(1), revisit(0)])
    since = ArchiveSelection(since=datetime.fromisoformat(LATER).date())
    result = run(files, tmp_path / "out", since)
    [again] = rows(tmp_path / "out", "captures")
    assert (again["outcome"], result.counts["outcome_repeated"]) == ("repeated", 1)


def test_a_later_job_finds_the_original(tmp_path: Path) -> None:
    first, second = write(tmp_path / "warc", a=[revisit(0)], b=[original(0)])
    out = tmp_path / "out"
    assert run([first], out).counts["outcome_repeated"] == 1
    assert run([second], out).counts["outcome_article"] == 2
    assert run([second], out).counts["outcome_article"] == 2
    assert [row["outcome"] for row in of_revisits(out)] == ["article"]
    run([first, second], tmp_path / "at-once")
    assert contents(out) == contents(tmp_path / "at-once")


def test_many_revisits_are_the_same_whatever_the_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawlers.bulk.resolve_revisits.CHUNK_REVISITS", 2)
    files = write(
        tmp_path / "warc",
        a=[revisit(n % 5) for n in range(9)],
        b=[original(n) for n in range(4)],
    )
    for workers in (1, 2):
        result = run(files, tmp_path / str(workers), workers=workers)
        assert (result.counts["outcome_article"], result.counts["outcome_repeated"]) == (12, 1)
    assert contents(tmp_path / "1") == contents(tmp_path / "2")
    again = run(files, tmp_path / "2")
    assert again.counts["captures"] == 13
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


@pytest.mark.parametrize(
    "of_revisit",
    [{}, {"profile": NOT_MODIFIED, "http": b"HTTP/1.1 304 Not Modified\r\n\r\n"}, {"http": b""}],
    ids=["200", "304", "no headers"],
)
def test_a_revisit_is_imported_with_the_bytes_of_its_original(
    of_revisit: dict[str, Any], tmp_path: Path
) -> None:
    edited = record(PAGES[0].url, PAGES[0].body.replace(b"</p>", " (bổ sung)</p>".encode()))
    seen = [original(0), edited.replace(FIRST.encode(), BETWEEN.encode())]
    back = revisit(0, **of_revisit)  # the first text again
    files = write(tmp_path / "warc", a=[back], b=seen)
    run(files, tmp_path / "out")
    dataset = DatasetFolder(str(tmp_path / "out"))
    members = {f"archive/{file.name}": file.read_bytes() for file in files}
    homes = [open_home(tmp_path / name) for name in ("of-dataset", "of-files", "of-wacz")]
    [done] = import_dataset(homes[0], get_site(SITE), dataset)
    imported = [
        done,
        import_files(homes[1], get_site(SITE), files),
        import_files(homes[2], get_site(SITE), [wacz(tmp_path / "all.wacz", members)]),
    ]
    assert [(one.problems, one.read) for one in imported] == [([], 3)] * 3
    for home in homes:
        db = home.database()
        [article] = stored_articles(db, SITE)
        texts = {one.observed_at: one.fingerprint for one in revisions(db, article.id)}
        assert texts[FIRST] == texts[LATER] != texts[BETWEEN]


def test_an_import_names_a_revisit_without_its_original(tmp_path: Path) -> None:
    without_headers = revisit(1, http=b"")
    files = write(tmp_path / "warc", a=[original(0), revisit(0), without_headers])
    done = import_files(open_home(tmp_path / "home"), get_site(SITE), files)
    assert done.read == 2
    assert [(url, reason.code) for url, reason in done.problems] == [
        (PAGES[1].url, CrawlReason.ORIGINAL_LOST)
    ]


def test_a_lost_archive_of_originals_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = write(tmp_path / "warc", a=[revisit(0)], b=[original(0)])
    monkeypatch.setattr("crawlers.bulk.job.revisit_tasks", lambda *_: iter(()))
    run([first, second], tmp_path / "out")
    monkeypatch.undo()
    second.unlink()
    result = run([first], tmp_path / "out")
    assert [reason.code for _, _, _, reason in result.problems] == ["file_unreadable"]
