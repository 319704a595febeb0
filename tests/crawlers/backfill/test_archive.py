"""A web archive that is busy and breaks answers off is waited for; nothing is lost."""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawlers.backfill import client
from crawlers.backfill.client import Archive, ArchiveError
from crawlers.backfill.selection import ArchivedCapture, pattern_of, select
from crawlers.registry import get_site
from storage.db.connection import utc_text
from storage.messages.reasons_crawl import CrawlReason

SITE = get_site("haugiang")
START = datetime(2019, 3, 1, 1, tzinfo=UTC)


def address(number: int) -> str:
    from tinwatch.demo import sample_sites

    entries = [e.url for e in sample_sites.load(SITE.name).entries if SITE.key_of(e.url)]
    return list(dict.fromkeys(entries))[number]


def capture(number: int, hours: int, digest: str, status: str = "200") -> ArchivedCapture:
    return ArchivedCapture(address(number), START + timedelta(hours=hours), status, digest, 900)


class BusyArchive(BaseHTTPRequestHandler):
    """Each address first answers 429, then 503, then half; the index also half a line."""

    seen: Counter[str] = Counter()
    times: list[tuple[str, int]] = []
    lines = [
        json.dumps({"url": address(0), "timestamp": f"201903010{hour}0000", "status": "200",
                    "mime": "text/html", "digest": f"D{hour}", "length": "900"})
        for hour in range(5)
    ]  # fmt: skip

    def do_GET(self) -> None:
        self.seen[self.path] += 1
        step = self.seen[self.path]
        if step == 1:
            self.answer(429, b"slow down", ("Retry-After", "1"))
        elif step == 2:
            self.answer(503, b"down", ("Retry-After", "0"))
        elif "redirected" in self.path:
            self.answer(302, b"", ("Location", "http://169.254.169.254/secret"))
        elif "/cdx?" in self.path:
            index = "\n".join(self.lines).encode()
            self.answer(200, index[:-40] if step == 3 else index)
        else:
            page = b"<html>bai</html>"
            self.answer(200, page, ("Memento-Datetime", "x"), cut=9 if step == 3 else 0)

    def answer(self, status: int, body: bytes, *headers: tuple[str, str], cut: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) - cut])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setattr(client, "RETRIES", client.RETRIES.new(backoff_factor=0.01))
    BusyArchive.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), BusyArchive) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        yield Archive(f"{root}/home", "test", (urlsplit(root).netloc,), pause=0.01)
        server.shutdown()


def test_busy_and_broken_answers_are_asked_for_again(archive: Archive) -> None:
    listed = list(archive.captures("haugiang.vn"))
    assert [c.digest for c in listed] == ["D0", "D1", "D2", "D3", "D4"]
    assert archive.bad_lines == 0
    record = archive.fetch(listed[2])
    assert (record.body, record.captured_at) == (b"<html>bai</html>", START + timedelta(hours=1))
    assert record.source_url == f"{archive.source}/20190301020000id_/{listed[2].url}"


def test_lines_that_stay_damaged_are_counted(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BusyArchive, "lines", [*BusyArchive.lines[:3], '{"url": "ht', "{}"])
    assert len(list(archive.captures("haugiang.vn"))) == 3
    assert archive.bad_lines == 2


SOUND = {"url": "http://haugiang.vn/a", "timestamp": "20190301000000", "status": "200"}


@pytest.mark.parametrize(
    "line",
    [
        "null",
        '"text"',
        "[" * 100_000,
        json.dumps(SOUND | {"timestamp": 5}),
        json.dumps(SOUND | {"url": ["http://haugiang.vn/a"]}),
        json.dumps(SOUND | {"url": "http://haugiang.vn/\ud800"}),
        json.dumps(SOUND | {"length": 5}),
        json.dumps(SOUND | {"digest": None}),
        json.dumps(SOUND | {"filename": "f", "offset": None}),
    ],
    ids=lambda line: line[:30],
)
def test_a_line_of_another_shape_costs_that_line(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(BusyArchive, "lines", [*BusyArchive.lines[:3], line])
    assert len(list(archive.captures("haugiang.vn"))) == 3
    assert archive.bad_lines == 1


def test_an_index_without_a_readable_line_is_an_error(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would answer so for each further page."""
    monkeypatch.setattr(BusyArchive, "lines", ["{" * 50_000, "null"])
    with pytest.raises(ArchiveError) as refused:
        list(archive.captures("haugiang.vn"))
    assert refused.value.reason.code == CrawlReason.ARCHIVE_UNAVAILABLE


def test_an_index_that_repeats_its_page_is_not_asked_forever(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.SOURCES, archive.source, f"{archive.source}/cdx")  # with pages
    monkeypatch.setattr(client, "SEARCH_PAUSE_SECONDS", 0)
    monkeypatch.setattr(BusyArchive, "seen", defaultdict(lambda: 3))
    assert len(list(archive.captures("haugiang.vn"))) == 5
    assert archive.repeats_pages
    assert len(BusyArchive.seen) == 2


@pytest.mark.parametrize("error", [ValueError("invalid hostname"), RuntimeError("error 503")])
def test_a_list_of_indexes_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(mirror: str) -> None:
        raise error

    monkeypatch.setattr("cdx_toolkit.get_cc_endpoints", fail)
    with pytest.raises(ArchiveError) as refused:
        list(Archive(client.COMMON_CRAWL, "test").captures("haugiang.vn"))
    assert refused.value.reason.code == CrawlReason.ARCHIVE_UNAVAILABLE


def test_a_redirect_of_the_archive_is_not_followed(archive: Archive) -> None:
    asked = ArchivedCapture("http://haugiang.vn/redirected", START, "200", "D", 1)
    with pytest.raises(ArchiveError) as refused:
        archive.fetch(asked)
    assert refused.value.reason.code == CrawlReason.NOT_REPLAYED


def test_a_private_archive_needs_the_setting(archive: Archive) -> None:
    archive.allow_private_hosts = ()
    with pytest.raises(ArchiveError) as refused:
        list(archive.captures("haugiang.vn"))
    assert refused.value.reason.code == CrawlReason.PRIVATE_HOST


def test_ends_of_each_series_are_chosen() -> None:
    digests = ["A", "A", "A", "B", "A", "A", "", ""]
    listed = [capture(0, hour, digest) for hour, digest in enumerate(digests)]
    found = select([*listed, *listed], SITE, set())
    assert [c.captured_at.hour - 1 for c in found.captures] == [0, 2, 3, 4, 5, 6, 7]
    key = SITE.key_of(address(0)) or ""
    later = select(listed, SITE, {(key, utc_text(START))}, limit=2)
    assert [c.captured_at.hour - 1 for c in later.captures] == [2, 3]
    assert later.stored == 1


def test_unknown_addresses_are_reported_by_pattern() -> None:
    assert (
        pattern_of("http://a.vn/tin-tuc/2019/bai_cu-12.aspx?id=7")
        == "/{words}/{n}/{words}.aspx?id={n}"
    )
    urls = [f"http://{SITE.domains[0]}/cu/trang-{n}/{n}.aspx" for n in range(3)]
    listed = [ArchivedCapture(url, START, "200", "D", 1) for url in urls]
    found = select(listed, SITE, set())
    assert [(pattern, count) for pattern, count, _ in found.patterns] == [
        ("/cu/{words}/{n}.aspx", 3)
    ]
